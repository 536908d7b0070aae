package dev.clp.runtime.experiment;

import dev.clp.api.Calibration;
import dev.clp.api.Evaluation.Chart;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.report.ReportData.Fact;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Several finished runs of one task as one sample table. */
public final class Comparison {

  private Comparison() {}

  /**
   * Judges runs together and writes one report.
   *
   * <p>Policies carry their run's name: its experiment's, or where two runs are of one experiment,
   * its folder's. The reference's samples and the calibration are those of the first run.
   *
   * @param runs at least two
   * @param output the folder of the report
   * @throws UserException if the runs do not have objectives, reference and calibration in common
   */
  public static List<NamedEvaluation> compare(List<OpenRun> runs, Path output) {
    OpenRun first = runs.get(0);
    List<Calibration> calibration = first.folder().calibration();
    List<Sample> samples = new ArrayList<>();
    Map<String, PolicyCost> costs = new LinkedHashMap<>();
    List<Fact> facts = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    List<String> names = names(runs);
    SampleTable.Responses responses = SampleTable.Responses.SAMPLED;
    for (int i = 0; i < runs.size(); i++) {
      OpenRun run = runs.get(i);
      requireSame(first, run, calibration);
      String prefix = names.get(i) + "/";
      SampleTable table = Judgement.table(run.experiment(), run.folder());
      responses = table.responses();
      for (Sample sample : table.samples()) {
        if (!sample.policy().equals(Sample.REFERENCE)) {
          samples.add(renamed(sample, prefix + sample.policy()));
        } else if (run.equals(first)) {
          samples.add(sample);
        }
      }
      table.costs().forEach((policy, cost) -> costs.put(prefix + policy, cost));
      Judgement.warnings(run.experiment(), run.folder())
          .forEach(warning -> warnings.add(prefix + warning));
      facts.add(new Fact("Run", names.get(i) + ": " + run.folder().path()));
    }
    Experiment experiment = first.experiment();
    return Judgement.write(
        experiment,
        RunFolder.create(output),
        new Judgement.Subject(
            "Comparison of " + runs.size() + " runs",
            "",
            facts,
            List.<Chart>of(),
            warnings,
            first.folder().calibrationSamples(),
            new SampleTable(
                experiment.context().objectives(), calibration, costs, samples, responses)));
  }

  /** Returns the shortest names that tell the runs apart. */
  private static List<String> names(List<OpenRun> runs) {
    return Stream.<Function<OpenRun, String>>of(
            run -> run.experiment().name(),
            run -> run.folder().path().toAbsolutePath().normalize().getFileName().toString(),
            run -> run.folder().path().toAbsolutePath().normalize().toString())
        .map(name -> runs.stream().map(name).toList())
        .filter(names -> names.stream().distinct().count() == runs.size())
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "one run is named twice; a comparison needs at least two different runs"));
  }

  private static void requireSame(OpenRun first, OpenRun run, List<Calibration> calibration) {
    Path one = first.folder().path();
    Path other = run.folder().path();
    if (!first
        .experiment()
        .context()
        .objectives()
        .equals(run.experiment().context().objectives())) {
      throw new UserException(
          other
              + ": its objectives are "
              + run.experiment().context().objectives()
              + ", but those of "
              + one
              + " are "
              + first.experiment().context().objectives()
              + "; runs can be compared on the same objectives only");
    }
    if (first.experiment().evaluation().responses() != run.experiment().evaluation().responses()) {
      throw new UserException(
          other
              + ": its evaluation.responses differs from that of "
              + one
              + "; sampled responses count alike and enumerated ones by their probability, so they"
              + " do not fit into one table");
    }
    if (!first.folder().manifest().modelSha256().equals(run.folder().manifest().modelSha256())
        || !calibration.equals(run.folder().calibration())) {
      throw new UserException(
          other
              + ": its reference model, data or rewards differ from those of "
              + one
              + ": the same reward means something else there. Compare runs that differ in"
              + " policies, training or seeds only");
    }
  }

  private static Sample renamed(Sample sample, String policy) {
    return new Sample(
        policy,
        sample.seed(),
        sample.weighting(),
        sample.example(),
        sample.prompt(),
        sample.response(),
        sample.tokens(),
        sample.scores(),
        sample.logProbability(),
        sample.referenceLogProbability(),
        sample.samplingLogProbability());
  }
}
