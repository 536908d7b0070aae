package dev.clp.runtime.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.clp.runtime.Browser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser, before a server whose replies are written here. */
class SteeringPageTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String MODELS =
      """
      {"data":[{"id":"full-clp","clp":{"kind":"policy","policy":"full-clp","policy_seed":1,\
      "chat":false}},{"id":"reference","clp":{"kind":"reference","policy":"reference",\
      "chat":false}}]}""";

  private static final String OBJECTIVES =
      """
      {"objectives":[{"name":"accuracy","default":0.5},{"name":"brevity","default":0.5}],\
      "kl":{"min":0.03,"max":0.03,"scale":"uniform","default":0.03}}""";

  @TempDir Path folder;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    page("");
    json("/health", 200, "{\"serving\":\"the run quickstart\"}");
    json("/v1/models", 200, MODELS);
    json("/v1/objectives", 200, OBJECTIVES);
    json("/v1/front", 200, front());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Eleven points of accuracy w and brevity -w, at w = 0, 0.1 ... 1. */
  private static String front() {
    return IntStream.rangeClosed(0, 10)
        .mapToObj(
            i ->
                "{\"weights\":{\"accuracy\":%1$s,\"brevity\":%2$s},\"kl\":0.03,\"means\":{\"accuracy\":%1$s,\"brevity\":-%1$s},\"kl_divergence\":%1$s}"
                    .formatted(i / 10.0, (10 - i) / 10.0))
        .collect(
            Collectors.joining(
                ",",
                "{\"policies\":[{\"policy\":\"full-clp\",\"policy_seed\":1,\"points\":[",
                "]}]}"));
  }

  @Test
  void theStateOfALinkIsAskedAndStreamedIntoEachPane() throws Exception {
    respond(
        200,
        "data: {\"choices\":[{\"text\":\"Parker <b>won\"}]}\n\ndata: {\"choices\":[{\"text\":\" it.\",\"finish_reason\":\"length\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"completion_tokens\":7}}\n\ndata: [DONE]\n\n");
    String page = opened("{\"prompt\":\"Who won?\",\"weights\":{\"accuracy\":3,\"brevity\":1}}");
    assertThat(page.split("Parker &lt;b&gt;won it\\.", -1)).hasSize(3);
    assertThat(page)
        .contains("7 tokens", "cut at the greatest number of tokens", "the run quickstart")
        .contains("accuracy 0.75 · brevity 0.25", "interpolated, linearly")
        .contains("\"accuracy\": 0.75");
    assertThat(page.split("class=\"dot\"", -1)).hasSize(12);
    assertThat(asked).hasSize(2);
    Map<String, JsonNode> byModel = new HashMap<>();
    for (String body : asked) {
      byModel.put(JSON.readTree(body).path("model").asText(), JSON.readTree(body));
    }
    JsonNode steered = byModel.get("full-clp");
    assertThat(steered.path("weights").toString())
        .isEqualTo("{\"accuracy\":0.75,\"brevity\":0.25}");
    assertThat(steered.path("kl").asDouble()).isEqualTo(0.03);
    assertThat(byModel.get("reference").has("weights")).isFalse();
  }

  @Test
  void movingASliderAsksAgainAfterAPauseAndOnlyWhatChanged() throws Exception {
    page(
        """
        <script>
        setTimeout(() => {
          const slider = document.querySelector('.knob input[type=range]');
          for (const value of ['0.6', '0.7', '0.8']) {
            slider.value = value;
            slider.dispatchEvent(new Event('input'));
          }
        }, 500);
        </script>""");
    respond(200, "data: {\"choices\":[{\"text\":\"Parker\"}]}\n\ndata: [DONE]\n\n");
    opened("{\"prompt\":\"Who won?\"}");
    assertThat(asked).hasSize(3);
    assertThat(JSON.readTree(asked.get(2)).at("/weights/accuracy").asDouble()).isEqualTo(0.8);
    assertThat(JSON.readTree(asked.get(2)).at("/weights/brevity").asDouble()).isEqualTo(0.2);
  }

  @Test
  void aRefusalIsShownInThePane() throws Exception {
    respond(400, "{\"error\":{\"message\":\"The prompt has 9999 tokens\"}}");
    assertThat(opened("{\"prompt\":\"Who won?\"}"))
        .contains("role=\"alert\">The prompt has 9999 tokens</p>");
  }

  @Test
  void aDamagedOrForeignLinkIsTold() throws Exception {
    assertThat(opened("{")).contains("The link is damaged");
    assertThat(opened("{\"weights\":{\"kindness\":1}}"))
        .contains("\"weights\" does not fit this server");
  }

  @Test
  void aKeyIsAskedForWhereTheServerWantsOne() throws Exception {
    json("/v1/models", 401, "{\"error\":{\"message\":\"this server wants a key\"}}");
    assertThat(opened("{}")).contains("<form id=\"key\" class=\"notice\">");
  }

  @Test
  void positionsBetweenEvaluatedWeightingsAreLinear() throws Exception {
    // A function that is linear in weights and in log(kl) is met exactly, off the grid as on it.
    page(
        """
        <p id="result"></p><script>
        const points = [];
        for (let i = 0; i <= 4; i++) for (let j = 0; i + j <= 4; j++) for (const kl of [0.01, 0.1]) {
          points.push({ weights: { a: i / 4, b: j / 4, c: (4 - i - j) / 4 }, kl,
            means: { a: 3 * i / 4 + 4 * j / 4, b: Math.log10(kl) }, meanKl: 1 });
        }
        const at = (a, b, c, kl) => {
          const { means, how } = steering.interpolated(points, { a, b, c }, kl);
          return [means.a.toFixed(6), means.b.toFixed(6), how].join(' ');
        };
        document.getElementById('result').textContent = [
          at(0.31, 0.27, 0.42, Math.sqrt(0.001)), at(0.5, 0.25, 0.25, 0.1), at(2, 1, 1, 0.5),
          JSON.stringify(steering.withShare({ a: 0.5, b: 0.3, c: 0.2 }, 'a', 0)),
          steering.code.Python(steering.request({ weights: { a: 1 }, kl: 0.5, chat: false,
            prompt: 'a "b"\\n', sampling: { temperature: null, topP: null, maxTokens: 5, seed: null } },
            { model: 'm', own: null }, true), 'http://h/', false).split('\\n').slice(4).join('|'),
        ].join('; ');
        </script>""");
    assertThat(opened("{}"))
        .contains("2.010000 -1.500000 interpolated; 2.500000 -1.000000 measured")
        .contains("2.500000 -1.000000 nearest; {\"a\":0,\"b\":0.6,\"c\":0.4}")
        .contains(
            "|    model=\"m\",|    prompt=\"a \\\"b\\\"\\n\",|    max_tokens=5,|"
                + "    extra_body={\"weights\": {\"a\": 1}, \"kl\": 0.5},|");
  }

  private String opened(String state) throws IOException, InterruptedException {
    String hash = URLEncoder.encode(state, StandardCharsets.UTF_8).replace("+", "%20");
    return Browser.opened(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/#" + hash), folder);
  }

  /** Serves the page with a script behind its own. */
  private void page(String script) {
    handle("/", 200, "text/html; charset=utf-8", SteeringPage.html() + script);
  }

  private void respond(int status, String body) {
    handle("/v1/completions", status, "text/event-stream", body);
  }

  private void json(String path, int status, String body) {
    handle(path, status, "application/json", body);
  }

  private void handle(String path, int status, String type, String body) {
    try {
      server.removeContext(path);
    } catch (IllegalArgumentException e) {
      // It is the first of this path.
    }
    server.createContext(path, exchange -> answer(exchange, status, type, body));
  }

  private void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    try (exchange) {
      byte[] sent = exchange.getRequestBody().readAllBytes();
      if (sent.length > 0) {
        asked.add(new String(sent, StandardCharsets.UTF_8));
      }
      exchange.getResponseHeaders().add("Content-Type", type);
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
