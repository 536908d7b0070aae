package dev.clp.runtime.sft;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.clp.api.Example;
import dev.clp.runtime.data.JsonLines;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.SpecialTokens;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.rollout.Tokens;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Tokenized examples, and how many did not fit.
 *
 * @param sequences at least one
 * @param cut how many sequences lost tokens at their end
 * @param dropped how many examples are not among the sequences, because their prompt alone fills
 *     the longest sequence
 */
record Corpus(List<Sequence> sequences, int cut, int dropped) {

  /**
   * One example.
   *
   * @param tokens prompt, response and end-of-sequence token together
   * @param learned how many tokens at the end are learned, at least one
   */
  record Sequence(Tokens tokens, int learned) {}

  /**
   * A prompt and what is learned behind it, tokenized apart.
   *
   * @param where the file and the example's id, for errors
   */
  record Text(String where, Tokens prompt, Tokens response) {}

  /** What is trained on and what is validated on, no line of a file in both. */
  record Split(Corpus training, Corpus validation) {}

  Corpus {
    sequences = List.copyOf(sequences);
  }

  /**
   * Reads, splits and tokenizes the examples.
   *
   * <p>Prompt and response are tokenized apart, the prompt with the tokenizer's special tokens:
   * sampling continues a tokenized prompt, so this is what the model will see. The response of an
   * encoder-decoder has the special tokens, too.
   *
   * @throws UserException naming file and line if an example is malformed, or if there are too few;
   *     or if an encoder-decoder shall learn texts without prompts
   */
  static Split read(
      FinetuningOptions options,
      TextTokenizer tokenizer,
      Architecture architecture,
      SpecialTokens special) {
    FinetuningOptions.Data data = options.data();
    if (architecture.isEncoderDecoder() && data.messages().isEmpty() && data.prompt().isBlank()) {
      throw new UserException(
          data.file()
              + ": data.prompt is empty, but the model is an encoder-decoder, which learns"
              + " responses to prompts and no whole texts; give a data.prompt such as"
              + " \"{document}\", or choose a model of another family");
    }
    Lengths longest = Lengths.of(options.maxTokens(), architecture);
    Lines reader = lines(options, tokenizer, special, longest.apart());
    List<List<Text>> texts = reader.read(data.file(), data.limit());
    List<List<Text>> heldOut;
    if (data.validationFile().isPresent()) {
      heldOut = reader.read(data.validationFile().get(), Optional.empty());
    } else {
      int rest = texts.size() - data.validation();
      if (rest < 1) {
        throw new UserException(
            data.file()
                + ": "
                + texts.size()
                + " examples do not suffice for "
                + data.validation()
                + " of validation and some of training; lower data.validation or give a"
                + " data.validation-file");
      }
      heldOut = texts.subList(rest, texts.size());
      texts = texts.subList(0, rest);
    }
    int vocabulary = architecture.vocabulary();
    return new Split(of(texts, vocabulary, longest), of(heldOut, vocabulary, longest));
  }

  /**
   * The most tokens that a model reads.
   *
   * @param apart whether prompts and responses are read by stacks of their own
   * @param together of prompt and response together
   * @param each of a prompt, and of a response
   */
  private record Lengths(boolean apart, int together, int each) {

    static Lengths of(Optional<Integer> maxTokens, Architecture architecture) {
      int asked = maxTokens.orElse(Integer.MAX_VALUE);
      int positions = architecture.maxPositions();
      return architecture.isEncoderDecoder()
          ? new Lengths(true, asked, positions)
          : new Lengths(false, Math.min(asked, positions), positions);
    }

    /** Returns how many tokens are kept of a prompt and its response together. */
    int kept(int prompt, int response) {
      if (!apart) {
        return Math.min(prompt + response, together);
      }
      return prompt > each ? 0 : Math.min(prompt + Math.min(response, each), together);
    }
  }

  /** Reads what the lines of a file hold, one or several texts of each. */
  @FunctionalInterface
  private interface Lines {
    List<List<Text>> read(Path file, Optional<Integer> limit);
  }

  private static Lines lines(
      FinetuningOptions options, TextTokenizer tokenizer, SpecialTokens special, boolean apart) {
    FinetuningOptions.Data data = options.data();
    if (data.messages().isPresent()) {
      Path model = options.model().or(options::tokenizer).orElseThrow();
      return new ChatCorpus(data.messages().get(), model, tokenizer, special)::read;
    }
    return (file, limit) -> texts(file, data, limit, tokenizer, special, apart);
  }

