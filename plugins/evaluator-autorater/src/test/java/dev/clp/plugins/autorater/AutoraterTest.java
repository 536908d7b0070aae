package dev.clp.plugins.autorater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.ComponentContext;
import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.Evaluator;
import dev.clp.api.KlRange;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.TextClassifiers;
import dev.clp.api.contract.TestContext;
import dev.clp.plugins.chat.BackendKind;
import dev.clp.plugins.chat.BackendOptions;
import dev.clp.plugins.chat.server.ChatServer;
import dev.clp.plugins.chat.server.Reply;
import dev.clp.plugins.chat.server.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AutoraterTest {

  private static final String KEY = "secret-0123456789";

  @TempDir private Path folder;

  private final ChatServer server = new ChatServer(Judges::perfect);

  @AfterEach
  void close() {
    server.close();
  }

  private TestOptions options() {
    return new TestOptions().backend(Judges.backend(BackendKind.OPENAI, server));
  }

  private Evaluator autorater(TestOptions options) {
    return new AutoraterFactory(Map.of("SERVER_KEY", KEY)::get)
        .create(options.options(), context(Optional.of(folder), TextClassifiers.NONE));
  }

  private static ComponentContext context(Optional<Path> storage, TextClassifiers classifiers) {
    return new TestContext(List.of("first", "second"), KlRange.fixed(0.1), storage, classifiers);
  }

  private Path store() {
    return folder.resolve("autorater/verdicts.jsonl");
  }

  private static List<String> row(Table table, String policy, String second) {
    return table.rows().stream()
        .filter(row -> row.get(0).equals(policy) && row.get(1).equals(second))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void aPerfectJudgeFindsTheBetterPolicy(BackendKind kind) throws IOException {
    Evaluation evaluation =
        autorater(new TestOptions().backend(Judges.backend(kind, server)))
            .evaluate(Tables.three(4));

    // Two policies, three weightings, four examples, two orders.
    assertThat(server.requests()).hasSize(48);
    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.strong", 1.0)
        .containsEntry("autorater.win-rate.strong.0.5:0.5@0.1", 1.0)
        .containsEntry("autorater.win-rate.strong.by-coherence", 0.5)
        .containsEntry("autorater.win-rate.weak", 0.0)
        .containsEntry("autorater.win-rate.weak.low", 0.0)
        .containsEntry("autorater.order-flips.strong", 0.0)
        .containsEntry("autorater.no-verdict.weak", 0.0)
        .containsEntry("autorater.pairs.weak.1:0@0.1", 4.0);
    Table winRates = evaluation.tables().get(0);
    assertThat(winRates.title()).isEqualTo("Win rates against reference");
    String judge = kind.name().toLowerCase(Locale.ROOT) + " mini at " + server.url();
    assertThat(winRates.note()).contains("Judge: " + judge, "both orders");
    assertThat(row(winRates, "strong", "all"))
        .containsExactly(
            "strong", "all", "100.0 %", "100.0 % to 100.0 %", "12", "0", "0", "0", "0.0 %");
    assertThat(row(winRates, "weak", "0:1@0.1"))
        .containsExactly("weak", "0:1@0.1", "0.0 %", "0.0 % to 0.0 %", "0", "0", "4", "0", "0.0 %");
    assertThat(row(evaluation.tables().get(1), "weak", "coherence")).contains("50.0 %", "12");
    assertThat(evaluation.findings())
        .containsExactly(
            "By the judge ("
                + judge
                + "), strong's win rate against reference is 100.0 % over 12 pairs; the 95 %"
                + " interval, 100.0 % to 100.0 %, lies above 50 %.",
            "By the judge ("
                + judge
                + "), weak's win rate against reference is 0.0 % over 12 pairs; the 95 % interval,"
                + " 0.0 % to 0.0 %, lies below 50 %.");
    assertThat(evaluation.charts().get(0).series().get(0).points())
        .extracting(Point::x)
        .containsExactly(0.0, 0.5, 1.0);
    assertThat(Files.readAllLines(store()))
        .hasSize(48)
        .allSatisfy(
            line -> assertThat(line).contains("\"judge\":\"" + judge, "<response_a>", "choices"));
  }

  @Test
  void countsTokensAndCost() {
    Table table = autorater(options()).evaluate(Tables.three(4)).tables().get(2);

    // 48 answers of 100 and 7 tokens, at 1 and 10 per million.
    assertThat(table.rows().get(0))
        .containsExactly("openai mini at " + server.url(), "24", "48", "4,800", "336", "0.00816");
  }

  @Test
  void anOrderBiasedJudgeFindsTies() {
    server.behave(request -> Judges.says("A"));
    Evaluation evaluation = autorater(options()).evaluate(Tables.three(4));

    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.strong", 0.5)
        .containsEntry("autorater.win-rate.weak", 0.5)
        .containsEntry("autorater.order-flips.strong", 1.0);
    assertThat(row(evaluation.tables().get(0), "strong", "all"))
        .containsExactly(
            "strong", "all", "50.0 %", "50.0 % to 50.0 %", "0", "12", "0", "0", "100.0 %");
    assertThat(evaluation.findings())
        .contains(
            "The order of the two responses changed the judge's verdict in 100.0 % of 24 pairs,"
                + " which count as ties: the judge's verdicts depend more on the order than on the"
                + " responses.")
        .anySatisfy(
            finding -> assertThat(finding).endsWith("contains 50 %: no difference is shown."));
  }

  @Test
  void aRefusalIsNoTie() throws IOException {
    server.behave(
        request ->
            request.prompt().contains("Prompt 0\n")
                ? Reply.refuses()
                : request.prompt().contains("Prompt 1\n")
                    ? Reply.noCandidate()
                    : Judges.perfect(request));
    Evaluation evaluation = autorater(options().policies("strong")).evaluate(Tables.three(4));

    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.strong", 1.0)
        .containsEntry("autorater.no-verdict.strong", 6.0);
    assertThat(row(evaluation.tables().get(0), "strong", "all"))
        .containsExactly(
            "strong", "all", "100.0 %", "100.0 % to 100.0 %", "6", "0", "0", "6", "0.0 %");
    assertThat(evaluation.findings())
        .contains("6 of 12 pairs have no verdict and count for neither side.");
    // Three answers for each of twelve questions without verdict, one for the other twelve.
    assertThat(server.requests()).hasSize(12 * 3 + 12);
    assertThat(Files.readString(store())).contains("SAFETY", "OTHER");

    assertThat(autorater(options().policies("strong")).evaluate(Tables.three(4)))
        .isEqualTo(evaluation);
    assertThat(server.requests()).as("a refusal is kept too").hasSize(48);
  }

  @Test
  void aJudgeThatGivesNoVerdictAtAllIsSaidToDoSo() {
    server.behave(request -> Reply.refuses());
    Evaluation evaluation = autorater(options().maxPairs(2)).evaluate(Tables.three(4));

    assertThat(evaluation.metrics()).doesNotContainKey("autorater.win-rate.strong");
    assertThat(evaluation.findings())
        .contains(
            "The judge (openai mini at "
                + server.url()
                + ") gave no verdict on any pair of strong.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Response A is better.\n```json\n{\"brevity\": \"A\", \"overall\": \"a\"}\n```\nDone.",
        "{\"brevity\": \"B\"} Hm, rather {\"brevity\": \" A \", \"overall\": \"A\", \"why\":"
            + " \"{}\"}"
      })
  void readsAVerdictBetweenProse(String answer) {
    server.behave(
        request ->
            request.prompt().indexOf("quality 9") < request.prompt().indexOf("quality 5")
                ? Reply.says(answer)
                : Reply.says("{\"brevity\": \"Tie\", \"overall\": \"B\"}"));
    Evaluation evaluation =
        autorater(options().criteria(Map.of("brevity", "Which is shorter?")).policies("strong"))
            .evaluate(Tables.three(1));

    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.strong", 1.0)
        .containsEntry("autorater.win-rate.strong.by-brevity", 0.5)
        .containsEntry("autorater.order-flips.strong.by-brevity", 1.0);
    assertThat(server.requests()).hasSize(6);
    assertThat(server.requests().get(0).prompt())
        .contains(
            "- brevity: Which is shorter?\n- overall: ",
            "{\"brevity\": verdict, \"overall\": verdict}");
  }

  @Test
  void anIncompleteVerdictIsAskedForAgain() {
    server.behave(
        request ->
            request.number() < 2 ? Reply.says("{\"overall\": \"A\"}") : Judges.perfect(request));
    Evaluation evaluation =
        autorater(options().policies("strong").maxPairs(1)).evaluate(Tables.three(1));

    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.strong", 1.0)
        .containsEntry("autorater.answers", 4.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"brevity\": \"A\", \"overall\": \"A\"} Had it ended well: {\"brevity\": \"A\","
            + " \"overall\": \"B\"}",
        "{\"brevity\": \"A\", \"overall\": \"A\", \"overall\": \"B\"}",
        "{\"brevity\": \"A\", \"overall\": \"A\", oops {\"brevity\": \"A\", \"overall\": \"B\"}"
      })
  void twoVerdictsAreNone(String answer) throws IOException {
    server.behave(request -> Reply.says(answer));
    Evaluation evaluation =
        autorater(options().criteria(Map.of("brevity", "Which?")).policies("strong").maxPairs(1))
            .evaluate(Tables.three(1));

    assertThat(evaluation.metrics()).containsEntry("autorater.no-verdict.strong", 1.0);
    assertThat(server.requests()).hasSize(6);
    assertThat(Files.readString(store())).contains("\"choices\":{}");
  }

  @Test
  void readsAVerdictAsModelsWriteIt() {
    server.behave(
        request ->
            request.prompt().indexOf("quality 9") < request.prompt().indexOf("quality 5")
                ? Reply.says("{'why': 'one\ntwo', 'brevity': 'A', 'overall': 'A',}")
                : Reply.says("{\"brevity\": \"B\", overall: \"B\"}"));
    Evaluation evaluation =
        autorater(options().criteria(Map.of("brevity", "Which?")).policies("strong"))
            .evaluate(Tables.three(1));

    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.strong", 1.0)
        .containsEntry("autorater.answers", 6.0);
  }

  /** Such as prompts that are too long; the other pairs keep their verdicts. */
  @Test
  void aPromptThatIsRefusedIsAPairWithoutVerdict() throws IOException {
    server.behave(
        request ->
            request.prompt().contains("Prompt 0\n")
                ? Reply.error(400, "too long")
                : Judges.perfect(request));
    Evaluation evaluation = autorater(options().policies("strong")).evaluate(Tables.three(4));

    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.strong", 1.0)
        .containsEntry("autorater.no-verdict.strong", 3.0)
        .containsEntry("autorater.answers", 18.0);
    assertThat(evaluation.findings())
        .contains("3 of 12 pairs have no verdict and count for neither side.")
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .contains("refused 6 question(s)", "asks again", "status 400: too long"));
    assertThat(server.requests()).as("a refusal is not asked for again").hasSize(24);
    assertThat(Files.readAllLines(store())).hasSize(18);

    server.behave(Judges::perfect);
    assertThat(autorater(options().policies("strong")).evaluate(Tables.three(4)).metrics())
        .containsEntry("autorater.no-verdict.strong", 0.0);
    assertThat(server.requests()).as("only what was refused is asked again").hasSize(30);
  }

  @Test
  void aServiceThatRefusesEveryPromptEndsTheEvaluation() {
    server.behave(request -> Reply.error(400, "unknown parameter"));
    assertThatThrownBy(() -> autorater(options()).evaluate(Tables.three(4)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "unknown parameter", "10 prompts in a row", "backend.model (mini)");
    assertThat(server.requests()).hasSizeLessThan(15);
  }

  @Test
  void closingEndsItsQuestions() throws Exception {
    server.behave(request -> Judges.perfect(request).withEnding(Reply.Ending.STALLED));
    Evaluator autorater = autorater(options());
    CompletableFuture<Evaluation> evaluation =
        CompletableFuture.supplyAsync(() -> autorater.evaluate(Tables.three(4)));
    while (server.requests().isEmpty()) {
      Thread.sleep(5);
    }
    ((AutoCloseable) autorater).close();
    assertThat(evaluation)
        .failsWithin(20, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("closed while an answer was awaited");
  }

  @Test
  void goesOnWhereItStopped() throws IOException {
    SampleTable table = Tables.three(4);
    server.behave(
        request ->
            request.number() < 20 ? Judges.perfect(request) : Reply.error(403, "out of credit"));
    assertThatThrownBy(() -> autorater(options()).evaluate(table))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "status 403: out of credit", "kept in " + store(), "evaluate again", "24 pairs");
    assertThat(Files.readAllLines(store())).hasSize(20);
    // As if the process had been killed within the next line.
    Files.writeString(store(), "{\"key\":\"0a", StandardOpenOption.APPEND);

    server.behave(Judges::perfect);
    int before = server.requests().size();
    Evaluation evaluation = autorater(options()).evaluate(table);
    assertThat(server.requests()).hasSize(before + 28);
    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.strong", 1.0)
        .containsEntry("autorater.answers", 48.0);

    assertThat(autorater(options()).evaluate(table)).isEqualTo(evaluation);
    assertThat(server.requests()).as("nothing is asked twice").hasSize(before + 28);
    assertThat(server.requests().stream().limit(20).map(Request::prompt))
        .doesNotContainAnyElementsOf(
            server.requests().stream().skip(before).map(Request::prompt).toList());
  }

  @Test
  void theKeyNeverShows() throws IOException {
    server.behave(
        request ->
            request.number() < 9
                ? Reply.says(Judges.perfect(request).openai() + request.headers())
                : request.number() < 20
                    ? Reply.says("{\"overall\": \"" + KEY + "\"}")
                    : Reply.error(401, "wrong: " + request.headers()));
    assertThatThrownBy(() -> autorater(options()).evaluate(Tables.three(4)))
        .hasMessageContaining("[redacted]")
        .hasMessageNotContaining(KEY)
        .hasStackTraceContaining("status 401")
        .satisfies(e -> assertThat(e.getCause()).hasMessageNotContaining(KEY));
    server.behave(request -> Reply.says(Judges.perfect(request).gemini() + request.headers()));
    String evaluation = autorater(options()).evaluate(Tables.three(4)).toString();

    assertThat(evaluation).doesNotContain(KEY);
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> written = files.filter(Files::isRegularFile).toList();
      assertThat(written).isNotEmpty();
      for (Path file : written) {
        assertThat(Files.readString(file)).contains("[redacted]").doesNotContain(KEY);
      }
    }
  }

  @Test
  void equalResponsesAreTiesWithoutAsking() {
    Tables tables = new Tables();
    for (int i = 0; i < 3; i++) {
      tables
          .add(Sample.REFERENCE, 1, Tables.HALF, i, "quality 5")
          .add("same", 1, Tables.HALF, i, "quality 5");
    }
    tables.add(Sample.REFERENCE, Tables.HALF, 3, 5).add("same", Tables.HALF, 3, 6);
    Evaluation evaluation = autorater(options()).evaluate(tables.table());

    assertThat(server.requests()).hasSize(2);
    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.same", 0.625)
        .containsEntry("autorater.order-flips.same", 0.0);
    assertThat(evaluation.findings())
        .contains("In 3 of 4 pairs the responses are equal: a tie, without asking the judge.");
  }

  @Test
  void comparesWithAnotherBaseline() {
    Evaluation evaluation = autorater(options().baseline("strong")).evaluate(Tables.three(4));

    assertThat(evaluation.tables().get(0).title()).isEqualTo("Win rates against strong");
    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.weak", 0.0)
        .containsEntry("autorater.win-rate.reference", 0.0)
        .containsEntry("autorater.pairs.reference.1:0@0.1", 4.0);
  }

  @Test
  void withoutAnythingToCompareItSaysSo() {
    SampleTable lonely = new Tables().add(Sample.REFERENCE, Tables.HALF, 0, 5).table();
    assertThat(autorater(options()).evaluate(lonely).findings())
        .containsExactly(
            "There is nothing to compare: no policy answered a prompt that the baseline reference"
                + " answered too, at the same weighting.");
    assertThat(autorater(options()).evaluate(new Tables().table()).findings())
        .containsExactly("There is nothing to compare: the table has no samples.");
    SampleTable apart =
        new Tables()
            .add(Sample.REFERENCE, Tables.HALF, 0, 5)
            .add("p", Tables.HALF, 0, 6)
            .add("q", Tables.HALF, 1, 6)
            .table();
    assertThat(autorater(options()).evaluate(apart).findings())
        .contains("No pair of q was judged: no win rate.");
  }

  @Test
  void saysWhatItLeavesOut() {
    Evaluation evaluation = autorater(options().maxPairs(6)).evaluate(Tables.three(4));

    assertThat(server.requests()).hasSize(12);
    assertThat(evaluation.findings()).contains("6 of 24 pairs were judged, as max-pairs allows.");
    assertThat(evaluation.findings().get(0))
        .endsWith(
            "over 3 pairs; one example gives no interval, and the difference may be due to chance.");
  }

  @Test
  void unknownPoliciesAreErrors() {
    SampleTable table = Tables.three(1);
    assertThatThrownBy(() -> autorater(options().policies("stong")).evaluate(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("policies", "'stong'", "[reference, strong, weak]");
    assertThatThrownBy(() -> autorater(options().baseline("base")).evaluate(table))
        .hasMessageContainingAll("baseline", "'base'");
    assertThatThrownBy(() -> autorater(options().baseline("weak").policies("weak")).evaluate(table))
        .hasMessageContaining("compared with itself");
    for (String name : List.of("overall", "Two words", "")) {
      assertThatThrownBy(() -> options().criteria(Map.of(name, "Which?")).options())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the criterion '" + name + "'");
    }
  }

  @Test
  void withoutAJudgeItNamesThreeWaysToChooseOne() {
    AutoraterFactory factory = new AutoraterFactory(variable -> null);
    ComponentContext context = context(Optional.empty(), TextClassifiers.NONE);
    assertThatThrownBy(() -> factory.create(new TestOptions().options(), context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "kind = gemini",
            "GEMINI_API_KEY",
            "kind = openai",
            "OPENAI_API_KEY",
            "preference-model");
    assertThatThrownBy(
            () ->
                factory.create(
                    new TestOptions().backend(BackendOptions.of(BackendKind.OFFLINE)).options(),
                    context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("backend.kind is offline", "preference-model");
    assertThatThrownBy(
            () ->
                factory.create(
                    new TestOptions()
                        .backend(BackendOptions.of(BackendKind.GEMINI))
                        .preferenceModel(folder)
                        .options(),
                    context))
        .as("a judge that was asked for is not replaced")
        .hasMessageContaining("GEMINI_API_KEY is not set");
    assertThat(
            new AutoraterFactory(Map.of("GEMINI_API_KEY", KEY)::get)
                .create(new TestOptions().options(), context))
        .isNotNull();
  }

  @Test
  void aPreferenceModelJudgesOffline() {
    Tables tables = new Tables();
    for (int i = 0; i < 4; i++) {
      tables
          .add(Sample.REFERENCE, 1, Tables.HALF, i, "0123456789")
          .add("long", 1, Tables.HALF, i, "0123456789" + (i == 0 ? "" : "0"))
          .add("short", 1, Tables.HALF, i, "012345678" + (i == 0 ? "x" : ""));
    }
    Evaluation evaluation =
        new AutoraterFactory(Map.of("GEMINI_API_KEY", KEY)::get)
            .create(
                new TestOptions().preferenceModel(folder.resolve("preference")).options(),
                context(
                    Optional.of(folder),
                    (opened, reading) -> {
                      assertThat(opened).isEqualTo(folder.resolve("preference"));
                      return new LengthModel();
                    }))
            .evaluate(tables.table());

    // A character is exactly the margin of 0.1, up to the rounding of floats.
    assertThat(evaluation.metrics().get("autorater.win-rate.long"))
        .isEqualTo((3 * 1 + 0.5) / 4, within(1e-12));
    assertThat(evaluation.metrics())
        .containsEntry("autorater.win-rate.short", 0.5 / 4)
        .containsEntry("autorater.order-flips.long", 0.0)
        .containsEntry("autorater.answers", 0.0);
    assertThat(evaluation.tables()).hasSize(2);
    assertThat(evaluation.tables().get(0).note())
        .contains(
            "offline judge: a preference model, no LLM (preference)",
            "no order flips by construction",
            "below 0.1 logits are ties");
    assertThat(evaluation.findings().get(0)).contains("offline judge: a preference model, no LLM");
    assertThat(folder).isEmptyDirectory();
  }
}
