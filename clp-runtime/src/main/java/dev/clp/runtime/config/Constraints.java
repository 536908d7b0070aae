package dev.clp.runtime.config;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.MessageInterpolator;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Negative;
import jakarta.validation.constraints.NegativeOrZero;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.validation.metadata.ConstraintDescriptor;
import jakarta.validation.metadata.ContainerDescriptor;
import jakarta.validation.metadata.ElementDescriptor;
import jakarta.validation.metadata.PropertyDescriptor;
import java.lang.annotation.Annotation;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.constraints.UniqueElements;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/** The Bean Validation annotations of options records: checked, and put into words. */
final class Constraints {

  // Held, since the logging framework forgets the level of a logger that nobody holds.
  private static final Logger VALIDATOR_LOG = Logger.getLogger("org.hibernate.validator");

  private static final Validator VALIDATOR = validator();

  private Constraints() {}

  /**
   * What a value breaks.
   *
   * @param index the element of the list that breaks it, if it is one element
   * @param message what was expected and what was found
   */
  record Violation(Optional<Integer> index, String message) {}

  private static Validator validator() {
    // The validator announces its version at level INFO, which is nothing to a user.
    VALIDATOR_LOG.setLevel(Level.WARNING);
    // Never closed: it lives as long as the process.
    return Validation.byProvider(HibernateValidator.class)
        .configure()
        .ignoreXmlConfiguration()
        .messageInterpolator(new Words())
        .buildValidatorFactory()
        .getValidator();
  }

  /** Returns what {@code value} breaks as the value of a record's component. */
  static List<Violation> violations(Class<? extends Record> type, String component, Object value) {
    return VALIDATOR.validateValue(type, component, value).stream()
        .map(
            violation ->
                new Violation(
                    index(violation),
                    violation.getMessage() + ", but found " + found(violation.getInvalidValue())))
        .sorted(Comparator.comparing(Violation::message))
        .toList();
  }

  private static String found(Object value) {
    return value instanceof CharSequence ? "'" + value + "'" : String.valueOf(value);
  }

  private static Optional<Integer> index(ConstraintViolation<?> violation) {
    Optional<Integer> index = Optional.empty();
    for (Path.Node node : violation.getPropertyPath()) {
      index = Optional.ofNullable(node.getIndex());
    }
    return index;
  }

  /** Returns the range of a record's component in words, such as {@code at least 1}. */
  static Optional<String> range(Class<? extends Record> type, String component) {
    PropertyDescriptor property =
        VALIDATOR.getConstraintsForClass(type).getConstraintsForProperty(component);
    if (property == null) {
      return Optional.empty();
    }
    List<String> words =
        Stream.concat(descriptors(property), elements(property))
            .map(descriptor -> words(descriptor.getAnnotation()))
            .flatMap(Optional::stream)
            .sorted()
            .toList();
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
  }

  private static Stream<ConstraintDescriptor<?>> descriptors(ElementDescriptor element) {
    return element.getConstraintDescriptors().stream();
  }

  private static Stream<ConstraintDescriptor<?>> elements(ContainerDescriptor container) {
    return container.getConstrainedContainerElementTypes().stream()
        .flatMap(element -> Stream.concat(descriptors(element), elements(element)));
  }

  private static Optional<String> words(Annotation constraint) {
    if (constraint instanceof Min min) {
      return Optional.of("at least " + min.value());
    } else if (constraint instanceof Max max) {
      return Optional.of("at most " + max.value());
    } else if (constraint instanceof DecimalMin min) {
      return Optional.of((min.inclusive() ? "at least " : "above ") + min.value());
    } else if (constraint instanceof DecimalMax max) {
      return Optional.of((max.inclusive() ? "at most " : "below ") + max.value());
    } else if (constraint instanceof Positive) {
      return Optional.of("above 0");
    } else if (constraint instanceof PositiveOrZero) {
      return Optional.of("at least 0");
    } else if (constraint instanceof Negative) {
      return Optional.of("below 0");
    } else if (constraint instanceof NegativeOrZero) {
      return Optional.of("at most 0");
    } else if (constraint instanceof NotEmpty) {
      return Optional.of("at least one");
    } else if (constraint instanceof NotBlank) {
      return Optional.of("some text");
    } else if (constraint instanceof UniqueElements) {
      return Optional.of("distinct values");
    } else if (constraint instanceof Size size) {
      String most = size.max() == Integer.MAX_VALUE ? "or more" : "to " + size.max();
      return Optional.of(
          size.min() == size.max() ? "length " + size.min() : "length " + size.min() + " " + most);
    }
    return Optional.empty();
  }

  /**
   * Words of our own where a constraint keeps its default message: some of these need an expression
   * language, all follow the user's locale, and neither belongs into an error that people search
   * for.
   */
  private static final class Words implements MessageInterpolator {

    private final MessageInterpolator others =
        new ParameterMessageInterpolator(Set.of(Locale.ENGLISH), Locale.ENGLISH, false);

    @Override
    public String interpolate(String template, Context context) {
      Optional<String> words = words(context.getConstraintDescriptor().getAnnotation());
      return words.isPresent() && isDefault(template)
          ? "expected " + words.get()
          : others.interpolate(template, context, Locale.ENGLISH);
    }

    private static boolean isDefault(String template) {
      return template.startsWith("{jakarta.validation.")
          || template.startsWith("{org.hibernate.validator.");
    }

    @Override
    public String interpolate(String template, Context context, Locale locale) {
      return interpolate(template, context);
    }
  }
}
