package dev.clp.rewards.rouge;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a token is. */
public enum Tokenization {
  /**
   * As in Google's rouge_score: the longest runs of {@code [a-z0-9]} of the text in lower case.
   *
   * <p>Every other character separates tokens, accented letters among them: {@code café} is {@code
   * caf}, and a text in Cyrillic, Greek, Arabic or Chinese letters has no token.
   */
  ASCII("[a-z0-9]++") {
    @Override
    String prepare(String text) {
      return text.toLowerCase(Locale.ROOT);
    }
  },
  /**
   * The longest runs of letters, marks and digits of any script, of the text in lower case and in
   * Unicode's normal form NFKC.
   *
   * <p>Scripts that put no spaces between words, which are Han, Hiragana, Katakana, Thai, Lao,
   * Khmer and Myanmar, have a token per letter, marks included. That is how summaries in Chinese
   * are usually compared.
   */
  UNICODE(
      "[\\p{L}\\p{M}\\p{N}&&[^\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}\\p{IsLao}"
          + "\\p{IsKhmer}\\p{IsMyanmar}]]++|[\\p{L}\\p{N}]\\p{M}*+") {
    @Override
    String prepare(String text) {
      return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }
  };

  private final Pattern token;

  Tokenization(String token) {
    this.token = Pattern.compile(token);
  }

  /** Returns the text in which {@link #token} finds tokens. */
  abstract String prepare(String text);

  /** Returns the pattern of a token, possessive, so that no text can exhaust the stack. */
  Pattern token() {
    return token;
  }
}
