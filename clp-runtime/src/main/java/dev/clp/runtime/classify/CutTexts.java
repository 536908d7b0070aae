package dev.clp.runtime.classify;

import dev.clp.api.Reading.Input;
import dev.clp.runtime.model.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the texts that networks read only in part, because they are longer than they read. */
final class CutTexts {

  private record How(int longest, Input input) {}

  private final Path folder;
  private final Map<How, long[]> counts =
      new TreeMap<>(Comparator.comparingInt(How::longest).thenComparing(How::input));

  /** Counts for a folder, which the notices name. */
  CutTexts(Path folder) {
    this.folder = folder;
  }

  /** Counts what was read with a longest sequence. */
  synchronized void count(List<TokenSequence> sequences, Input input, int longest) {
    long[] count = counts.computeIfAbsent(new How(longest, input), unused -> new long[2]);
    count[0] += sequences.stream().filter(sequence -> sequence.cut() > 0).count();
    count[1] += sequences.size();
  }

  /** Returns how many were cut, a sentence for every longest sequence; none if none was. */
  synchronized List<String> notices() {
    List<String> notices = new ArrayList<>();
    counts.forEach(
        (how, count) -> {
          if (count[0] > 0) {
            notices.add(
                folder
                    + ": "
                    + count[0]
                    + " of "
                    + count[1]
                    + " texts were longer than the "
                    + how.longest()
                    + " tokens that are read, and lost "
                    + (how.input() == Input.CHAT
                        ? "their beginning"
                        : "the end of their first text")
                    + "; shorten the prompts, or raise max-tokens where the network reads more");
          }
        });
    return notices;
  }
}
