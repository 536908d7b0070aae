package dev.clp.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.api.Calibration;
import dev.clp.api.Weighting;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredNamesTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder().addModule(new StoredNames()).build();

  @Test
  void filesKeepTheKeysOfEarlierVersions() throws IOException {
    check(new Weighting(List.of(0.25, 0.75), 0.1), "{\"weights\":[0.25,0.75],\"kl\":0.1}");
    check(new Calibration(1, 2, -1), "{\"mean\":1.0,\"deviation\":2.0,\"floor\":-1.0}");
  }

  private static void check(Object value, String json) throws IOException {
    assertThat(JSON.writeValueAsString(value)).isEqualTo(json);
    assertThat(JSON.readValue(json, value.getClass())).isEqualTo(value);
  }
}
