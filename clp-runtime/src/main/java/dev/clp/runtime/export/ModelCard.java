package dev.clp.runtime.export;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.clp.api.Evaluation.Table;
import dev.clp.runtime.report.MarkdownTable;
import dev.clp.runtime.report.ReportData.Fact;
import java.util.List;

/**
 * The text that says where exported parameters come from: the {@code README.md} of their folder.
 *
 * @param title the heading
 * @param library the library that reads the folder, such as {@code transformers}
 * @param base the name of the base model
 * @param facts what is said of the origin
 * @param sections further tables and sentences in Markdown, in order
 */
public record ModelCard(
    String title, String library, String base, List<Fact> facts, List<String> sections) {

  public ModelCard {
    facts = List.copyOf(facts);
    sections = List.copyOf(sections);
  }

  /** Returns the card in Markdown, with the metadata that model hubs read at its head. */
  public String toMarkdown() {
    StringBuilder text = new StringBuilder();
    text.append("---\n")
        .append(
            "# license: (yours to state; the base model's licence holds for what is made of it)\n")
        .append("base_model: ")
        .append(quoted(base))
        .append('\n')
        .append("library_name: ")
        .append(library)
        .append('\n')
        .append("pipeline_tag: text-generation\n")
        .append("tags: [clp]\n")
        .append("---\n\n");
    text.append(
        MarkdownTable.render(
            new Table(
                "# " + title,
                "",
                List.of("", "origin"),
                facts.stream().map(fact -> List.of(fact.name(), fact.value())).toList())));
    sections.forEach(section -> text.append('\n').append(section));
    return text.toString();
  }

  /** Returns a text as YAML, of which JSON's strings are a part. */
  static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }
}
