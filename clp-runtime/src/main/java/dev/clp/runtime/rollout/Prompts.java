package dev.clp.runtime.rollout;

import dev.clp.api.Example;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.SpecialTokens;
import dev.clp.runtime.model.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Examples with their prompts' tokens.
 *
 * @param items at least one
 */
public record Prompts(List<Prompt> items) {

  /**
   * A tokenized prompt.
   *
   * @param example the example
   * @param tokens the prompt's tokens, at least one
   */
  public record Prompt(Example example, Tokens tokens) {}

  public Prompts {
    items = List.copyOf(items);
  }

  /**
   * Tokenizes examples.
   *
   * @param keep how many tokens of each prompt to keep, fewer where they would end within a
   *     character, the example's prompt cut alike; all if absent; those that close a prompt stay
   * @param maxNewTokens the longest response, which must fit behind every prompt
   * @throws UserException if a prompt is empty or too long
   */
  public static Prompts of(
      List<Example> examples,
      TextTokenizer tokenizer,
      Optional<Integer> keep,
      CausalModel model,
      int maxNewTokens) {
    List<Prompt> items = new ArrayList<>();
    for (Example whole : examples) {
      long[] ids = tokenizer.encode(whole.prompt());
      Example example = whole;
      if (keep.isPresent() && ids.length > keep.get()) {
        ids = cut(ids, keep.get(), tokenizer);
        example =
            new Example(whole.id(), tokenizer.decode(ids), whole.references(), whole.fields());
      }
      Tokens tokens = Tokens.of(ids);
      if (tokens.length() == 0) {
        throw new UserException(
            "the prompt of example '"
                + example.id()
                + "' has no tokens; check data.prompt, or use a tokenizer that begins sequences"
                + " with a special token");
      }
      try {
        model.checkPositions(tokens.length(), maxNewTokens);
      } catch (UserException e) {
        throw new UserException("example '" + example.id() + "': " + e.getMessage(), e);
      }
      items.add(new Prompt(example, tokens));
    }
    return new Prompts(items);
  }

  /**
   * Warns of a prompt that begins twice, as where a text holds the beginning-of-sequence token that
   * the tokenizer adds.
   */
  public Optional<String> doubledBeginning(SpecialTokens special) {
    return items.stream()
        .filter(prompt -> beginsTwice(prompt.tokens().toArray(), special))
        .findFirst()
        .map(
            prompt ->
                "the prompt of example '"
                    + prompt.example().id()
                    + "' begins with two beginning-of-sequence tokens in a row, which models are"
                    + " not trained on; take the one that the text holds out of data.prompt or of"
                    + " the chat template");
  }

  private static boolean beginsTwice(long[] ids, SpecialTokens special) {
    return special.beginning().isPresent()
        && ids.length > 1
        && ids[0] == special.beginning().getAsLong()
        && ids[1] == ids[0];
  }

  /** Returns the order in which training visits the prompts, which derives from a seed. */
  public Order order(long seed) {
    return new Order(seed);
  }

  /**
   * Returns the first tokens, as many as wanted, or fewer so that none of the last character's
   * bytes are missing: tokenizers that know a character not spell it in several tokens.
   */
  private static long[] cut(long[] ids, int keep, TextTokenizer tokenizer) {
    long[] closing = tokenizer.closing();
    String whole = tokenizer.decode(ids);
    int kept = Math.max(1, keep - closing.length);
    String text = tokenizer.decode(Arrays.copyOf(ids, kept));
    // The text itself may hold the replacement character; then the beginnings agree.
    while (kept > 1
        && text.endsWith(String.valueOf(TextTokenizer.HALF_CHARACTER))
        && !whole.startsWith(text)) {
      kept--;
      text = tokenizer.decode(Arrays.copyOf(ids, kept));
    }
    return LongStream.concat(Arrays.stream(ids, 0, kept), Arrays.stream(closing)).toArray();
  }

  /**
   * Which prompts a step gets: every pass takes every prompt once, in an order of its own.
   *
   * <p>It remembers the pass that was asked for last; a step's prompts depend on seed and step
   * alone.
   */
  public final class Order {

    private final long seed;
    private long pass = -1;
    private List<Integer> indices = List.of();

    private Order(long seed) {
      this.seed = seed;
    }

    /**
     * Returns the prompts of a step.
     *
     * @param step counted from 1
     * @param count how many
     */
    public List<Prompt> ofStep(int step, int count) {
      List<Prompt> chosen = new ArrayList<>();
      long first = (step - 1L) * count;
      for (long at = first; at < first + count; at++) {
        enter(at / items.size());
        chosen.add(items.get(indices.get((int) (at % items.size()))));
      }
      return chosen;
    }

    private void enter(long wanted) {
      if (wanted != pass) {
        indices = new ArrayList<>(IntStream.range(0, items.size()).boxed().toList());
        Collections.shuffle(indices, new Random(RandomStreams.derive(seed, "order", wanted)));
        pass = wanted;
      }
    }
  }
}
