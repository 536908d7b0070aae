package dev.clp.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchTest {

  @BeforeAll
  static void start() {
    Torch.start();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void restoresTheGradientModeAfterAnException(boolean outer) {
    Torch.withGradients(
        outer,
        () -> {
          assertThatThrownBy(
                  () ->
                      Torch.withGradients(
                          !outer,
                          () -> {
                            assertThat(JniUtils.isGradMode()).isEqualTo(!outer);
                            throw new IllegalStateException("on purpose");
                          }))
              .hasMessage("on purpose");
          assertThat(JniUtils.isGradMode()).isEqualTo(outer);
          return null;
        });
  }

  @Test
  void setsTheModeOfTheCallingThreadAlone() {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Torch.withGradients(
          false,
          () ->
              CompletableFuture.runAsync(
                      () ->
                          Torch.withGradients(
                              true, () -> assertThat(JniUtils.isGradMode()).isTrue()),
                      other)
                  .join());
      assertThat(Torch.<Boolean>withGradients(false, JniUtils::isGradMode)).isFalse();
    } finally {
      other.shutdown();
    }
  }

  @Test
  void countsLiveArraysOfAllManagers() {
    int before = Torch.liveArrays();
    try (NDManager manager = Torch.newManager();
        NDManager child = manager.newSubManager()) {
      manager.create(1f);
      child.create(2f).close();
      child.create(3f);
      assertThat(Torch.liveArrays()).isEqualTo(before + 2);
    }
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @Test
  void changesTheThreadsOfARunningEngine() {
    int threads = Torch.threads();
    try {
      Torch.useThreads(threads + 1);
      assertThat(Torch.threads()).isEqualTo(threads + 1);
      assertThat(JniUtils.getNumThreads()).isEqualTo(threads + 1);
    } finally {
      Torch.useThreads(threads);
    }
    assertThat(JniUtils.getNumThreads()).isEqualTo(threads);
  }
}
