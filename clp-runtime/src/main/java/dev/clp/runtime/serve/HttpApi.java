package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Suppliers;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.serve.InferenceLoop.State;
import dev.clp.runtime.serve.Job.Prompt;
import dev.clp.runtime.serve.ServedFolder.Loaded;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * What requests mean, whatever carries them: it reads bodies, submits jobs, and lists what there
 * is.
 */
final class HttpApi {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Seeds that are drawn fit into a number of JavaScript's. */
  private static final long SEEDS = 1L << 53;

  private final ServedFolder served;
  private final InferenceLoop loop;
  private final ServeOptions options;
  private final long created = Instant.now().getEpochSecond();
  private final Supplier<ObjectNode> front =
      Suppliers.memoize(() -> Listings.front(loaded().catalogue()));

  HttpApi(ServedFolder served, InferenceLoop loop, ServeOptions options) {
    this.served = served;
    this.loop = loop;
    this.options = options;
  }

  private Loaded loaded() {
    return Optional.ofNullable(
            loop.loaded().isCompletedExceptionally() ? null : loop.loaded().getNow(null))
        .orElseThrow(
            () ->
                ApiError.unavailable(
                    loop.state() == State.FAILED
                        ? "the server failed; its log says why"
                        : "loading " + served.title() + "; ask again soon"));
  }

  /**
   * Says whether the server is ready.
   *
   * @throws ApiError with status 503 while it is not
   */
  ObjectNode health() {
    loaded();
    if (loop.state() != State.READY) {
      throw ApiError.unavailable(
          loop.state() == State.STOPPING ? "the server is stopping" : "the server failed");
    }
    return JSON.objectNode().put("status", "ok").put("serving", served.title());
  }

  ObjectNode models() {
    return Listings.models(loaded(), created);
  }

  ObjectNode model(String id) {
    Loaded loaded = loaded();
    return Listings.model(loaded, loaded.catalogue().entry(id), created);
  }

  ObjectNode objectives() {
    return Listings.objectives(loaded().catalogue());
  }

  ObjectNode front() {
    return front.get();
  }

  /** Returns the tokens of a text. */
  ObjectNode tokenize(byte[] body) {
    Fields fields = Fields.of(body);
    String text =
        fields.text("content").orElseThrow(() -> ApiError.field("content", "'content' is missing"));
    boolean adds = fields.flag("add_special");
    fields.requireAllKnown();
    PromptTexts texts = loaded().texts();
    long[] tokens = adds ? texts.tokenizer().encode(text) : texts.tokenizer().encodePlain(text);
    ObjectNode json = JSON.objectNode();
    ArrayNode list = json.putArray("tokens");
    for (long token : tokens) {
      list.add(token);
    }
    return json;
  }

  /** Returns the text of tokens. */
  ObjectNode detokenize(byte[] body) {
    Fields fields = Fields.of(body);
    JsonNode tokens =
        fields.json("tokens").orElseThrow(() -> ApiError.field("tokens", "'tokens' is missing"));
    fields.requireAllKnown();
    return JSON.objectNode().put("content", loaded().texts().text("tokens", tokens));
  }

  /**
   * Makes sure that a request could be taken, before its body is read.
   *
   * @throws ApiError if the queue is full, or the server is not ready
   */
  void requireRoom() {
    loop.requireRoom();
  }

  /**
   * Submits a request for completions.
   *
   * @param isChat whether it is a conversation
   * @param outlet where the reply goes
   * @return the job, to be cancelled if nobody waits for it any more
   * @throws ApiError if the request is wrong, or cannot be taken
   */
  Job complete(byte[] body, boolean isChat, Delivery.Outlet outlet) {
    Loaded loaded = loaded();
    Question question = Question.read(Fields.of(body), isChat, options.rows());
    Chosen chosen = loaded.catalogue().choose(question.model(), question.weights(), question.kl());
    PromptTexts texts = loaded.texts();
    List<Prompt> prompts =
        question.prompts().stream().map(isChat ? texts::chat : texts::plain).toList();
    // Each response may be as long as the least room that is behind a prompt.
    int tokens =
        prompts.stream()
            .mapToInt(prompt -> texts.responseTokens(prompt, question.maxTokens()))
            .min()
            .orElseThrow();
    long seed = question.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong(SEEDS));
    Reply reply =
        new Reply(
            (isChat ? "chatcmpl-" : "cmpl-") + UUID.randomUUID(),
            Instant.now().getEpochSecond(),
            question.model().orElse(loaded.catalogue().entries().get(0).id()),
            isChat,
            chosen,
            loaded.catalogue().objectives(),
            seed);
    int promptTokens = prompts.stream().mapToInt(prompt -> prompt.tokens().length()).sum();
    Job job =
        new Job(
            chosen,
            prompts,
            question.responses(),
            sampling(question, tokens),
            question.isScored(),
            question.stops(),
            seed,
            System.nanoTime() + options.deadline().toNanos(),
            Delivery.of(
                question, reply, outlet, promptTokens, prompts.size() * question.responses()));
    loop.submit(job);
    return job;
  }

  private static SamplingOptions sampling(Question question, int tokens) {
    return new SamplingOptions(
        tokens,
        question.temperature(),
        question.topK(),
        question.topP(),
        question.minP(),
        question.shift(),
        question.likeliest());
  }
}
