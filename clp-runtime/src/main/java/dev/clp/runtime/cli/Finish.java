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

  private static final int TERMINAL_WIDTH = 100;

  /** Findings of one evaluation on the terminal. */
  private static final int FINDINGS = 3;

  private Finish() {}

  /** Takes a run from where it stands to its report. */
  static void complete(OpenRun run, PrintStream out) {
    ExperimentRun.complete(
        run, ExperimentRun.local(run.experiment()), List.of(new TerminalProgress(out)));
    print(run, out);
  }

  /** Judges a run whose samples are complete. */
  static void judge(OpenRun run, PrintStream out) {
    ExperimentRun.evaluate(run, List.of(new TerminalProgress(out)));
    print(run, out);
  }

  private static void print(OpenRun run, PrintStream out) {
    print(run.folder().evaluations(), out);
    out.println("Report: " + run.folder().report());
  }

  /**
   * Prints what a reader looks at first: of every evaluation its first table, if a terminal is wide
   * enough for it, and its first findings. The report has the rest.
   */
  static void print(List<NamedEvaluation> evaluations, PrintStream out) {
    for (NamedEvaluation evaluation : evaluations) {
      evaluation.evaluation().tables().stream()
          .limit(1)
          .map(table -> new Evaluation.Table(table.title(), "", table.columns(), table.rows()))
          .map(MarkdownTable::render)
          .filter(text -> text.lines().allMatch(line -> line.length() <= TERMINAL_WIDTH))
          .forEach(text -> out.print("\n" + text));
      List<String> findings = evaluation.evaluation().findings();
      if (!findings.isEmpty()) {
        out.println();
        findings.stream().limit(FINDINGS).forEach(finding -> out.println("- " + finding));
        if (findings.size() > FINDINGS) {
          out.println("- " + (findings.size() - FINDINGS) + " more in the report");
        }
      }
    }
    out.println();
  }
}
