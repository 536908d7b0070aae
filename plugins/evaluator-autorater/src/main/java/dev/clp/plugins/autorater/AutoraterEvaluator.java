package dev.clp.plugins.autorater;

import dev.clp.api.Evaluation;
import dev.clp.api.Evaluator;
import dev.clp.api.SampleTable;
import dev.clp.plugins.autorater.WinRate.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Has pairs of responses judged, and reports. */
final class AutoraterEvaluator implements Evaluator, AutoCloseable {

  private final AutoraterOptions options;
  private final Judge judge;

  AutoraterEvaluator(AutoraterOptions options, Judge judge) {
    this.options = options;
    this.judge = judge;
  }

  @Override
  public Evaluation evaluate(SampleTable table) {
    if (table.samples().isEmpty()) {
      return nothing("the table has no samples");
    }
    Pairs pairs = Pairs.of(table, options);
    if (pairs.chosen().isEmpty()) {
      return nothing(
          "no policy answered a prompt that the baseline "
              + pairs.baseline()
              + " answered too, at the same weighting");
    }
    Judge.Judged judged = judge.judge(pairs.chosen());
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < pairs.chosen().size(); i++) {
      items.add(new Item(pairs.chosen().get(i), judged.judgements().get(i)));
    }
    return new Report(options, judge, pairs, items, judged, table.objectives()).evaluation();
  }

  /** Ends what the judge has under way. */
  @Override
  public void close() {
    judge.close();
  }

  private static Evaluation nothing(String why) {
    return new Evaluation(
        Map.of(), List.of(), List.of(), List.of("There is nothing to compare: " + why + "."));
  }
}
