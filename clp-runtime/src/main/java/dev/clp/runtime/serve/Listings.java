package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Calibration;
import dev.clp.api.KlRange;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.WeightingChoice;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.experiment.Measured;
import dev.clp.runtime.serve.Catalogue.Entry;
import dev.clp.runtime.serve.Catalogue.Kind;
import dev.clp.runtime.serve.ServedFolder.Loaded;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What there is to ask, as JSON. */
final class Listings {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Listings() {}

  /** Returns the list of models, in OpenAI's form. */
  static ObjectNode models(Loaded loaded, long created) {
    ObjectNode json = JSON.objectNode().put("object", "list");
    ArrayNode data = json.putArray("data");
    loaded.catalogue().entries().forEach(entry -> data.add(model(loaded, entry, created)));
    return json;
  }

  /** Returns one model. */
  static ObjectNode model(Loaded loaded, Entry entry, long created) {
    ObjectNode json =
        JSON.objectNode()
            .put("id", entry.id())
            .put("object", "model")
            .put("created", created)
            .put("owned_by", "clp");
    Chosen usual = entry.usual();
    ObjectNode clp =
        json.putObject("clp")
            .put("kind", entry.kind().name().toLowerCase(Locale.ROOT))
            .put("policy", usual.name())
            .put("chat", loaded.texts().template().isPresent());
    usual.seed().ifPresent(seed -> clp.put("policy_seed", seed));
    usual
        .weighting()
        .ifPresent(
            weighting -> {
              clp.set("weights", Reply.weights(loaded.catalogue().objectives(), weighting));
              clp.put("kl", weighting.klCoefficient());
              clp.put("steerable", entry.kind() == Kind.POLICY);
            });
    return json;
  }

  /**
   * Returns the objectives with what was measured of the reference, the weights if a request gives
   * none, and the range of KL coefficients.
   */
  static ObjectNode objectives(Catalogue catalogue) {
    ObjectNode json = JSON.objectNode();
    ArrayNode objectives = json.putArray("objectives");
    Optional<OpenRun> run = catalogue.run();
    if (run.isEmpty()) {
      return json;
    }
    List<String> names = catalogue.objectives();
    Weighting usual = WeightingChoice.of(run.get().experiment(), Map.of(), Optional.empty());
    for (int i = 0; i < names.size(); i++) {
      ObjectNode objective =
          objectives.addObject().put("name", names.get(i)).put("default", usual.weight(i));
      objective.put("reward", run.get().experiment().objectives().get(names.get(i)).name());
      if (i < catalogue.calibration().size()) {
        Calibration measured = catalogue.calibration().get(i);
        objective
            .putObject("reference")
            .put("mean", measured.mean())
            .put("standard_deviation", measured.standardDeviation())
            .put("floor", measured.floor());
      }
    }
    KlRange range = run.get().experiment().klCoefficients();
    json.putObject("kl")
        .put("min", range.min())
        .put("max", range.max())
        .put("scale", range.scale().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("default", usual.klCoefficient());
    return json;
  }

  /** Returns what the run's evaluation measured; package-info says in which form. */
  static ObjectNode front(Catalogue catalogue) {
    ObjectNode json = JSON.objectNode();
    ArrayNode names = json.putArray("objectives");
    catalogue.objectives().forEach(names::add);
    ArrayNode policies = json.putArray("policies");
    catalogue
        .run()
        .ifPresent(
            run -> {
              for (long seed : run.experiment().seeds()) {
                run.experiment()
                    .policies()
                    .keySet()
                    .forEach(policy -> add(policies, catalogue, run, policy, seed));
                add(policies, catalogue, run, Sample.REFERENCE, seed);
              }
            });
    return json;
  }

  private static void add(
      ArrayNode policies, Catalogue catalogue, OpenRun run, String policy, long seed) {
    List<Measured> measured = Measured.all(run, policy, seed);
    if (measured.isEmpty()) {
      return;
    }
    ObjectNode json = policies.addObject().put("policy", policy).put("policy_seed", seed);
    ArrayNode points = json.putArray("points");
    for (Measured each : measured) {
      ObjectNode point = points.addObject();
      point.set("weights", Reply.weights(catalogue.objectives(), each.weighting()));
      point.put("kl", each.weighting().klCoefficient());
      ObjectNode means = point.putObject("means");
      for (int i = 0; i < catalogue.objectives().size(); i++) {
        means.put(catalogue.objectives().get(i), each.rewards().get(i));
      }
      each.klDivergence().ifPresent(kl -> point.put("kl_divergence", kl));
      point.put("responses", each.responses());
    }
  }
}
