package dev.clp.runtime.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.UnitName;
import dev.clp.api.Weighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {

  private static final UnitName UNIT = new UnitName("sample", "p", 3);

  @TempDir Path folder;

  @Test
  void aListenerThatThrowsHearsNothingMoreAndStopsNobody() {
    List<RunEvent> heard = new ArrayList<>();
    List<RunEvent> heardByFailing = new ArrayList<>();
    Listeners listeners = new Listeners();
    listeners.add(
        "tracker",
        new RunListener() {
          @Override
          public void on(RunEvent event) {
            heardByFailing.add(event);
            throw new IllegalStateException("no connection");
          }

          @Override
          public void close() {
            throw new AssertionError("closed though it was let go");
          }
        });
    listeners.add("log", heard::add);
    RunEvent first = new RunEvent.UnitStarted(Instant.EPOCH, UNIT, 2);
    RunEvent second = new RunEvent.UnitFinished(Instant.EPOCH, UNIT, 1);
    listeners.on(first);
    listeners.on(second);
    listeners.close();
    assertThat(heardByFailing).containsExactly(first);
    assertThat(heard).contains(first, second).hasSize(3);
    assertThat(heard)
        .filteredOn(RunEvent.Warned.class::isInstance)
        .singleElement()
        .asString()
        .contains("'tracker'", "no connection", "hears nothing more");
  }

  @Test
  void eventsAreKeptAsALineEach() throws IOException {
    Path file = folder.resolve("events.jsonl");
    try (EventFile events = EventFile.open(file)) {
      events.on(
          new RunEvent.EvaluationCompleted(
              Instant.EPOCH,
              UNIT,
              new Weighting(List.of(0.25, 0.75), 0.1),
              Map.of("reward.a", 1.5)));
    }
    // A full disk or a killed process may tear the last line.
    Files.writeString(file, "{\"event\":\"Unit", StandardOpenOption.APPEND);
    try (EventFile again = EventFile.open(file)) {
      again.on(new RunEvent.RunFailed(Instant.EPOCH, "a \"reason\""));
    }
    assertThat(file)
        .hasContent(
            """
            {"event":"EvaluationCompleted","time":"1970-01-01T00:00:00Z","unit":{"kind":"sample",\
            "name":"p","seed":3},"weighting":{"weights":[0.25,0.75],"kl":0.1},\
            "metrics":{"reward.a":1.5}}
            {"event":"RunFailed","time":"1970-01-01T00:00:00Z","message":"a \\"reason\\""}
            """);
  }
}
