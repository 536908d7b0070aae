package dev.clp.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Chart;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluation.Series;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import dev.clp.runtime.report.ReportData.Fact;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportWriterTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final Pattern SCRIPT = Pattern.compile("(?is)<script\\b[^>]*>.*?</script>");

  private static final Pattern DATA =
      Pattern.compile("(?s)<script type=\"application/json\" id=\"data\">(.*?)</script>");

  @TempDir Path folder;

  @Test
  void everythingIsEmbedded() throws Exception {
    ReportData data = SyntheticReport.twoObjectives().data();
    ReportWriter.write(folder, data);
    JsonNode page = embedded();
    assertThat(MAPPER.convertValue(page.get("evaluations"), new Evaluations()))
        .isEqualTo(data.evaluations());
    assertThat(MAPPER.convertValue(page.get("training"), new Charts())).isEqualTo(data.training());
    assertThat(MAPPER.convertValue(page.get("facts"), new Facts())).isEqualTo(data.facts());
    assertThat(page.get("title").asText()).isEqualTo(data.title());
    assertThat(page.get("description").asText()).isEqualTo(data.description());
    assertThat(page.get("configuration").asText()).isEqualTo(data.configuration());
    JsonNode rows = page.get("samples").get("rows");
    List<Sample> samples = data.samples().samples();
    assertThat(rows).hasSameSizeAs(samples);
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      JsonNode row = rows.get(i);
      assertThat(row.get("policy").asText()).isEqualTo(sample.policy());
      assertThat(row.get("seed").asText()).isEqualTo(Long.toString(sample.seed()));
      assertThat(row.get("response").asText()).isEqualTo(sample.response());
      assertThat(row.get("logRatio").asDouble()).isEqualTo(sample.logRatio().orElseThrow());
      JsonNode weighting = page.get("samples").get("weightings").get(row.get("weighting").asInt());
      assertThat(MAPPER.convertValue(weighting, Weighting.class)).isEqualTo(sample.weighting());
    }
  }

  @Test
  void thePageLoadsNothing() throws Exception {
    ReportWriter.write(
        folder, withCharts(List.of(new Chart("front", "Front", "x", "y", List.of()))));
    String html = html();
    assertThat(html)
        .contains("content=\"default-src 'none'; script-src 'unsafe-inline';")
        .doesNotContainPattern("(?i)<script[^>]*\\bsrc\\b");
    String markup = SCRIPT.matcher(html).replaceAll("");
    assertThat(markup)
        .doesNotContainPattern("(?i)\\bsrc\\s*=")
        .doesNotContainPattern("(?i)\\bhref\\s*=\\s*[\"']?[^\"'#\\s>]")
        .doesNotContainPattern("(?i)<(link|iframe|object|embed|img|base)\\b")
        .doesNotContainPattern("(?i)@import|url\\(|https?:");
    String script = html.substring(html.lastIndexOf("<script>"));
    assertThat(script)
        .contains("'figures/'")
        .doesNotContainPattern("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b")
        .doesNotContainPattern("fetch\\(|XMLHttpRequest|https://|import\\(");
  }

  @Test
  void hostileTextStaysText() throws Exception {
    String hostile =
        "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> & ${data}"
            + " \u2028\u2029";
    ReportData plain =
        new SyntheticReport(List.of("faithfulness", "brevity"), List.of("full-clp"), 1, 1).data();
    ReportWriter.write(folder.resolve("plain"), plain);
    ReportWriter.write(folder, withText(plain, hostile));
    String html = html();
    assertThat(html).doesNotContain("alert(1)</script>", "<img src=x");
    assertThat(DATA.matcher(html).results().map(result -> result.group(1)).toList())
        .singleElement()
        .asString()
        .doesNotContain("<", "\u2028", "\u2029");
    assertThat(tags(html)).isEqualTo(tags(Files.readString(folder.resolve("plain/report.html"))));
    JsonNode page = embedded();
    assertThat(page.get("title").asText()).isEqualTo(hostile);
    assertThat(page.get("configuration").asText()).isEqualTo(hostile);
    assertThat(page.get("samples").get("rows").get(0).get("response").asText()).isEqualTo(hostile);
    assertThat(page.get("samples").get("prompts").elements().next().asText()).isEqualTo(hostile);
  }

  @Test
  void everyChartIsAFigure() throws Exception {
    SyntheticReport report = SyntheticReport.threeObjectives();
    ReportData data = report.data();
    ReportWriter.write(folder, data);
    List<Chart> charts = new ArrayList<>(data.evaluations().get(0).evaluation().charts());
    charts.addAll(data.training());
    assertThat(charts).hasSize(3 + 3 + 1 + 4);
    Map<String, SeriesStyle> styles = SeriesStyle.assign(report.policies());
    for (Chart chart : charts) {
      Set<Integer> colours = colours(chart.id());
      for (Series series : chart.series()) {
        if (!series.name().equals(Sample.REFERENCE)) {
          int colour = Integer.parseInt(styles.get(series.name()).light().substring(1), 16);
          assertThat(colours).as("%s of %s", series.name(), chart.id()).contains(colour);
        }
      }
      // Text is drawn as outlines, so that the figure looks alike wherever fonts differ.
      assertThat(svg(chart.id()).getDocumentElement().getElementsByTagName("path").getLength())
          .isGreaterThan(chart.title().length());
    }
  }

  @Test
  void unknownIntervalsAndValuesAreLeftOut() throws Exception {
    double none = Double.NaN;
    Chart chart =
        new Chart(
            "gaps",
            "Gaps",
            "x",
            "y",
            List.of(
                new Series(
                    "one",
                    true,
                    List.of(
                        new Point(0, 1, none, none, ""),
                        new Point(1, none, 0, 0, ""),
                        new Point(2, 3, 0, none, ""),
                        new Point(3, Double.POSITIVE_INFINITY, 0, 1, ""))),
                new Series("two", true, List.of()),
                new Series("three", false, List.of(new Point(1, 1, 0.5, none, "")))));
    Chart empty = new Chart("empty", "Empty", "x", "y", List.of());
    ReportWriter.write(folder, withCharts(List.of(chart, empty)));
    assertThat(colours("gaps")).contains(0x0072b2);
    assertThat(colours("empty")).hasSizeGreaterThan(1);
    JsonNode points = embedded().at("/evaluations/0/evaluation/charts/0/series/0/points");
    assertThat(points).hasSize(4);
    assertThat(points.get(0).get("yError").isNull()).isTrue();
    assertThat(points.get(1).get("y").isNull()).isTrue();
    assertThat(points.get(3).get("y").isNull()).isTrue();
  }

  @Test
  void oneSeedOfOnePolicyWithoutTraining() throws Exception {
    SyntheticReport report =
        new SyntheticReport(List.of("faithfulness", "brevity"), List.of("full-clp"), 1, 2);
    ReportData all = report.data();
    ReportData data =
        new ReportData(
            all.title(),
            "",
            List.of(),
            all.evaluations(),
            List.of(),
            all.samples(),
            all.configuration());
    ReportWriter.write(folder, data);
    assertThat(embedded().get("training")).isEmpty();
    assertThat(figures())
        .containsExactlyInAnyOrder(
            "front-faithfulness-brevity.png",
            "front-faithfulness-brevity.svg",
            "along-faithfulness.png",
            "along-faithfulness.svg",
            "along-brevity.png",
            "along-brevity.svg",
            "kl-along.png",
            "kl-along.svg");
    assertThat(colours("kl-along")).contains(0x0072b2);
  }

  @Test
  void aRunWithoutAnythingHasAReport() throws Exception {
    ReportWriter.write(
        folder,
        new ReportData(
            "",
            "",
            List.of(),
            List.of(),
            List.of(),
            new SampleTable(List.of("one"), List.of(), Map.of(), List.of()),
            ""));
    assertThat(embedded().get("samples").get("rows")).isEmpty();
    assertThat(figures()).isEmpty();
  }

  @Test
  void chartsOfOneIdAreKeptApart() throws Exception {
    Chart front = new Chart("front", "Front", "x", "y", List.of());
    Chart other = new Chart("Front", "Another", "x", "y", List.of());
    ReportWriter.write(folder, withCharts(List.of(front, other)));
    assertThat(figures())
        .containsExactlyInAnyOrder("front.png", "front.svg", "Front-2.png", "Front-2.svg");
    assertThat(embedded().at("/evaluations/0/evaluation/charts/1/id").asText())
        .isEqualTo("Front-2");
  }

  @Test
  void anIdCannotLeaveTheFolder() throws Exception {
    Chart chart = new Chart("../front of a/b", "Front", "x", "y", List.of());
    ReportWriter.write(folder, withCharts(List.of(chart)));
    assertThat(figures()).containsExactlyInAnyOrder("-front-of-a-b.png", "-front-of-a-b.svg");
  }

  @Test
  void aLargeTableIsCutAndThePageSaysSo() throws Exception {
    Weighting weighting = Weighting.balanced(1, 0.1);
    String response = "A response of ordinary length. ".repeat(8);
    List<Sample> samples =
        IntStream.range(0, 100_000)
            .mapToObj(
                i ->
                    new Sample(
                        "policy-" + i % 10,
                        i / 10 % 5,
                        weighting,
                        "example-" + i / 50,
                        "Prompt",
                        response,
                        40,
                        List.of(1.0),
                        -1,
                        -2))
            .toList();
    ReportWriter.write(
        folder,
        new ReportData(
            "Large",
            "",
            List.of(),
            List.of(),
            List.of(),
            new SampleTable(List.of("one"), List.of(), Map.of(), samples),
            ""));
    JsonNode excerpt = embedded().get("samples");
    assertThat(excerpt.get("prompts")).hasSize(40);
    assertThat(excerpt.get("rows")).hasSize(40 * 50);
    assertThat(excerpt.get("totalExamples").asInt()).isEqualTo(2_000);
    assertThat(excerpt.get("totalSamples").asInt()).isEqualTo(100_000);
    assertThat(Files.size(folder.resolve("report.html"))).isLessThan(6_000_000);
  }

  /** Returns {@code data} with {@code text} wherever a run or a model can put text. */
  static ReportData withText(ReportData data, String text) {
    NamedEvaluation named = data.evaluations().get(0);
    return new ReportData(
        text,
        text,
        List.of(new Fact(text, text)),
        List.of(
            new NamedEvaluation(
                text,
                new Evaluation(
                    Map.of(),
                    List.of(
                        new Evaluation.Table(text, text, List.of(text), List.of(List.of(text)))),
                    named.evaluation().charts().stream()
                        .limit(1)
                        .map(chart -> new Chart(chart.id(), text, text, text, chart.series()))
                        .toList(),
                    List.of(text)))),
        List.of(),
        new SampleTable(
            List.of(text, text),
            data.samples().calibration(),
            data.samples().costs(),
            data.samples().samples().stream()
                .map(
                    sample ->
                        new Sample(
                            sample.policy(),
                            sample.seed(),
                            sample.weighting(),
                            sample.example() + text,
                            text,
                            text,
                            sample.tokens(),
                            sample.scores(),
                            sample.logProbability(),
                            sample.referenceLogProbability()))
                .toList()),
        text);
  }

  private static ReportData withCharts(List<Chart> charts) {
    return new ReportData(
        "Charts",
        "",
        List.of(),
        List.of(
            new NamedEvaluation("pareto", new Evaluation(Map.of(), List.of(), charts, List.of()))),
        List.of(),
        new SampleTable(List.of("one"), List.of(), Map.of(), List.of()),
        "");
  }

  private String html() throws IOException {
    return Files.readString(folder.resolve("report.html"));
  }

  private JsonNode embedded() throws IOException {
    Matcher matcher = DATA.matcher(html());
    assertThat(matcher.find()).isTrue();
    return MAPPER.readTree(matcher.group(1));
  }

  private List<String> figures() throws IOException {
    try (var files = Files.list(folder.resolve("figures"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static List<String> tags(String html) {
    return Pattern.compile("(?i)</?script|<!--")
        .matcher(html)
        .results()
        .map(r -> r.group())
        .toList();
  }

  private Set<Integer> colours(String id) throws IOException {
    BufferedImage image = ImageIO.read(folder.resolve("figures/" + id + ".png").toFile());
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y) & 0xffffff);
      }
    }
    return colours;
  }

  private Document svg(String id) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    // The document type names a file on the network, which nobody has to load.
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(folder.resolve("figures/" + id + ".svg").toFile());
  }

  private static final class Evaluations extends TypeReference<List<NamedEvaluation>> {}

  private static final class Charts extends TypeReference<List<Chart>> {}

  private static final class Facts extends TypeReference<List<Fact>> {}
}
