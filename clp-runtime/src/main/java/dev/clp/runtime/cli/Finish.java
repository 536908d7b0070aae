package dev.clp.runtime.cli;

import dev.clp.api.Evaluation;
import dev.clp.runtime.experiment.ExperimentRun;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.report.MarkdownTable;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import java.io.PrintStream;
import java.util.List;

/** What run, resume and evaluate have in common: the end of a run. */
final class Finish {

  private Finish() {}

  /** Takes a run from where it stands to its report. */
  static void complete(OpenRun run, PrintStream out) {
    ExperimentRun.complete(
        run, ExperimentRun.local(run.experiment()), List.of(new TerminalProgress(out)));
    print(run, out);
  }

  /** Judges a run whose samples are complete. */
  static void judge(OpenRun run, PrintStream out) {
    ExperimentRun.evaluate(run, List.of());
    print(run, out);
  }

  private static void print(OpenRun run, PrintStream out) {
    print(run.folder().evaluations(), out);
    out.println("Report: " + run.folder().report());
  }

  static void print(List<NamedEvaluation> evaluations, PrintStream out) {
    for (NamedEvaluation evaluation : evaluations) {
      List<Evaluation.Table> tables = evaluation.evaluation().tables();
      if (!tables.isEmpty()) {
        out.println();
        out.println(MarkdownTable.render(tables.get(0)));
      }
      evaluation.evaluation().findings().forEach(finding -> out.println("- " + finding));
    }
    out.println();
  }
}
