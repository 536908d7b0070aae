package dev.clp.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Weighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve(EventLog.FILE_NAME);
  }

  @Test
  void readsWhatItAppended() {
    append(0, 1, 4);
    assertThat(EventLog.read(file)).containsExactly(report(1), report(2), report(3), report(4));
    assertThat(EventLog.read(folder.resolve("absent"))).isEmpty();
  }

  @Test
  void resumeDropsLaterSteps() {
    append(0, 1, 5);
    append(2, 3, 3);
    assertThat(EventLog.read(file)).containsExactly(report(1), report(2), report(3));
  }

  @Test
  void everyStepIsOnDiskAtOnce() {
    try (EventLog log = EventLog.resume(file, StepReport.class, 0)) {
      log.append(report(1));
      assertThat(EventLog.read(file)).containsExactly(report(1));
    }
  }

  @Test
  void aTornLastLineIsDroppedWhereverItWasTorn() throws IOException {
    append(0, 1, 2);
    String whole = Files.readString(file);
    int second = whole.indexOf('\n') + 1;
    for (int length = second; length < whole.length() - 1; length++) {
      Files.writeString(file, whole.substring(0, length));
      assertThat(EventLog.read(file)).as("%s characters", length).containsExactly(report(1));
    }
    append(2, 3, 3);
    assertThat(EventLog.read(file)).containsExactly(report(1), report(3));
  }

  @Test
  void aLineTornInsideACharacterIsDropped() throws IOException {
    append(0, 1, 1);
    Files.write(file, new byte[] {'{', '"', (byte) 0xc3}, StandardOpenOption.APPEND);
    assertThat(EventLog.read(file)).containsExactly(report(1));
  }

  @Test
  void numbersSurviveBitByBit() {
    StepReport.Part part =
        new StepReport.Part(
            new Weighting(List.of(1 / 3., 2 / 3.), 0.1),
            List.of(0.1 + 0.2, Double.MIN_VALUE),
            List.of(0.1f, 1 / 3f),
            -1e-17,
            Math.PI,
            1 / 7.,
            OptionalDouble.of(1 / 3.));
    StepReport report = new StepReport(1, 1e-4 / 3, 1e9 / 7, List.of(part));
    try (EventLog log = EventLog.resume(file, StepReport.class, 0)) {
      log.append(report);
    }
    assertThat(EventLog.read(file)).containsExactly(report);
  }

  @Test
  void readsLogsFromBeforeVarietyWasMeasured() throws IOException {
    append(0, 1, 1);
    String line = Files.readString(file);
    String old = line.replace(",\"distinct2\":0.5", "");
    assertThat(old).hasSizeLessThan(line.length());
    Files.writeString(file, old);
    assertThat(EventLog.read(file))
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.parts().get(0).distinct2()).isEmpty();
              assertThat(report.klDivergence()).isEqualTo(report(1).klDivergence());
            });
  }

  private void append(int lastStep, int from, int to) {
    try (EventLog log = EventLog.resume(file, StepReport.class, lastStep)) {
      IntStream.rangeClosed(from, to).forEach(step -> log.append(report(step)));
    }
  }

  private static StepReport report(int step) {
    StepReport.Part part =
        new StepReport.Part(
            new Weighting(List.of(0.25, 0.75), 0.1),
            List.of(1.5, step / 3.0),
            List.of(0.5f, step / 3f),
            0.25,
            step,
            7,
            OptionalDouble.of(0.5));
    return new StepReport(step, 1e-3, 0.5, List.of(part, part));
  }
}
