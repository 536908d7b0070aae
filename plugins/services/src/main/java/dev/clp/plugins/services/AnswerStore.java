package dev.clp.plugins.services;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.LineNumberReader;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was asked, so that it is never asked again; safe for use by several threads.
 *
 * <p>The file is JSON Lines, one record a line, and only ever grows. It is read once. A line that a
 * killed process left unfinished is passed over with a warning, and what it would have said is
 * asked again. Several stores may append to one file; they do not see each other's answers until
 * they are opened again.
 *
 * <p>Who wants an answer first claims it; everybody else who wants it meanwhile waits for the same
 * one.
 *
 * @param <T> what the file keeps: a record that Jackson writes and reads
 * @param <V> what of it is kept in memory
 */
public final class AnswerStore<T extends Record, V> {

  /** Asks for several answers at once. */
  @FunctionalInterface
  public interface Questions<T> {

    /**
     * Asks.
     *
     * @param keys what to ask for, at least one
     * @param keep takes answers as they come, in any number at a time, from any thread
     */
    void ask(List<String> keys, Consumer<List<T>> keep);
  }

  private static final Logger LOG = LoggerFactory.getLogger(AnswerStore.class);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private final Optional<Path> file;
  private final boolean isForgetful;
  private final Class<T> type;
  private final Function<T, String> key;
  private final Function<T, V> value;
  private final Map<String, V> answers = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, CompletableFuture<V>> claims = new ConcurrentHashMap<>();

  /** Whether the file may end in the middle of a line; guarded by this. */
  private boolean isTorn;

  /**
   * Reads a store.
   *
   * @param file the file, which need not exist; if absent, answers are kept as long as this object
   * @param type the record
   * @param key what a record answers
   * @param value what is wanted of it, not null; prompts and answers of a long run are better left
   *     in the file
   * @throws IllegalArgumentException if the file cannot be read, is a link, which somebody else may
   *     have laid, or has a line of something else
   */
  public AnswerStore(
      Optional<Path> file, Class<T> type, Function<T, String> key, Function<T, V> value) {
    this(file, false, type, key, value);
    file.ifPresent(this::read);
  }

  private AnswerStore(
      Optional<Path> file,
      boolean isForgetful,
      Class<T> type,
      Function<T, String> key,
      Function<T, V> value) {
    this.file = file;
    this.isForgetful = isForgetful;
    this.type = type;
    this.key = key;
    this.value = value;
  }

  /**
   * Returns a store that keeps nothing, for services that do not always say the same: only threads
   * that want an answer at the same time share one.
   */
  public static <T extends Record, V> AnswerStore<T, V> forgetful(
      Class<T> type, Function<T, String> key, Function<T, V> value) {
    return new AnswerStore<>(Optional.empty(), true, type, key, value);
  }

