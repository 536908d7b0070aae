package dev.clp.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Message;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import dev.clp.runtime.Browser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in a browser, if this machine has one, and reads what its script made of it. */
class ReportBrowserTest {

  @TempDir Path folder;

  @Test
  void everyChartTableAndSampleIsShown() throws Exception {
    SyntheticReport report = SyntheticReport.threeObjectives();
    String page = opened(report.data());
    assertThat(count(page, "<canvas")).isEqualTo(3 + 3 + 1 + 4);
    // Three tables, and the responses along one edge of the three weights.
    assertThat(count(page, "<tbody")).isEqualTo(4);
    assertThat(count(page, "<td class=\"response\"")).isEqualTo(11);
    assertThat(page)
        .contains("This page carries 3172 of 3172 samples: all 4 examples")
        .contains("<option value=\"faithfulness → politeness\">")
        .contains("<option value=\"all weightings\">");
  }

  @Test
  void hostileTextIsShownAndDoesNothing() throws Exception {
    String page =
        opened(
            ReportWriterTest.withText(
                SyntheticReport.twoObjectives().data(),
                "</script><script>document.title = 'taken'</script><img src=x"
                    + " onerror=\"document.title = 'taken'\">"));
    assertThat(page)
        .doesNotContain("<title>taken", "<img")
        .contains("<p class=\"response\">&lt;/script&gt;&lt;script&gt;document.title = 'taken'")
        .contains("<li>&lt;/script&gt;&lt;script&gt;");
  }

  @Test
  void oneObjectiveIsSteeredByItsKlCoefficient() throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (double klCoefficient : new double[] {0.5, 0.1, 0.9}) {
      samples.add(
          new Sample(
              "full-clp",
              1,
              Weighting.corner(1, 0, klCoefficient),
              "example",
              "Prompt",
              "at " + klCoefficient,
              1,
              List.of(1.0),
              -1,
              -2));
    }
    String page =
        opened(
            new ReportData(
                "One objective",
                "",
                List.of(),
                List.of(),
                List.of(),
                new SampleTable(List.of("one"), List.of(), Map.of(), samples),
                ""));
    assertThat(page).contains("<output>KL coefficient 0.1</output>");
    assertThat(
            Pattern.compile("<td class=\"response\">(at [0-9.]+)<")
                .matcher(page)
                .results()
                .map(result -> result.group(1)))
        .containsExactly("at 0.1", "at 0.5", "at 0.9");
  }

  @Test
  void aConversationIsShownAsTurns() throws IOException, InterruptedException {
    Sample sample =
        new Sample(
            "full-clp",
            1,
            Weighting.corner(1, 0, 0.1),
            "example",
            "<|user|>Hi<|assistant|>",
            "Hello",
            1,
            List.of(1.0),
            -1,
            -2);
    String page =
        opened(
            new ReportData(
                "One chat",
                "",
                List.of(),
                List.of(),
                List.of(),
                new SampleTable(List.of("one"), List.of(), Map.of(), List.of(sample)),
                "",
                Map.of("example", List.of(new Message("user", "Hi")))));
    assertThat(page)
        .contains(
            "<div class=\"turn\"><p class=\"label\">user</p><p>Hi</p></div>",
            ">example: Hi</option>");
  }

  private String opened(ReportData data) throws IOException, InterruptedException {
    ReportWriter.write(folder, data);
    return Browser.opened(folder.resolve("report.html").toUri(), folder);
  }

  private static int count(String page, String part) {
    return page.split(Pattern.quote(part), -1).length - 1;
  }
}
