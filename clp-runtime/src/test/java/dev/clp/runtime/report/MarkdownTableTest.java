package dev.clp.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Evaluation.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTableTest {

  @Test
  void numbersAlignRightAndTextLeft() {
    Table table =
        new Table(
            "Measures",
            "Intervals are 95 %.",
            List.of("policy", "hypervolume", "weighting", "KL"),
            List.of(
                List.of("full-clp", "4.21 ± 0.08", "1:0@0.1", "12.5"),
                List.of("prompting", "–", "0.5:0.5@0.1", "-3")));
    assertThat(MarkdownTable.render(table))
        .isEqualTo(
            """
            Measures

            | policy    | hypervolume | weighting   |   KL |
            |-----------|------------:|-------------|-----:|
            | full-clp  | 4.21 ± 0.08 | 1:0@0.1     | 12.5 |
            | prompting |           – | 0.5:0.5@0.1 |   -3 |

            Intervals are 95 %.
            """);
  }

  @Test
  void aCellCannotLeaveItsPlace() {
    Table table =
        new Table("T\u001b[2J", "", List.of("a|b"), List.of(List.of("one\ntwo\u009b\u2028three")));
    assertThat(MarkdownTable.render(table))
        .isEqualTo(
            """
            T [2J

            | a\\|b          |
            |---------------|
            | one two three |
            """);
  }

  @Test
  void aTableWithoutRowsIsItsHeading() {
    assertThat(MarkdownTable.render(new Table("Costs", "", List.of("x"), List.of())))
        .isEqualTo("Costs\n\n| x   |\n|-----|\n");
  }
}
