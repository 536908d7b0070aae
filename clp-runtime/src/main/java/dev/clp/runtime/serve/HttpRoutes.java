package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.UserException;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;

/** Carries requests to {@link HttpApi}, and its replies back. */
final class HttpRoutes implements Handler<HttpServerRequest> {

  private static final String JSON = "application/json";
  private static final String MODELS = "/v1/models/";

  private final Vertx vertx;
  private final HttpApi api;
  private final ServeOptions options;
  private final ServerMetrics metrics;
  private final Consumer<String> log;

  HttpRoutes(
      Vertx vertx, HttpApi api, ServeOptions options, ServerMetrics metrics, Consumer<String> log) {
    this.vertx = vertx;
    this.api = api;
    this.options = options;
    this.metrics = metrics;
    this.log = log;
  }

  @Override
  public void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    Watch watch = new Watch(request);
    options
        .origin()
        .ifPresent(
            origin ->
                response
                    .putHeader("Access-Control-Allow-Origin", origin)
                    .putHeader("Access-Control-Allow-Headers", "authorization, content-type")
                    .putHeader("Access-Control-Allow-Methods", "GET, POST"));
    try {
      route(request, watch);
    } catch (ApiError e) {
      fail(response, e);
    }
  }

  /** Watches what becomes of a request, on the thread that its connection belongs to. */
  private final class Watch {

    private final HttpServerRequest request;
    private final long begin = System.nanoTime();
    private Runnable hangUp = () -> {};
    private boolean isOver;

    private Watch(HttpServerRequest request) {
      this.request = request;
      request.response().endHandler(ended -> over());
      request
          .response()
          .closeHandler(
              closed -> {
                over();
                hangUp.run();
              });
    }

    /** Says what is to be done when the client hangs up, or has. */
    private void onHangUp(Runnable done) {
      hangUp = done;
      if (request.response().closed()) {
        done.run();
      }
    }

    private void over() {
      if (isOver) {
        return;
      }
      isOver = true;
      // A reply that nobody waited for has no status; 499 is what other servers count it as.
      int status = request.response().ended() ? request.response().getStatusCode() : 499;
      metrics.replied(route(request.path()), status);
      if (options.logsRequests()) {
        log.accept(
            String.format(
                Locale.ROOT,
                "%s %s %d %.3f s",
                request.method(),
                request.path(),
                status,
                (System.nanoTime() - begin) / 1e9));
      }
    }
  }

  /** Paths that nobody serves count as one, so that nobody can make the figures grow. */
  private static String route(String path) {
    return switch (path) {
      case "/",
          "/health",
          "/metrics",
          "/tokenize",
          "/detokenize",
          "/v1/models",
          "/v1/objectives",
          "/v1/front",
          "/v1/completions",
          "/v1/chat/completions" ->
          path;
      default -> path.startsWith(MODELS) ? MODELS : "other";
    };
  }

  private void route(HttpServerRequest request, Watch watch) {
    HttpServerResponse response = request.response();
    if (request.method().equals(HttpMethod.OPTIONS) && options.origin().isPresent()) {
      response.setStatusCode(204).end();
      return;
    }
    String path = request.path();
    if (!path.equals("/") && !path.equals("/health")) {
      requireKey(request);
    }
    switch (path) {
      case "/" ->
          get(request, () -> text(response, "text/html; charset=utf-8", SteeringPage.html()));
      case "/health" -> get(request, () -> send(response, 200, api.health()));
      case "/metrics" ->
          get(
              request,
              () -> text(response, "text/plain; version=0.0.4; charset=utf-8", metrics.text()));
      case "/v1/models" -> get(request, () -> send(response, 200, api.models()));
      case "/v1/objectives" -> get(request, () -> send(response, 200, api.objectives()));
      case "/v1/front" -> get(request, () -> work(response, api::front));
      case "/tokenize" ->
          post(request, body -> work(response, () -> api.tokenize(body.getBytes())));
      case "/detokenize" ->
          post(request, body -> work(response, () -> api.detokenize(body.getBytes())));
      case "/v1/completions" -> complete(request, false, watch);
      case "/v1/chat/completions" -> complete(request, true, watch);
      default -> {
        if (!path.startsWith(MODELS)) {
          throw new ApiError(404, null, "not_found", "there is no " + path);
        }
        String id = URLDecoder.decode(path.substring(MODELS.length()), StandardCharsets.UTF_8);
        get(request, () -> send(response, 200, api.model(id)));
      }
    }
  }

  private void requireKey(HttpServerRequest request) {
    options
        .key()
        .ifPresent(
            key -> {
              String sent = String.valueOf(request.getHeader("Authorization"));
              byte[] expected = ("Bearer " + key).getBytes(StandardCharsets.UTF_8);
              if (!MessageDigest.isEqual(expected, sent.getBytes(StandardCharsets.UTF_8))) {
                throw new ApiError(
                    401,
                    null,
                    "invalid_api_key",
                    "this server wants a key: send the header Authorization: Bearer KEY");
              }
            });
  }

  private static void get(HttpServerRequest request, Runnable answer) {
    requireMethod(request, HttpMethod.GET);
    answer.run();
  }

  private static void requireMethod(HttpServerRequest request, HttpMethod method) {
    if (!request.method().equals(method)) {
      throw new ApiError(
          405, null, "method_not_allowed", request.path() + " takes " + method + " alone");
    }
  }

  /** Reads a body of bounded size. */
  private void post(HttpServerRequest request, Function<Buffer, Void> answer) {
    requireMethod(request, HttpMethod.POST);
    String type = String.valueOf(request.getHeader("Content-Type"));
    if (!type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
      // Pages of other sites can make a browser send any other type without asking.
      throw new ApiError(415, null, "content_type", "the body must be of the Content-Type " + JSON);
    }
    Buffer body = Buffer.buffer();
    HttpServerResponse response = request.response();
    request.handler(
        part -> {
          if (body.length() + part.length() > options.bodyBytes()) {
            if (!response.ended()) {
              response.putHeader("Connection", "close");
              fail(
                  response,
                  new ApiError(
                      413,
                      null,
                      "body_too_large",
                      "the body is larger than " + options.bodyBytes() + " bytes"));
            }
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        end -> {
          if (!response.ended()) {
            answer.apply(body);
          }
        });
  }

  /** Answers from a thread that may take its time. */
  private Void work(HttpServerResponse response, Callable<ObjectNode> answer) {
    vertx
        .executeBlocking(answer, false)
        .onSuccess(json -> send(response, 200, json))
        .onFailure(e -> fail(response, error(e)));
    return null;
  }

  private void complete(HttpServerRequest request, boolean isChat, Watch watch) {
    api.requireRoom();
    post(
        request,
        body -> {
          HttpServerResponse response = request.response();
          Connected outlet = new Connected(vertx.getOrCreateContext(), response);
          vertx
              .executeBlocking(() -> api.complete(body.getBytes(), isChat, outlet), false)
              .onSuccess(job -> watch.onHangUp(job::cancel))
              .onFailure(e -> fail(response, error(e)));
          return null;
        });
  }

  private static ApiError error(Throwable failure) {
    if (failure instanceof ApiError known) {
      return known;
    }
    return new ApiError(
        failure instanceof UserException ? 400 : 500,
        null,
        null,
        String.valueOf(failure.getMessage()));
  }

  /** Sends from the thread that a connection belongs to. */
  private static final class Connected implements Delivery.Outlet {

    private final Context context;
    private final HttpServerResponse response;

    private Connected(Context context, HttpServerResponse response) {
      this.context = context;
      this.response = response;
    }

    @Override
    public void send(ObjectNode json) {
      context.runOnContext(now -> HttpRoutes.send(response, 200, json));
    }

    @Override
    public void stream(ObjectNode json) {
      context.runOnContext(now -> event(json.toString()));
    }

    private void event(String data) {
      if (response.ended() || response.closed()) {
        return;
      }
      if (!response.headWritten()) {
        response
            .setChunked(true)
            .putHeader("Content-Type", "text/event-stream; charset=utf-8")
            .putHeader("Cache-Control", "no-cache");
      }
      response.write("data: " + data + "\n\n");
    }

    @Override
    public void endStream() {
      context.runOnContext(
          now -> {
            event("[DONE]");
            if (!response.ended()) {
              response.end();
            }
          });
    }

    @Override
    public void fail(ApiError error) {
      context.runOnContext(
          now -> {
            if (response.headWritten() && !response.ended()) {
              event(error.toJson().toString());
              response.end();
            } else {
              HttpRoutes.fail(response, error);
            }
          });
    }
  }

  private static void fail(HttpServerResponse response, ApiError error) {
    if (error.status() == 429 || error.status() == 503) {
      response.putHeader("Retry-After", "1");
    }
    send(response, error.status(), error.toJson());
  }

  private static void send(HttpServerResponse response, int status, ObjectNode json) {
    if (!response.ended() && !response.closed()) {
      response.setStatusCode(status).putHeader("Content-Type", JSON).end(json.toString());
    }
  }

  private static void text(HttpServerResponse response, String type, String text) {
    response.putHeader("Content-Type", type).end(text);
  }
}
