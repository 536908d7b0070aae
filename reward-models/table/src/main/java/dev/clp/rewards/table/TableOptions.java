package dev.clp.rewards.table;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.nio.file.Path;
import java.util.List;

/**
 * The options of the table reward.
 *
 * <p>A table is a JSON object with the integers {@code vocabulary}, {@code length}, {@code prompts}
 * and {@code objectives}, and {@code rewards[objective][prompt][response]}. A response of {@code
 * length} words is numbered as digits are: {@code sum_t word_t * vocabulary^(length - 1 - t)}.
 * Other fields are ignored. The table knows words and prompts by number; the options name them.
 *
 * @param file the table
 * @param column which of the table's objectives to read, counted from 0
 * @param words the vocabulary's words in the order of their numbers; a response is words with
 *     single spaces between them. A word may have spaces itself if no two responses then read alike
 * @param prompts the prompts' texts in the order of their numbers
 */
public record TableOptions(
    @Option("The table: a JSON file with rewards[objective][prompt][response].") Path file,
    @Option("Which of the table's objectives to read, counted from 0.") @Min(0) int column,
    @Option("The vocabulary's words in the order of their numbers.") @NotEmpty
        List<@NotBlank String> words,
    @Option("The prompts' texts in the order of their numbers.") @NotEmpty
        List<@NotBlank String> prompts) {

  public TableOptions {
    words = List.copyOf(words);
    prompts = List.copyOf(prompts);
  }
}