  private static List<List<Text>> texts(
      Path file,
      FinetuningOptions.Data data,
      Optional<Integer> limit,
      TextTokenizer tokenizer,
      SpecialTokens special,
      boolean apart) {
    List<Example> prompts = JsonLines.read(file, data.prompt(), List.of(), Optional.empty(), limit);
    List<Example> responses =
        JsonLines.read(file, data.response().orElseThrow(), List.of(), Optional.empty(), limit);
    List<List<Text>> texts = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Example prompt = prompts.get(i);
      String response = responses.get(i).prompt();
      if (response.isBlank() && !data.prompt().isEmpty()) {
        throw new UserException(
            file
                + ", "
                + prompt.id()
                + ": the response is empty, so that a model would learn to say nothing; write one, or"
                + " leave the line out");
      }
      texts.add(
          List.of(
              new Text(
                  file + ", " + prompt.id(),
                  prompt(tokenizer.encode(prompt.prompt()), special),
                  response(response, tokenizer, special, apart))));
    }
    return texts;
  }

  private static Corpus of(List<List<Text>> lines, int vocabulary, Lengths longest) {
    List<Text> texts = lines.stream().flatMap(List::stream).toList();
    List<Sequence> sequences = new ArrayList<>();
    int cut = 0;
    for (Text text : texts) {
      long[] tokens = text.prompt().then(text.response()).toArray();
      check(tokens, text, vocabulary);
      int length = longest.kept(text.prompt().length(), text.response().length());
      // The first token of all has nothing before it that could predict it.
      int given = Math.max(1, text.prompt().length());
      if (length > given) {
        sequences.add(new Sequence(Tokens.of(Arrays.copyOf(tokens, length)), length - given));
        cut += length < tokens.length ? 1 : 0;
      }
    }
    if (sequences.isEmpty()) {
      throw new UserException(
          texts.get(0).where()
              + " and all that follow: no token of a response stands within the first "
              + Math.min(longest.each(), longest.together())
              + "; raise max-tokens, or shorten data.prompt");
    }
    return new Corpus(sequences, cut, texts.size() - sequences.size());
  }

  /** Returns a response's tokens, closed by an end-of-sequence token if the model has any. */
  private static Tokens response(
      String text, TextTokenizer tokenizer, SpecialTokens special, boolean apart) {
    long[] read = apart ? tokenizer.encode(text) : tokenizer.encodePlain(text);
    Tokens response = Tokens.of(read);
    boolean isClosed = apart && read.length > 0 && special.ends().contains(read[read.length - 1]);
    return special.end().isPresent() && !isClosed
        ? response.then(Tokens.of(special.end().getAsLong()))
        : response;
  }

  /** Returns the prompt's tokens, or, of an empty prompt, what sequences begin with. */
  private static Tokens prompt(long[] tokens, SpecialTokens special) {
    return tokens.length == 0 && special.beginning().isPresent()
        ? Tokens.of(special.beginning().getAsLong())
        : Tokens.of(tokens);
  }

  private static void check(long[] tokens, Text text, int vocabulary) {
    for (long token : tokens) {
      if (token >= vocabulary) {
        throw new UserException(
            text.where()
                + ": the tokenizer gives the token "
                + token
                + ", but config.json has a vocab_size of "
                + vocabulary
                + "; use the tokenizer and the config.json that belong together");
      }
    }
  }

  /** Returns the number of tokens that are learned. */
  long learnedTokens() {
    return sequences.stream().mapToLong(Sequence::learned).sum();
  }

  /**
   * Returns which sequences make the batch of a step.
   *
   * @param size the number of sequences of a batch; the last of a pass may be smaller
   * @param seed what the order derives from
   */
  Epochs epochs(int size, long seed) {
    return new Epochs(sequences.size(), index -> length(sequences.get(index)), size, seed);
  }

  /** Returns the batch of some sequences. */
  TokenBatch batch(List<Integer> indices) {
    return tokens(indices.stream().map(sequences::get).toList());
  }

  /** Returns every sequence once, sorted by length. */
  List<TokenBatch> byLength(int size) {
    return Batches.byLength(sequences, Corpus::length, size).stream().map(Corpus::tokens).toList();
  }

  /** Returns the SHA-256 of all tokens, as hexadecimal digits. */
  String digest() {
    Hasher digest = Hashing.sha256().newHasher();
    for (Sequence sequence : sequences) {
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * (sequence.tokens().length() + 2));
      bytes.putLong(sequence.tokens().length()).putLong(sequence.learned());
      for (long token : sequence.tokens().toArray()) {
        bytes.putLong(token);
      }
      digest.putBytes(bytes.array());
    }
    return digest.hash().toString();
  }

  private static int length(Sequence sequence) {
    return sequence.tokens().length();
  }

  private static TokenBatch tokens(List<Sequence> sequences) {
    return new TokenBatch(
        sequences.stream().map(sequence -> sequence.tokens().toArray()).toList(),
        sequences.stream().map(Sequence::learned).toList());
  }
}
