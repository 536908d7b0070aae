package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.clp.api.FrozenModels;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.decoder.DecoderModel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrozenModelsCheckTest {

  private static final String NORM = "model.norm.weight";

  private NDManager manager;
  private DecoderModel reference;
  private DecoderModel expert;
  private FrozenModelsCheck check;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    reference = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
    expert = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 2);
    check = new FrozenModelsCheck(new FrozenModels(reference, List.of(expert)));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void modelsThatNobodyChangedPass() {
    int before = Torch.liveArrays();
    reference.parameter(NORM).add(1).close();
    check.verify("the conditioner 'mine'");
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @Test
  void aChangeInPlaceIsNamed() {
    reference.parameter(NORM).muli(1.000001f);
    assertThatThrownBy(() -> check.verify("the conditioner 'mine'"))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("the conditioner 'mine'", "the reference's " + NORM, "copy");
  }

  @Test
  void aCheckOfFurtherExpertsRemembersTheReferenceAsItWasAtFirst() {
    FrozenModelsCheck first = new FrozenModelsCheck(new FrozenModels(reference, List.of()));
    reference.parameter(NORM).muli(1.000001f);
    FrozenModelsCheck further = first.withExperts(List.of(expert));
    assertThatThrownBy(() -> further.verify("x")).hasMessageContaining("the reference's " + NORM);
  }

  @Test
  void aChangedExpertIsNamed() {
    expert.parameter(NORM).addi(1);
    assertThatThrownBy(() -> check.verify("the conditioner 'mine'"))
        .hasMessageContaining("expert 1's " + NORM);
  }
}