  /** Returns a key for texts: the SHA-256 of their lengths and bytes, in hexadecimal digits. */
  public static String keyOf(String... texts) {
    MessageDigest digest = sha256();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      // With its length, so that no two lists of texts look alike.
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns a key for one text: its SHA-256 in hexadecimal digits. */
  public static String digestOf(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void read(Path path) {
    if (Files.isSymbolicLink(path)) {
      throw new IllegalArgumentException(
          "the answers kept in "
              + path
              + " are not read, since it is a link, which may lead out of the run; put the file"
              + " itself there, or remove the link to ask again");
    }
    if (!Files.exists(path)) {
      return;
    }
    // Decoded leniently: a killed process may have cut a character in two.
    try (LineNumberReader lines =
        new LineNumberReader(
            new InputStreamReader(new FileInputStream(path.toFile()), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          readLine(line, path + ", line " + lines.getLineNumber());
        }
      }
      isTorn = !endsLine(path);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the answers kept in "
              + path
              + " cannot be read ("
              + e
              + "); make the file readable, or move it away to ask again",
          e);
    }
  }

  private static boolean endsLine(Path path) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(path.toFile(), "r")) {
      if (bytes.length() == 0) {
        return true;
      }
      bytes.seek(bytes.length() - 1);
      return bytes.read() == '\n';
    }
  }

  private void readLine(String line, String where) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JacksonException e) {
      LOG.warn("{} is unfinished and passed over, as a process that was killed leaves it", where);
      return;
    }
    try {
      T answer = JSON.treeToValue(json, type);
      if (answer == null) {
        throw notAnAnswer(where, "found null", null);
      }
      answers.put(key.apply(answer), value.apply(answer));
    } catch (JacksonException e) {
      throw notAnAnswer(where, e.getOriginalMessage(), e);
    }
  }

  private static IllegalArgumentException notAnAnswer(
      String where, String problem, JacksonException cause) {
    return new IllegalArgumentException(
        where
            + ": expected an answer that was kept here, but "
            + Texts.shorten(problem)
            + "; remove the line to ask again, or move the file away",
        cause);
  }

  /**
   * Returns the answer of a key, asking at most once however many threads want it.
   *
   * @param ask asks; what it throws is thrown, and nothing is kept
   */
  public V get(String wanted, Supplier<T> ask) {
    return getAll(List.of(wanted), (keys, keep) -> keep.accept(List.of(ask.get()))).get(wanted);
  }

  /**
   * Returns the answers of keys, asking for each at most once however many threads want it.
   *
   * @param questions asks for those that nobody knows or has claimed; what it throws is thrown here
   *     and to whoever waits for the same, unless this thread is interrupted: then those ask
   *     themselves. What it had kept before stays
   * @throws IllegalStateException if the file cannot be written, or the thread is interrupted,
   *     which it then still is
   */
  public Map<String, V> getAll(Collection<String> wanted, Questions<T> questions) {
    Map<String, V> found = new HashMap<>();
    Set<String> missing = new LinkedHashSet<>(wanted);
    while (!missing.isEmpty()) {
      Map<String, CompletableFuture<V>> own = new LinkedHashMap<>();
      Map<String, CompletableFuture<V>> others = new LinkedHashMap<>();
      for (String each : missing) {
        CompletableFuture<V> claim = new CompletableFuture<>();
        CompletableFuture<V> earlier = claims.putIfAbsent(each, claim);
        if (earlier == null) {
          own.put(each, claim);
        } else {
          others.put(each, earlier);
        }
      }
      // First what others may wait for.
      fulfil(own, questions);
      own.forEach((each, claim) -> found.put(each, claim.join()));
      await(others, found);
      missing.removeAll(found.keySet());
    }
    return found;
  }

  /** Completes all claims, or throws what kept it from that. */
  private void fulfil(Map<String, CompletableFuture<V>> own, Questions<T> questions) {
    try {
      // Looked up only when claimed: an answer may have come just before.
      own.forEach(
          (each, claim) -> Optional.ofNullable(answers.get(each)).ifPresent(claim::complete));
      List<String> unknown = own.keySet().stream().filter(k -> !own.get(k).isDone()).toList();
      if (!unknown.isEmpty()) {
        questions.ask(unknown, given -> keep(given, own));
      }
      if (!own.values().stream().allMatch(CompletableFuture::isDone)) {
        throw new IllegalStateException("some questions were neither answered nor failed");
      }
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        own.values().forEach(claim -> claim.completeExceptionally(e));
      }
      throw e;
    } finally {
      // What has no answer here may be claimed by whoever waits for it.
      own.forEach(claims::remove);
      own.values().forEach(claim -> claim.cancel(false));
    }
  }

  private void keep(List<T> given, Map<String, CompletableFuture<V>> own) {
    append(given);
    for (T answer : given) {
      V found = value.apply(answer);
      if (!isForgetful) {
        answers.put(key.apply(answer), found);
      }
      own.get(key.apply(answer)).complete(found);
    }
  }

  private void await(Map<String, CompletableFuture<V>> others, Map<String, V> found) {
    for (Map.Entry<String, CompletableFuture<V>> claim : others.entrySet()) {
      try {
        found.put(claim.getKey(), claim.getValue().get());
      } catch (CancellationException e) {
        // Whoever had claimed it was interrupted; it is claimed in the next round.
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while an answer was under way", e);
      }
    }
  }

  private synchronized void append(List<T> given) {
    if (file.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder(isTorn ? "\n" : "");
    try {
      for (T answer : given) {
        lines.append(JSON.writeValueAsString(answer)).append('\n');
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(type + " cannot be written as JSON", e);
    }
    Path path = file.get().toAbsolutePath();
    try {
      Files.createDirectories(path.getParent());
      isTorn = true;
      // A stream of a channel would be closed, and might tear a line, when a thread is interrupted.
      try (FileOutputStream stream = new FileOutputStream(path.toFile(), true)) {
        stream.write(lines.toString().getBytes(StandardCharsets.UTF_8));
      }
      isTorn = false;
    } catch (IOException e) {
      throw new IllegalStateException(
          "answers cannot be kept in " + file.get() + " (" + e + "); make room or make it writable",
          e);
    }
  }
}
