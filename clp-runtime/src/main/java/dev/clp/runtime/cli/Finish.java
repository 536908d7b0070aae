package dev.clp.runtime.cli;

import dev.clp.api.Evaluation;
import dev.clp.runtime.experiment.ExperimentRun;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.experiment.Judgement;
import dev.clp.runtime.report.MarkdownTable;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import java.io.PrintStream;
import java.util.List;

/** What run, resume and evaluate have in common: the end of a run. */
final class Finish {

  private Finish() {}

  /** Takes a run from where it stands to its report. */
  static void complete(OpenRun run, PrintStream out) {
    ExperimentRun.complete(run.experiment(), run.folder(), new TerminalProgress(out));
    judge(run, out);
  }

  /** Judges a run whose samples are complete, and prints the first table and the findings. */
  static void judge(OpenRun run, PrintStream out) {
    print(Judgement.judge(run.experiment(), run.folder()), out);
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
