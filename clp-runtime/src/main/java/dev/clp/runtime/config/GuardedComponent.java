package dev.clp.runtime.config;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.runtime.error.UserException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Stands before a component, so that an exception, a missing result, one of the wrong shape or a KL
 * weight that the experiment does not train under names the component and its JAR, and so that its
 * code finds its own classes by name.
 *
 * @param component what is called
 * @param title what errors call it
 * @param context the experiment that it was created for
 */
record GuardedComponent(Object component, String title, ComponentContext context)
    implements InvocationHandler {

  /** Returns the component behind its guard; closeable if the component is. */
  static <T> T of(Class<T> contract, T component, String title, ComponentContext context) {
    Set<Class<?>> types = new LinkedHashSet<>(List.of(contract));
    if (component instanceof AutoCloseable) {
      types.add(AutoCloseable.class);
    }
    return contract.cast(
        Proxy.newProxyInstance(
            GuardedComponent.class.getClassLoader(),
            types.toArray(Class<?>[]::new),
            new GuardedComponent(component, title, context)));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    if (method.getDeclaringClass() == Object.class) {
      return method.getName().equals("equals") ? proxy == arguments[0] : call(method, arguments);
    }
    Object result = call(method, arguments);
    if (method.getReturnType() != void.class) {
      check(method.getName(), result);
    }
    return result;
  }

  private Object call(Method method, Object[] arguments) {
    return ContextLoader.call(
        component.getClass().getClassLoader(),
        () -> {
          try {
            method.setAccessible(true);
            return method.invoke(component, arguments);
          } catch (InvocationTargetException e) {
            throw failure(e.getCause());
          } catch (IllegalAccessException e) {
            throw new IllegalStateException(method + " is a method of an interface", e);
          }
        });
  }

  private UserException failure(Throwable cause) {
    if (cause instanceof UserException known) {
      return known;
    } else if (cause instanceof VirtualMachineError fatal) {
      throw fatal;
    }
    return new UserException(
        title
            + " failed: "
            // Contracts ask for these with a sentence; of other failures the kind says something,
            // too.
            + ((cause instanceof IllegalArgumentException || cause instanceof IllegalStateException)
                    && cause.getMessage() != null
                ? cause.getMessage()
                : cause)
            + ". Mend what it says; 'clp resume' goes on with a run that this stopped",
        cause);
  }

  private void check(String method, Object result) {
    if (result == null) {
      throw wrong(method, "null, but there must be a result");
    } else if (result instanceof Weighting weighting) {
      check(method, weighting);
    } else if (result instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Weighting weighting) {
          check(method, weighting);
        }
      }
    } else if (result instanceof Double number && !Double.isFinite(number)) {
      throw wrong(method, number + ", but it must be finite");
    } else if (result instanceof double[] numbers) {
      check(method, numbers);
    }
  }

  private void check(String method, Weighting weighting) {
    int objectives = context.objectives().size();
    if (weighting.objectives() != objectives) {
      throw wrong(
          method,
          "the weighting "
              + weighting
              + " of "
              + weighting.objectives()
              + " weights, but there must be one for each of "
              + objectives
              + " objectives");
    }
    KlRange range = context.klCoefficients();
    // Others, such as a conditioner that names its experts, may be at home outside the range.
    if (component instanceof WeightSampler
        && (weighting.klCoefficient() < range.min() || weighting.klCoefficient() > range.max())) {
      throw wrong(
          method,
          "the KL coefficient "
              + weighting.klCoefficient()
              + ", but the experiment's are from "
              + range.min()
              + " to "
              + range.max());
    }
  }

  private void check(String method, double[] numbers) {
    int objectives = context.objectives().size();
    if (numbers.length != objectives || !Arrays.stream(numbers).allMatch(Double::isFinite)) {
      throw wrong(
          method,
          Arrays.toString(numbers)
              + ", but there must be one finite number for each of "
              + objectives
              + " objectives");
    }
  }

  private UserException wrong(String method, String what) {
    return new UserException(
        title + " is at fault: '" + method + "' returned " + what + ". Mend it or take another");
  }
}
