package dev.clp.plugins.prompting;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.Weighting;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Creates {@code prompting}: the weights are written into the prompt. */
public final class Prompting implements ComponentFactory<Conditioner, PromptingOptions> {

  private static final String KL = "kl";

  @Override
  public String name() {
    return "prompting";
  }

  @Override
  public String description() {
    return "Writes the weights into the prompt of one finetuned copy.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<PromptingOptions> options() {
    return PromptingOptions.class;
  }

  @Override
  public Conditioner create(PromptingOptions options, ComponentContext context) {
    List<String> objectives = context.objectives();
    Map<String, Function<Weighting, String>> fillings = new HashMap<>();
    // An objective may be called kl itself; then the gap is the objective's.
    fillings.put(KL, weighting -> written(options, weighting.klCoefficient()));
    for (int i = 0; i < objectives.size(); i++) {
      int objective = i;
      fillings.put(objectives.get(i), weighting -> written(options, weighting.weight(objective)));
    }
    boolean weightsVary = objectives.size() > 1;
    boolean klVaries = !context.klCoefficients().isFixed();
    String everything =
        Stream.concat(
                objectives.stream().filter(name -> weightsVary || !klVaries),
                Stream.of(KL).filter(name -> klVaries))
            .map(name -> name + ": {" + name + "}")
            .collect(Collectors.joining(", ", "", "\n{prompt}"));
    return new PromptedCopy(new Wording(options.template().orElse(everything), fillings));
  }

  private static String written(PromptingOptions options, double weight) {
    List<String> levels = options.levels();
    return levels.isEmpty()
        ? String.format(Locale.ROOT, "%." + options.decimals() + "f", weight)
        : levels.get((int) Math.round(weight * (levels.size() - 1)));
  }
}
