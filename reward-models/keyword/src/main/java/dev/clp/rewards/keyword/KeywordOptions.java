package dev.clp.rewards.keyword;

import dev.clp.api.Option;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.util.List;

/**
 * The options of the keyword reward.
 *
 * @param keywords words or phrases to look for; at least one, none blank, none twice
 * @param matching how the number of keywords found becomes a score
 * @param caseSensitive whether upper and lower case differ
 */
public record KeywordOptions(
    @Option("The words or phrases to look for, each as a whole word.") @NotEmpty
        List<@NotBlank String> keywords,
    @Option(
            value =
                "The score in [0, 1]: 1 if any keyword is found, 1 if all are, or the proportion found.",
            defaultsTo = "proportion")
        Matching matching,
    @Option(value = "Whether upper and lower case differ.", defaultsTo = "false")
        boolean caseSensitive) {

  public KeywordOptions {
    keywords = List.copyOf(keywords);
  }
}
