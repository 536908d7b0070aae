package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Strings;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.rollout.DecodingSession.Row;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Samples responses, many at a time, and returns them once all are complete. */
public final class Generator {

  private final PromptReader prompts;
  private final Function<long[], String> decode;
  private final Set<Long> ends;
  private final boolean apart;
  private final long ids;

  /**
   * Creates a generator of responses that continue their prompts, for a model whose every id stands
   * for a token.
   *
   * @param prompts reads prompts that a policy rewrites
   * @param decode turns tokens into text, special tokens left out
   * @param ends the tokens at which a response ends, if the model has any
   */
  public Generator(PromptReader prompts, Function<long[], String> decode, Set<Long> ends) {
    this(prompts, decode, ends, false, Long.MAX_VALUE);
  }

  private Generator(
      PromptReader prompts,
      Function<long[], String> decode,
      Set<Long> ends,
      boolean apart,
      long ids) {
    this.prompts = prompts;
    this.decode = decode;
    this.ends = Set.copyOf(ends);
    this.apart = apart;
    this.ids = ids;
  }

  /**
   * Returns a generator for a folder's model; the folder must stay open. Vocabularies are often
   * padded to a round size: ids behind the tokenizer's last stand for no text and are never drawn.
   */
  public static Generator of(ModelFolder folder) {
    return of(folder, folder.tokenizer());
  }

  /** Returns a generator as {@link #of(ModelFolder)} does, with another form of its tokenizer. */
  public static Generator of(ModelFolder folder, TextTokenizer tokenizer) {
    return new Generator(
        new PromptReader(tokenizer::encode),
        tokenizer::decode,
        folder.tokens().ends(),
        folder.architecture().isEncoderDecoder(),
        tokenizer.ids());
  }

  /** Returns a generator of a tokenizer's texts, its tokens alone being drawn. */
  public static Generator of(TextTokenizer tokenizer, Set<Long> ends) {
    return new Generator(
        new PromptReader(tokenizer::encode), tokenizer::decode, ends, false, tokenizer.ids());
  }

  /**
   * Samples one response per request, all from the first step on.
   *
   * @param manager a parent for the arrays needed meanwhile; all are closed on return
   * @param requests their policies' parameters are read as they are now
   * @return one rollout per request, in order
   */
  public List<Rollout> generate(NDManager manager, List<Request> requests) {
    try (DecodingSession session = open(manager)) {
      List<Row> rows = requests.stream().map(session::admit).toList();
      while (session.rows() > 0) {
        session.step();
      }
      return rows.stream().map(this::rollout).toList();
    }
  }

  /** Opens a session to which requests can come at any time; whoever opens it closes it. */
  public DecodingSession open(NDManager manager) {
    return new DecodingSession(manager, prompts, ends, ids);
  }

  /** Returns the response of a row that has ended. */
  public Rollout rollout(Row row) {
    if (row.state() != DecodingSession.State.ENDED) {
      throw new IllegalStateException("the row is " + row.state() + ", so it is no response");
    }
    Request request = row.request();
    return new Rollout(
        request.example(),
        request.prompt(),
        row.response(),
        text(request.prompt(), row.response()),
        sum(row.logProbabilities()),
        sum(row.samplingLogProbabilities()));
  }

  private static double sum(float[] terms) {
    double sum = 0;
    for (float term : terms) {
      sum += term;
    }
    return sum;
  }

  /** Returns what reads prompts that a policy rewrites. */
  public PromptReader prompts() {
    return prompts;
  }

  /**
   * Returns what a response adds to its prompt's text, a leading space included: the prompt's text
   * followed by this is the text of all the tokens. A response of an encoder-decoder is a text of
   * its own.
   */
  public String text(Tokens prompt, Tokens response) {
    if (apart) {
      return decode.apply(response.toArray());
    }
    String before = decode.apply(prompt.toArray());
    String all = decode.apply(prompt.then(response).toArray());
    return all.substring(Strings.commonPrefix(before, all).length());
  }

  /** Returns the tokens at which a response ends. */
  public Set<Long> ends() {
    return ends;
  }
}
