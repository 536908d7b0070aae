package dev.clp.runtime.report;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReportWriterTest {

  @Test
  void look() throws IOException {
    ReportWriter.write(Path.of("target/reports/two"), SyntheticReport.twoObjectives().data());
    ReportWriter.write(Path.of("target/reports/three"), SyntheticReport.threeObjectives().data());
  }
}
