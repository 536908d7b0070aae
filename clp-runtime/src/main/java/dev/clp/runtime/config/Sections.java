package dev.clp.runtime.config;

import dev.clp.api.RewardModel;
import dev.clp.api.RunListener;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;

/** The sections of experiment files. */
final class Sections {

  static final ModelSection MODEL = new ModelSection("model");
  static final DataSection DATA = new DataSection("data");
  static final NamedComponentsSection<RewardModel> OBJECTIVES =
      new NamedComponentsSection<>("objectives", RewardModel.class);
  static final KlSection KL = new KlSection("kl");
  static final ComponentSection<WeightSampler> SAMPLER =
      new ComponentSection<>("sampler", WeightSampler.class, "dirichlet");
  static final ComponentSection<Scalarizer> SCALARIZER =
      new ComponentSection<>("scalarizer", Scalarizer.class, "linear");
  static final RecordSection<RolloutOptions> ROLLOUT =
      new RecordSection<>("rollout", RolloutOptions.class);
  static final TrainingSection TRAINING = new TrainingSection("training");
  static final TrainingSection EXPERTS = new TrainingSection("experts");
  static final PoliciesSection POLICIES = new PoliciesSection("policies");
  static final EvaluationSection EVALUATION = new EvaluationSection("evaluation");
  static final NamedComponentsSection<RunListener> LISTENERS =
      new NamedComponentsSection<>("listeners", RunListener.class);
  static final RecordSection<PluginOptions> PLUGINS =
      new RecordSection<>("plugins", PluginOptions.class);

  private Sections() {}
}
