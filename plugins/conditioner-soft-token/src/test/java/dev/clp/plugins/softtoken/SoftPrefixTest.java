package dev.clp.plugins.softtoken;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Parameters;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.api.contract.TinyModel;
import dev.clp.plugins.softtoken.SoftTokenOptions.Prefix;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SoftPrefixTest {

  private static final ComponentContext CONTEXT =
      new TestContext(List.of("first", "second"), new KlRange(0.1, 0.5, KlRange.Scale.UNIFORM));

  private NDManager manager;
  private FrozenModels frozen;

  @BeforeEach
  void openModel() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    manager = NDManager.newBaseManager();
    frozen = new FrozenModels(TinyModel.random(manager, 1), List.of());
  }

  @AfterEach
  void closeModel() {
    manager.close();
  }

  private static Conditioner conditioner(Prefix prefix) {
    return new SoftToken().create(new SoftTokenOptions(3, prefix, 8, false), CONTEXT);
  }

  private Parameters initial(Conditioner conditioner) {
    return conditioner.initialise(frozen, new SplittableRandom(7));
  }

  private NDArray prefix(
      Conditioner conditioner, Parameters parameters, double first, double klCoefficient) {
    return conditioner
        .condition(frozen, parameters, new Weighting(List.of(first, 1 - first), klCoefficient))
        .terms()
        .get(0)
        .prefix()
        .orElseThrow();
  }

  @Test
  void aMixtureIsAnObjectivesOwnAtItsCorner() {
    Conditioner conditioner = conditioner(Prefix.MIXTURE);
    Parameters parameters = initial(conditioner);
    NDArray first = parameters.get("prefix.objective.first");
    NDArray second = parameters.get("prefix.objective.second");
    assertThat(prefix(conditioner, parameters, 1, 0.1).toFloatArray())
        .containsExactly(first.toFloatArray());
    assertThat(prefix(conditioner, parameters, 0, 0.1).toFloatArray())
        .containsExactly(second.toFloatArray());
    assertThat(prefix(conditioner, parameters, 0.5, 0.1).toFloatArray())
        .containsExactly(first.add(second).div(2).toFloatArray());
  }

  @Test
  void vectorsStartAsEmbeddings() {
    NDArray embedding = frozen.reference().parameter("model.embed_tokens.weight");
    float[] values =
        initial(conditioner(Prefix.MIXTURE)).get("prefix.objective.first").toFloatArray();
    int width = (int) embedding.size(1);
    for (int token = 0; token < 3; token++) {
      NDArray own = manager.create(Arrays.copyOfRange(values, token * width, (token + 1) * width));
      assertThat(embedding.sub(own).abs().sum(new int[] {1}).min().getFloat()).isZero();
    }
  }

  @Test
  void aNetworkHearsTheKlCoefficient() {
    Conditioner conditioner = conditioner(Prefix.MLP);
    Parameters parameters = initial(conditioner);
    NDArray low = prefix(conditioner, parameters, 0.5, 0.1);
    NDArray high = prefix(conditioner, parameters, 0.5, 0.5);
    assertThat(low.sub(high).abs().max().getFloat()).isGreaterThan(1e-3f);
  }

  @Test
  void withTheModelFrozenFewNumbersAreTrained() {
    int width = (int) frozen.reference().parameter("model.embed_tokens.weight").size(1);
    assertThat(initial(conditioner(Prefix.MIXTURE)).count()).isEqualTo(2L * 3 * width);
    assertThat(initial(conditioner(Prefix.MLP)).count())
        .isEqualTo(3L * width + 3 * 8 + 8 + 8L * 3 * width);
  }
}
