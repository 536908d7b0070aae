package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.UserException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Serves a run's policies, or a plain model, over HTTP in OpenAI's form.
 *
 * <p>It listens before the model is loaded, and says so to who asks. One thread uses the engine;
 * the threads that carry requests only read, check and translate.
 */
public final class Server implements AutoCloseable {

  private static final int EVENT_LOOPS = 2;
  private static final int BACKLOG = 4096;
  private static final int STARTING_SECONDS = 30;

  private final Vertx vertx;
  private final HttpServer server;
  private final InferenceLoop loop;
  private final ServeOptions options;

  private Server(Vertx vertx, HttpServer server, InferenceLoop loop, ServeOptions options) {
    this.vertx = vertx;
    this.server = server;
    this.loop = loop;
    this.options = options;
  }

  /**
   * Listens, and begins to load.
   *
   * @param log takes a line for each request, if the options ask for it
   * @param warn takes what a user might not assume, a sentence each
   * @throws UserException if it cannot listen there
   */
  public static Server start(
      ServedFolder served, ServeOptions options, Consumer<String> log, Consumer<String> warn) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    ServerMetrics metrics = new ServerMetrics();
    InferenceLoop loop = new InferenceLoop(served, options, metrics, warn);
    metrics.observe(loop);
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost(options.host())
                    .setPort(options.port())
                    .setAcceptBacklog(BACKLOG)
                    .setHandle100ContinueAutomatically(true))
            .requestHandler(
                new HttpRoutes(vertx, new HttpApi(served, loop, options), options, metrics, log));
    try {
      await(server.listen());
    } catch (UserException e) {
      vertx.close();
      throw new UserException(
          "cannot listen at "
              + options.host()
              + ":"
              + options.port()
              + " ("
              + e.getMessage()
              + "); choose another --port",
          e);
    }
    loop.start();
    return new Server(vertx, server, loop, options);
  }

  private static void await(io.vertx.core.Future<?> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get(STARTING_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UserException(String.valueOf(cause.getMessage()), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted", e);
    }
  }

  /** Returns where the server is. */
  public String url() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return "http://" + host + ":" + server.actualPort();
  }

  /**
   * Waits until the model is loaded.
   *
   * @return the names that can be asked
   * @throws UserException if it cannot be loaded
   */
  public ObjectNode awaitReady() {
    try {
      return Listings.models(loop.loaded().join(), 0);
    } catch (CompletionException e) {
      throw e.getCause() instanceof UserException user
          ? user
          : new UserException("the model cannot be loaded: " + e.getCause(), e.getCause());
    }
  }

  /**
   * Waits until the server has been stopped.
   *
   * @throws UserException if it failed
   */
  public void awaitEnd() {
    try {
      Optional<Throwable> failure = loop.join();
      if (failure.isPresent()) {
        throw new UserException("the server failed: " + failure.get(), failure.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says what a stop would have to finish: requests that are answered, and those that wait. */
  public String unfinished() {
    return loop.running() + " running, " + loop.waiting() + " waiting";
  }

  /**
   * Refuses further requests, finishes those that were accepted as far as the options allow, and
   * ends.
   */
  @Override
  public void close() {
    loop.stop();
    try {
      loop.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.shutdown(2, TimeUnit.SECONDS).toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
