package dev.clp.plugins.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What services make of a secret that they echo. */
class SecretsTest {

  private static final String TOKEN = "sk-\"Ab/c\\d+E&f<0>'=~12345";
  private static final Secrets SECRETS = Secrets.of(List.of("Bearer " + TOKEN));

  static Map<String, String> echoes() throws JsonProcessingException {
    String json = new JsonMapper().writeValueAsString(TOKEN);
    String quoted = json.substring(1, json.length() - 1);
    return Map.ofEntries(
        Map.entry("as it is", TOKEN),
        Map.entry("lower case", TOKEN.toLowerCase(Locale.ROOT)),
        Map.entry("upper case", TOKEN.toUpperCase(Locale.ROOT)),
        Map.entry("JSON", quoted),
        Map.entry("JSON as PHP writes it", quoted.replace("/", "\\/")),
        Map.entry("JSON in JSON", quoted.replace("\\", "\\\\").replace("\"", "\\\"")),
        Map.entry("JSON, lower case", quoted.toLowerCase(Locale.ROOT)),
        Map.entry("JSON of ASCII alone", unicode("\\u%04x")),
        Map.entry("the same in JSON", unicode("\\\\u%04X")),
        Map.entry("URL", URLEncoder.encode(TOKEN, UTF_8)),
        Map.entry("URL in URL", URLEncoder.encode(URLEncoder.encode(TOKEN, UTF_8), UTF_8)),
        Map.entry(
            "HTML",
            TOKEN
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;")),
        Map.entry("HTML by numbers", unicode("&#x%02X;")),
        Map.entry("hexadecimal", HexFormat.of().formatHex(TOKEN.getBytes(UTF_8))),
        Map.entry("Base64", base64(TOKEN)),
        Map.entry("Base64, lower case", base64(TOKEN).toLowerCase(Locale.ROOT)),
        Map.entry("Base64 in JSON", base64(TOKEN).replace("/", "\\/")),
        Map.entry("Base64 for URLs", Base64.getUrlEncoder().encodeToString(TOKEN.getBytes(UTF_8))),
        Map.entry("Base64 with its scheme", base64("Bearer " + TOKEN)));
  }

  private static String unicode(String format) {
    return TOKEN.chars().mapToObj(c -> String.format(format, c)).collect(Collectors.joining());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  static Stream<String> names() throws JsonProcessingException {
    return echoes().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void anEchoIsCutOut(String name) throws JsonProcessingException {
    assertThat(SECRETS.redact("the key '" + echoes().get(name) + "' is old"))
        .isEqualTo("the key '[redacted]' is old");
  }

  /** Beside other text the same bytes make other digits, at one of three offsets. */
  @ParameterizedTest
  @ValueSource(strings = {"", "u", "me", "me:", "user", "Authorization: Bearer "})
  void anEchoWithinBase64IsCutOut(String before) {
    for (String after : List.of("", "\n", "}}", "end")) {
      String redacted = SECRETS.redact(base64(before + TOKEN + after));
      assertThat(redacted).contains(Secrets.HIDDEN);
      String decodable = redacted.replace(Secrets.HIDDEN, "");
      assertThat(decodable.length()).isLessThanOrEqualTo(base64(before + after).length() + 2);
    }
  }

  @Test
  void severalSecretsAreCutOut() {
    Secrets secrets = Secrets.of(List.of("first-secret", "second-secret", "first-secret-longer"));
    assertThat(secrets.redact("first-secret-longer, FIRST-secret, second-secret."))
        .isEqualTo("[redacted], [redacted], [redacted].");
  }

  @Test
  void whatBasicCredentialsStandForIsASecretToo() {
    Secrets secrets = Secrets.of(List.of("Basic " + base64("me:pass word 1")));
    assertThat(secrets.redact("no user me:pass word 1, PASS%20WORD+1"))
        .isEqualTo("no user [redacted], [redacted]");
  }

  @Test
  void aShortValueIsCutOutAsItIs() {
    assertThat(Secrets.of(List.of("pin4")).redact("pin4, " + base64("pin4")))
        .isEqualTo("[redacted], " + base64("pin4"));
    assertThat(Secrets.NONE.redact("text")).isEqualTo("text");
    assertThat(Secrets.of(List.of("", " ")).redact("a b")).isEqualTo("a b");
  }

  @Test
  void otherTextStays() {
    String text = "status 500: the bearer of bad news, sk-other, base64 " + base64("something");
    assertThat(SECRETS.redact(text)).isEqualTo(text);
  }

  /** The text is a service's: it must not be able to keep us busy. */
  @Test
  void longTextsTakeNoTime() {
    Random random = new Random(1);
    String digits =
        random
            .ints(1 << 20, 0, 64)
            .mapToObj(i -> "" + "ABCabcsk-\\/+=0123%&#;u".charAt(i % 22))
            .collect(Collectors.joining());
    for (String text :
        List.of("\\".repeat(1 << 20), "sk-".repeat(1 << 19), "&#0".repeat(1 << 18), digits)) {
      long start = System.nanoTime();
      assertThat(SECRETS.redact(text)).isEqualTo(text);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }
}
