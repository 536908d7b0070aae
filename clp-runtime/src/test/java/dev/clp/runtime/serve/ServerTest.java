package dev.clp.runtime.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import dev.clp.runtime.Checkout;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.experiment.ExperimentRun;
import dev.clp.runtime.experiment.Experiments;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.plugin.InstalledComponents;
import dev.clp.runtime.plugin.PluginFolders;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of a small run, asked by the official client and by hand. */
class ServerTest {

  private static final String KEY = "open-sesame";
  private static final int ROWS = 16;
  private static final int QUEUE = 8;
  private static final int BODY_BYTES = 20_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final String PROMPT =
      "Parker won the poetry prize in Ashby on Thursday. The prize is worth eighty thousand"
          + " dollars.\nSummary:";

  @TempDir static Path shared;

  private static OpenRun run;
  private static Server server;
  private static OpenAIClient client;

  @BeforeAll
  static void serveASmallRun() throws IOException {
    Path model = Files.createDirectory(shared.resolve("base"));
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(Checkout.sample("quickstart").resolve("model").resolve(file), model.resolve(file));
    }
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "<s>{% for message in messages %}{{ message.content }}\n{% endfor %}Summary:");
    run =
        new Experiments(
                new ExperimentFile(
                    new InstalledComponents(
                        () -> new PluginFolders(List.of(), List.of(), Optional.empty()))))
            .begin(
                Checkout.sample("quickstart").resolve("quickstart.conf"),
                List.of(
                    "model=" + model,
                    "seeds=[1,2]",
                    "policies=null",
                    "policies.full-clp={}",
                    "policies.mod={}",
                    "policies.prompting={}",
                    "training.steps=2",
                    "training.prompts-per-step=2",
                    "training.samples-per-prompt=2",
                    "rollout.max-new-tokens=16",
                    "training.learning-rate=0.05",
                    "experts.steps=1",
                    "data.evaluation=2",
                    "data.calibration=16",
                    "evaluation.divisions=2"),
                Optional.of(shared.resolve("run")));
    ExperimentRun.complete(run, ExperimentRun.local(run.experiment()), List.of());
    server = start();
    client = client(KEY);
  }

  private static Server start() {
    Server started = Server.start(ServedFolder.of(run), options(), line -> {}, warning -> {});
    started.awaitReady();
    return started;
  }

  private static ServeOptions options() {
    return new ServeOptions(
        "127.0.0.1",
        0,
        ROWS,
        QUEUE,
        Duration.ofSeconds(60),
        BODY_BYTES,
        // Room for few of the averaged models, so that many have to go.
        4_000_000,
        Duration.ofSeconds(20),
        Optional.of(KEY),
        Optional.empty(),
        false);
  }

  private static OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder().baseUrl(server.url() + "/v1").apiKey(key).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static CompletionCreateParams.Builder completion(String model) {
    return CompletionCreateParams.builder().model(model).prompt(PROMPT).seed(7).maxTokens(20);
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder()
        .model("full-clp#2")
        .putAdditionalBodyProperty("weights", JsonValue.from(Map.of("accuracy", 1, "brevity", 3)))
        .putAdditionalBodyProperty("seed", JsonValue.from(3))
        .addSystemMessage("News.")
        .addUserMessage("Parker won the poetry prize in Ashby on Thursday.")
        .maxCompletionTokens(15);
  }

  private static String text(Completion completion) {
    return completion.choices().get(0).text();
  }

  private static JsonNode asked(Map<String, JsonValue> more) {
    return JSON.valueToTree(more.get("clp").convert(Map.class));
  }

  @Test
  void theOfficialClientGetsTheSameTextWholeAndStreamed() {
    Completion whole = client.completions().create(completion("full-clp").build());
    StringBuilder streamed = new StringBuilder();
    try (StreamResponse<Completion> stream =
        client.completions().createStreaming(completion("full-clp").build())) {
      stream.stream().forEach(chunk -> streamed.append(text(chunk)));
    }
    assertThat(text(whole)).isEqualTo(streamed.toString()).startsWith(" ").hasSizeGreaterThan(5);
    assertThat(whole.choices().get(0).finishReason().asString()).isIn("stop", "length");
    assertThat(whole.usage().orElseThrow().completionTokens()).isBetween(3L, 20L);
    assertThat(asked(whole._allProperties()).path("seed").asLong()).isEqualTo(7);
  }

  @Test
  void aConversationIsAnsweredWholeAndStreamed() {
    ChatCompletion whole =
        client.chat().completions().create(chat().logprobs(true).topLogprobs(3).build());
    StringBuilder streamed = new StringBuilder();
    List<Long> usage = new ArrayList<>();
    try (StreamResponse<ChatCompletionChunk> stream =
        client
            .chat()
            .completions()
            .createStreaming(
                chat()
                    .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                    .build())) {
      stream.stream()
          .forEach(
              chunk -> {
                chunk.choices().stream()
                    .flatMap(choice -> choice.delta().content().stream())
                    .forEach(streamed::append);
                chunk.usage().ifPresent(used -> usage.add(used.totalTokens()));
              });
    }
    ChatCompletion.Choice choice = whole.choices().get(0);
    assertThat(choice.message().content()).contains(streamed.toString());
    assertThat(usage).containsExactly(whole.usage().orElseThrow().totalTokens());
    assertThat(choice.logprobs().orElseThrow().content().orElseThrow())
        .isNotEmpty()
        .allSatisfy(
            token -> {
              assertThat(token.topLogprobs()).hasSize(3);
              assertThat(token.topLogprobs().get(0).logprob())
                  .isGreaterThanOrEqualTo(token.logprob());
            })
        .extracting(token -> token.token())
        .satisfies(
            tokens ->
                assertThat(String.join("", tokens)).isEqualTo(choice.message().content().get()));
    JsonNode asked = asked(whole._allProperties());
    assertThat(asked.path("policy").asText()).isEqualTo("full-clp");
    assertThat(asked.path("policy_seed").asLong()).isEqualTo(2);
    assertThat(asked.at("/weights/brevity").asDouble()).isEqualTo(0.75);
    assertThat(asked.path("kl").asDouble()).isEqualTo(0.03);
  }

  @Test
  void whatIsServedIsListed() throws Exception {
    assertThat(client.models().list().data())
        .extracting(Model::id)
        .contains("full-clp", "full-clp#2", "mod", "prompting#2", "reference")
        .anyMatch(id -> id.startsWith("experts/1.0_0.0"));
    JsonNode objectives = JSON.readTree(get("/v1/objectives").body());
    assertThat(objectives.at("/objectives/1/name").asText()).isEqualTo("brevity");
    assertThat(objectives.at("/objectives/1/reference/standard_deviation").asDouble()).isPositive();
    assertThat(objectives.at("/kl/default").asDouble()).isEqualTo(0.03);
    JsonNode front = JSON.readTree(get("/v1/front").body());
    assertThat(front.at("/policies").findValuesAsText("policy"))
        .containsOnly("full-clp", "mod", "prompting", "reference");
    assertThat(front.at("/policies/0/points")).hasSize(3);
    assertThat(front.at("/policies/0/points/0/means").properties()).hasSize(2);
  }

  @Test
  void aResponseIsTheSameAloneAndAmongOthersOfOtherWeightings() {
    List<String> models = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      models.add("full-clp@accuracy=" + i + ",brevity=2");
      models.add("prompting@accuracy=" + i + ",brevity=2");
    }
    models.add("mod");
    models.add("reference");
    List<String> alone =
        models.stream()
            .map(model -> text(client.completions().create(completion(model).build())))
            .toList();
    List<CompletableFuture<String>> together =
        models.stream()
            .map(
                model ->
                    client
                        .async()
                        .completions()
                        .create(completion(model).build())
                        .thenApply(ServerTest::text))
            .toList();
    assertThat(together.stream().map(CompletableFuture::join)).isEqualTo(alone);
    assertThat(alone.stream().distinct().count()).isGreaterThan(3);
  }

  @Test
  void aStopStringThatSpansTokensEndsTheText() {
    String text = text(client.completions().create(completion("full-clp").temperature(0).build()));
    // From within a word to within the next one.
    int space = text.indexOf(' ', 3);
    String stop = text.substring(space - 2, space + 2);
    Completion stopped =
        client.completions().create(completion("full-clp").temperature(0).stop(stop).build());
    assertThat(text(stopped)).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(stopped.choices().get(0).finishReason().asString()).isEqualTo("stop");
  }

  @Test
  void severalPromptsHaveSeveralResponsesEach() throws Exception {
    JsonNode reply =
        JSON.readTree(
            post(
                    "/v1/completions",
                    "{\"prompt\":[\"Parker won.\",[5,6,7]],\"n\":2,\"max_tokens\":4,\"top_k\":5,"
                        + "\"min_p\":0.1,\"logprobs\":0,\"logit_bias\":{\"2\":-100},\"presence_penalty\":1,"
                        + "\"weights\":{\"brevity\":2}}")
                .body());
    assertThat(reply.path("choices")).hasSize(4);
    assertThat(reply.at("/choices/3/index").asInt()).isEqualTo(3);
    assertThat(reply.at("/choices/0/logprobs/token_logprobs")).isNotEmpty();
    assertThat(reply.at("/clp/weights/brevity").asDouble()).isEqualTo(1);
    // The seed that was drawn gives the same reply again.
    JsonNode again =
        JSON.readTree(
            post(
                    "/v1/completions",
                    "{\"prompt\":[\"Parker won.\",[5,6,7]],\"n\":2,\"max_tokens\":4,\"top_k\":5,"
                        + "\"min_p\":0.1,\"logprobs\":0,\"logit_bias\":{\"2\":-100},\"presence_penalty\":1,"
                        + "\"weights\":{\"brevity\":2},\"seed\":"
                        + reply.at("/clp/seed")
                        + "}")
                .body());
    assertThat(again.findValuesAsText("text")).isEqualTo(reply.findValuesAsText("text"));
  }

  @Test
  void textsBecomeTokensAndBack() throws Exception {
    JsonNode tokens =
        JSON.readTree(post("/tokenize", "{\"content\":\"Parker won.\"}").body()).path("tokens");
    assertThat(tokens.size()).isGreaterThan(1);
    assertThat(
            JSON.readTree(post("/detokenize", "{\"tokens\":" + tokens + "}").body())
                .path("content")
                .asText())
        .isEqualTo("Parker won.");
  }

  @Test
  void whatIsWrongIsNamed() throws Exception {
    assertThatThrownBy(() -> client.completions().create(completion("full-clp@acuracy=1").build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("'acuracy'; the objectives are [accuracy, brevity]");
    assertThatThrownBy(() -> client.completions().create(completion("full").build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("there is no model 'full'; the models are [full-clp,");
    OpenAIClient stranger = client("guess");
    assertThatThrownBy(() -> stranger.models().list())
        .isInstanceOf(UnauthorizedException.class)
        .hasMessageContaining("Authorization: Bearer");
    stranger.close();
    refuses(400, "invalid_json", "{\"prompt\":");
    refuses(400, "'prompt' is missing", "{}");
    refuses(400, "there is no field 'promt'", "{\"promt\":1,\"prompt\":\"a\"}");
    refuses(400, "'suffix' is not supported", "{\"prompt\":\"a\",\"suffix\":\"b\"}");
    refuses(400, "'temperature' must be a number", "{\"prompt\":\"a\",\"temperature\":\"hot\"}");
    refuses(400, "'weights' must be an object", "{\"prompt\":\"a\",\"weights\":[1]}");
    refuses(400, "the weights", "{\"prompt\":\"a\",\"weights\":{\"brevity\":-1}}");
    refuses(400, "leave out weights", "{\"prompt\":\"a\",\"model\":\"reference\",\"kl\":0.1}");
    refuses(400, "16 responses", "{\"prompt\":\"a\",\"n\":16,\"prompt\":[\"a\",\"b\"]}");
    refuses(400, "context_length_exceeded", "{\"prompt\":\"" + "word ".repeat(400) + "\"}");
    refuses(400, "context_length_exceeded", "{\"prompt\":\"a\",\"max_tokens\":127}");
    refuses(413, "body_too_large", "{\"prompt\":\"" + "word ".repeat(BODY_BYTES) + "\"}");
    assertThat(get("/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/v1/completions").statusCode()).isEqualTo(405);
  }

  private static void refuses(int status, String words, String body) throws Exception {
    HttpResponse<String> response = post("/v1/completions", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains(words);
    assertThat(JSON.readTree(response.body()).at("/error/message").asText()).isNotEmpty();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("Authorization", "Bearer " + KEY)
        .header("Content-Type", "application/json");
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(request(path).build(), BodyHandlers.ofString());
  }

  private static HttpRequest asking(String path, String body) {
    return request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return HTTP.send(asking(path, body), BodyHandlers.ofString());
  }

  /** A request of as many responses as there are rows, none of which ends by itself. */
  private static String lasting(int tokens) {
    return "{\"prompt\":\"a\",\"n\":16,\"logit_bias\":{\"2\":-100},\"max_tokens\":" + tokens + "}";
  }

  private static double figure(String name) throws Exception {
    Matcher found = Pattern.compile("(?m)^" + name + " (.*)$").matcher(get("/metrics").body());
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }

  @Test
  void whoComesWhenTheQueueIsFullIsToldToComeAgain() {
    List<CompletableFuture<HttpResponse<String>>> all =
        IntStream.range(0, QUEUE + 20)
            .mapToObj(
                i ->
                    HTTP.sendAsync(asking("/v1/completions", lasting(30)), BodyHandlers.ofString()))
            .toList();
    List<HttpResponse<String>> responses = all.stream().map(CompletableFuture::join).toList();
    assertThat(responses).extracting(HttpResponse::statusCode).containsOnly(200, 429);
    assertThat(responses)
        .filteredOn(response -> response.statusCode() == 429)
        .allSatisfy(
            response -> {
              assertThat(response.headers().firstValue("Retry-After")).isPresent();
              assertThat(response.body()).contains("queue_full");
            });
  }

  @Test
  void whoHangsUpFreesTheRows() throws Exception {
    String hungUp = "clp_replies_total\\{route=\"/v1/completions\",status=\"499\"\\}";
    double before = figure(hungUp);
    for (int attempt = 0; attempt < 20 && figure(hungUp) == before; attempt++) {
      byte[] body = lasting(120).getBytes(StandardCharsets.UTF_8);
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort())) {
        OutputStream out = socket.getOutputStream();
        out.write(
            ("POST /v1/completions HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer "
                    + KEY
                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        out.write(body);
        out.flush();
        while (figure("clp_rows_running") == 0) {
          Thread.onSpinWait();
        }
      }
      while (figure("clp_rows_running") > 0) {
        Thread.sleep(2);
      }
    }
    assertThat(figure(hungUp)).isGreaterThan(before);
    assertThat(figure("clp_requests_running")).isZero();
  }

  @Test
  void theFiguresSayWhatHasBeenDone() throws Exception {
    double before = figure("clp_tokens_generated_total");
    client.completions().create(completion("full-clp").build());
    assertThat(figure("clp_tokens_generated_total")).isGreaterThan(before);
    assertThat(get("/metrics").body())
        .contains(
            "clp_time_to_first_token_seconds_bucket",
            "clp_time_per_token_seconds_count",
            "clp_requests_waiting",
            "clp_policies_cached_bytes",
            "clp_weightings_running");
    assertThat(figure("clp_policies_cached_bytes")).isLessThan(8_000_000);
  }

  @Test
  void aServerThatIsStoppedFinishesWhatItHasAccepted() throws Exception {
    Server other = start();
    URI uri = URI.create(other.url() + "/v1/completions");
    HttpRequest asking =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + KEY)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(lasting(60)))
            .build();
    List<CompletableFuture<HttpResponse<String>>> accepted =
        IntStream.range(0, 4)
            .mapToObj(i -> HTTP.sendAsync(asking, BodyHandlers.ofString()))
            .toList();
    while (!other.unfinished().matches("1 running, [1-9] waiting")) {
      Thread.onSpinWait();
    }
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(other::close);
    HttpRequest health = HttpRequest.newBuilder(URI.create(other.url() + "/health")).build();
    int refused = 0;
    try {
      while (HTTP.send(health, BodyHandlers.ofString()).statusCode() == 200) {
        Thread.onSpinWait();
      }
      while (!stopped.isDone()) {
        HttpResponse<String> late = HTTP.send(asking, BodyHandlers.ofString());
        refused += late.statusCode() == 503 && late.body().contains("stopping") ? 1 : 0;
      }
    } catch (IOException e) {
      // It listens no more.
    }
    stopped.join();
    assertThat(refused).isPositive();
    assertThat(accepted.stream().map(CompletableFuture::join))
        .extracting(HttpResponse::statusCode)
        // Those that were on their way when it was stopped came too late.
        .isSubsetOf(200, 503)
        .filteredOn(status -> status == 200)
        .hasSizeGreaterThan(1);
    assertThatThrownBy(() -> HTTP.send(asking, BodyHandlers.ofString()))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void aServerThatLoadsSaysSo() {
    InferenceLoop notBegun =
        new InferenceLoop(ServedFolder.of(run), options(), new ServerMetrics(), warning -> {});
    HttpApi api = new HttpApi(ServedFolder.of(run), notBegun, options());
    assertThatThrownBy(api::health)
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(503))
        .hasMessageContaining("loading the run " + run.folder().path());
  }
}
