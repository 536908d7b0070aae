package dev.clp.runtime.serve;

import dev.clp.api.Calibration;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.WeightingChoice;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is served, by the names that requests use.
 *
 * <p>{@code full-clp} is a policy of the run's first seed, {@code full-clp#2} that of seed 2. A
 * weighting may follow, for clients that cannot send further fields: {@code
 * full-clp#2@accuracy=3,brevity=1,kl=0.1}.
 *
 * @param entries what can be asked, the default first
 * @param run where they come from; absent for a plain model
 * @param calibration of each objective, what was measured of the reference; may be empty
 */
record Catalogue(List<Entry> entries, Optional<OpenRun> run, List<Calibration> calibration) {

  private static final String KL = "kl";

  /** What kind of a thing is served. */
  enum Kind {
    POLICY,
    EXPERT,
    REFERENCE,
    MODEL
  }

  /**
   * Something that can be asked.
   *
   * @param id its name in requests
   * @param kind what it is
   * @param usual what is asked where a request gives neither weights nor a KL coefficient
   */
  record Entry(String id, Kind kind, Chosen usual) {}

  Catalogue {
    entries = List.copyOf(entries);
    calibration = List.copyOf(calibration);
  }

  /** Returns what a plain model's folder serves. */
  static Catalogue of(Path folder) {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return new Catalogue(
        List.of(new Entry(name, Kind.MODEL, new Chosen(name, Optional.empty(), Optional.empty()))),
        Optional.empty(),
        List.of());
  }

  /**
   * Returns what a run serves.
   *
   * @param experts the experts' weightings, by name
   */
  static Catalogue of(OpenRun run, Map<String, Weighting> experts, List<Calibration> calibration) {
    Experiment experiment = run.experiment();
    Weighting usual = WeightingChoice.of(experiment, Map.of(), Optional.empty());
    List<Entry> entries = new ArrayList<>();
    for (String policy : experiment.policies().keySet()) {
      add(entries, experiment, policy, Kind.POLICY, usual);
    }
    experts.forEach((name, own) -> add(entries, experiment, name, Kind.EXPERT, own));
    entries.add(
        new Entry(
            Sample.REFERENCE,
            Kind.REFERENCE,
            new Chosen(Sample.REFERENCE, Optional.empty(), Optional.empty())));
    return new Catalogue(entries, Optional.of(run), calibration);
  }

  private static void add(
      List<Entry> entries, Experiment experiment, String name, Kind kind, Weighting usual) {
    for (long seed : experiment.seeds()) {
      String id = seed == experiment.seeds().get(0) ? name : name + "#" + seed;
      entries.add(new Entry(id, kind, new Chosen(name, Optional.of(seed), Optional.of(usual))));
    }
  }

  /** Returns the names of the objectives in order; none of a plain model. */
  List<String> objectives() {
    return run.map(each -> each.experiment().context().objectives()).orElse(List.of());
  }

  /**
   * Returns what a request asks.
   *
   * @param model the name, perhaps with a weighting; the first entry if absent
   * @param weights by objective, in any proportion
   * @throws ApiError if there is no such model, or it has no such weighting
   */
  Chosen choose(
      Optional<String> model, Optional<Map<String, Double>> weights, Optional<Double> kl) {
    String name = model.orElse(entries.get(0).id());
    int at = find(name).isPresent() ? -1 : name.indexOf('@');
    Entry entry = find(at < 0 ? name : name.substring(0, at)).orElseThrow(() -> unknown(name));
    Map<String, Double> named =
        at < 0 ? new LinkedHashMap<>() : proportions(name.substring(at + 1));
    Optional<Double> namedKl =
        objectives().contains(KL) ? Optional.empty() : Optional.ofNullable(named.remove(KL));
    if (!named.isEmpty() && weights.isPresent()) {
      throw ApiError.field(
          "weights", "the weights stand in 'model', too; leave out one of the two");
    }
    if (namedKl.isPresent() && kl.isPresent()) {
      throw ApiError.field(
          KL, "the KL coefficient stands in 'model', too; leave out one of the two");
    }
    return chosen(entry, named.isEmpty() ? weights : Optional.of(named), namedKl.or(() -> kl));
  }

  private Chosen chosen(Entry entry, Optional<Map<String, Double>> weights, Optional<Double> kl) {
    if (weights.isEmpty() && kl.isEmpty()) {
      return entry.usual();
    }
    if (entry.kind() != Kind.POLICY) {
      throw ApiError.field(
          weights.isPresent() ? "weights" : KL,
          "'"
              + entry.id()
              + "' is "
              + (entry.kind() == Kind.EXPERT ? "an expert, whose weights are fixed" : "one model")
              + "; leave out weights and kl, or ask a policy");
    }
    try {
      return new Chosen(
          entry.usual().name(),
          entry.usual().seed(),
          Optional.of(
              WeightingChoice.of(run.orElseThrow().experiment(), weights.orElse(Map.of()), kl)));
    } catch (UserException e) {
      throw new ApiError(400, weights.isPresent() ? "weights" : KL, "weighting", e.getMessage());
    }
  }

  private Optional<Entry> find(String id) {
    return entries.stream()
        .filter(
            entry ->
                entry.id().equals(id)
                    || entry
                        .usual()
                        .seed()
                        .map(seed -> entry.usual().name() + "#" + seed)
                        .equals(Optional.of(id)))
        .findFirst();
  }

  /** Returns the entry of a name without a weighting. */
  Entry entry(String id) {
    return find(id).orElseThrow(() -> unknown(id));
  }

  private ApiError unknown(String name) {
    return new ApiError(
        404,
        "model",
        "model_not_found",
        "there is no model '"
            + name
            + "'; the models are "
            + entries.stream().map(Entry::id).toList()
            + (objectives().isEmpty() ? "" : ", with a weighting as in NAME@" + example()));
  }

  private String example() {
    return objectives().get(0) + "=3,kl=0.1";
  }

  private static Map<String, Double> proportions(String text) {
    Map<String, Double> proportions = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      try {
        if (equals > 0
            && proportions.put(
                    part.substring(0, equals).strip(),
                    Double.parseDouble(part.substring(equals + 1)))
                == null) {
          continue;
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
      throw ApiError.field(
          "model", "'" + part + "' is no weight; expected NAME=NUMBER, each name once");
    }
    return proportions;
  }
}
