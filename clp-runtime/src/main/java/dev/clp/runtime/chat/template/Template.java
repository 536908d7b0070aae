package dev.clp.runtime.chat.template;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A chat template in the part of Jinja that such templates use, rendered as Python's jinja2 does
 * with the settings of Hugging Face's transformers.
 *
 * <p>A template is data from a stranger: it reaches nothing but the values that it is given, and
 * its steps, sizes and nesting are bounded.
 */
public final class Template {

  private final Block block;

  private Template(Block block) {
    this.block = block;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it breaks the rules, or uses what is not supported
   */
  public static Template parse(String source) {
    return new Template(Parser.parse(source));
  }

  /**
   * Renders the template.
   *
   * @param variables by name; values are null, Boolean, Long, Double, String, and List and Map of
   *     these
   * @param now asked for what the function {@code strftime_now} tells
   * @throws TemplateException if the template refuses them, or cannot be rendered with them
   */
  public String render(Map<String, ?> variables, Supplier<LocalDateTime> now) {
    Budget budget = new Budget();
    Map<String, Object> all = new HashMap<>(Builtins.of(now, budget));
    all.putAll(variables);
    Output out = new Output(budget);
    block.render(Scope.of(all, budget), out);
    return out.toString();
  }
}
