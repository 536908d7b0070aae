package dev.clp.runtime.report;

import dev.clp.api.Evaluation;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables as aligned Markdown, for terminals and for files. */
public final class MarkdownTable {

  /** A number, perhaps with its interval or unit behind a space, or the sign for none. */
  private static final Pattern NUMBER =
      Pattern.compile("[+\\-−]?\\d[\\d,]*(\\.\\d+)?([eE][+\\-−]?\\d+)?([ %].*)?|[-–]?");

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]+");

  private static final int NARROWEST = 3;

  private MarkdownTable() {}

  /**
   * Returns the title, the rows in columns of equal width, and the note if there is one, ending
   * with a line break.
   *
   * <p>Columns of numbers are aligned to the right, others to the left. A vertical bar in a cell is
   * escaped, and control characters, which could move a terminal's cursor, become spaces.
   */
  public static String render(Evaluation.Table table) {
    List<String> columns = table.columns().stream().map(MarkdownTable::clean).toList();
    List<List<String>> rows =
        table.rows().stream().map(row -> row.stream().map(MarkdownTable::clean).toList()).toList();
    int[] widths =
        IntStream.range(0, columns.size())
            .map(
                column ->
                    rows.stream()
                        .mapToInt(row -> width(row.get(column)))
                        .reduce(Math.max(NARROWEST, width(columns.get(column))), Math::max))
            .toArray();
    boolean[] numbers = new boolean[columns.size()];
    for (int column = 0; column < numbers.length; column++) {
      int index = column;
      numbers[column] =
          !rows.isEmpty()
              && rows.stream().allMatch(row -> NUMBER.matcher(row.get(index)).matches());
    }
    StringBuilder text = new StringBuilder();
    text.append(clean(table.title())).append("\n\n");
    text.append(line(columns, widths, numbers));
    text.append(
        IntStream.range(0, widths.length)
            .mapToObj(column -> "-".repeat(widths[column] + 1) + (numbers[column] ? ":" : "-"))
            .collect(Collectors.joining("|", "|", "|\n")));
    for (List<String> row : rows) {
      text.append(line(row, widths, numbers));
    }
    if (!table.note().isEmpty()) {
      text.append('\n').append(clean(table.note())).append('\n');
    }
    return text.toString();
  }

  private static String line(List<String> cells, int[] widths, boolean[] numbers) {
    return IntStream.range(0, widths.length)
        .mapToObj(
            column -> {
              String cell = cells.get(column);
              String padding = " ".repeat(widths[column] - width(cell));
              return numbers[column] ? padding + cell : cell + padding;
            })
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String clean(String cell) {
    return CONTROL.matcher(cell).replaceAll(" ").replace("|", "\\|");
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
