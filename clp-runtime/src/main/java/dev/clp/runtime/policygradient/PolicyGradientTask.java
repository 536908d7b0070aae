package dev.clp.runtime.policygradient;

import dev.clp.api.Calibration;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Scalarizer;
import dev.clp.api.UnitName;
import dev.clp.api.WeightSampler;
import dev.clp.runtime.config.PolicyGradientOptions;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.scoring.Objectives;
import java.util.List;
import java.util.Optional;

/**
 * One unit of training: a policy or an expert, for one seed.
 *
 * @param unit names it in events and errors; all of its random streams derive from its seed
 * @param conditioner the mechanism
 * @param frozen the models that the mechanism builds on
 * @param sampler draws the weightings; used by this unit alone
 * @param scalarizer combines the rewards
 * @param objectives scores responses
 * @param calibration how rewards are normalised; empty for raw rewards
 * @param prompts what to train on
 * @param maxNewTokens the longest response in tokens
 * @param options what the gradient is estimated from
 */
public record PolicyGradientTask(
    UnitName unit,
    Conditioner conditioner,
    FrozenModels frozen,
    WeightSampler sampler,
    Scalarizer scalarizer,
    Objectives objectives,
    Optional<List<Calibration>> calibration,
    Prompts prompts,
    int maxNewTokens,
    PolicyGradientOptions options) {}
