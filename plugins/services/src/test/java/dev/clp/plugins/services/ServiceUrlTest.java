package dev.clp.plugins.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceUrlTest {

  private static String parse(String url) {
    return ServiceUrl.parse("url", url, "http://localhost:8000/score", "use a header").toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8000/score",
        "HTTPS://host",
        "http://[::1]:80/",
        "http://host/score?model=meta-llama/Llama-3.1-8B-Instruct-2024&max_tokens=5&mode=fast",
        "http://host/score?keyword=bridge&tokens=5&author=me&coder=x&scores",
        "http://host/score?q=a+long+text+of+words&n=20240101",
        "http://host/score?",
      })
  void anAddressMayHaveAQuery(String url) {
    assertThat(parse(url)).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key=s3cret",
        "KEY=s3cret",
        "a=1&api_key=s3cret",
        "a=1;apiKey=s3cret",
        "x-api-key=s3cret",
        "%6Bey=s3cret",
        "token=s3cret",
        "access_token=s3cret",
        "auth=s3cret",
        "client-secret=s3cret",
        "password=s3cret",
        "pwd=s3cret",
        "sv=2024&sig=s3cret",
        "X-Amz-Signature=s3cret",
        "code=s3cret",
        "subscription-key=s3cret",
        "jwt=s3cret",
        "key",
        "id=sk-s3cret",
        "id=hf_s3cret",
        "id=AIzas3cret",
        "id=eyJs3cret.e30.x",
        "sk-s3cret",
        "s3cretAbCdEfGhIjKlMnOpQrStUvWx",
        "id=s3cretAbCdEfGhIjKlMnOpQrStUvWx",
        "id=0123456789abcdef0123456789abs3cret",
      })
  void aCredentialInTheQueryIsRefusedAndNotShown(String query) {
    assertThatThrownBy(() -> parse("https://host/score?" + query))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageContainingAll("expected url", "looks like a credential", "use a header")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://me:s3cret@host/",
        "http://s3cret@host/",
        "http://host/#s3cret",
        "http://s3cret host/",
        "s3cret",
        "ftp://host/?key=s3cret",
        "http:///?key=s3cret",
        "//host/?key=s3cret",
      })
  void whatIsNoAddressIsNotShown(String url) {
    assertThatThrownBy(() -> parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageContaining("url")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://host/?key=s3cret",
        "--url=HTTPS://host:80/a/b?model=x&token=s3cret#end",
        "curl 'http://host/' 'http://host/?sig=s3cret'",
        "http://me:s3cret@host",
      })
  void aSecretInAnAddressWithinATextIsRefusedAndNotShown(String text) {
    assertThatThrownBy(() -> ServiceUrl.requireNoSecrets("command", text, "use a variable"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("expected command", "use a variable")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "python3",
        "--token=TOKEN?key",
        "http://host/a@b?model=x",
        "what? key=1 http://host",
        "http://host?a key=1"
      })
  void otherTextsAreNot(String text) {
    assertThatCode(() -> ServiceUrl.requireNoSecrets("command", text, ""))
        .doesNotThrowAnyException();
  }
}
