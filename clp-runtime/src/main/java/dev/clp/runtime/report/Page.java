package dev.clp.runtime.report;

import dev.clp.api.Evaluation;
import dev.clp.api.Sample;
import dev.clp.runtime.report.ReportData.Fact;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the page embeds, in the form that its script reads.
 *
 * @param title the heading
 * @param description plain text
 * @param facts about the run
 * @param evaluations in order
 * @param training in order
 * @param styles how each series is drawn, by its name
 * @param samples a bounded part of the sample table
 * @param configuration the resolved configuration's text
 */
record Page(
    String title,
    String description,
    List<Fact> facts,
    List<NamedEvaluation> evaluations,
    List<Evaluation.Chart> training,
    Map<String, SeriesStyle> styles,
    SampleExcerpt samples,
    String configuration) {

  static Page of(ReportData data) {
    // Policies come first, so that their colours do not depend on what evaluators draw besides.
    Set<String> names = new LinkedHashSet<>();
    data.samples().samples().stream().map(Sample::policy).forEach(names::add);
    charts(data.evaluations(), data.training())
        .flatMap(chart -> chart.series().stream())
        .map(Evaluation.Series::name)
        .forEach(names::add);
    return new Page(
        data.title(),
        data.description(),
        data.facts(),
        data.evaluations(),
        data.training(),
        SeriesStyle.assign(names),
        SampleExcerpt.of(data.samples(), data.conversations()),
        data.configuration());
  }

  /** Returns all charts in the order of the page. */
  List<Evaluation.Chart> charts() {
    return charts(evaluations, training).toList();
  }

  private static Stream<Evaluation.Chart> charts(
      List<NamedEvaluation> evaluations, List<Evaluation.Chart> training) {
    return Stream.concat(
        evaluations.stream().flatMap(named -> named.evaluation().charts().stream()),
        training.stream());
  }
}
