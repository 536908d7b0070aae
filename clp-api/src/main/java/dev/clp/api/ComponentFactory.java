package dev.clp.api;

import org.apiguardian.api.API;

/**
 * Names a component and creates it; the one service that {@link java.util.ServiceLoader} looks for.
 *
 * <p>A JAR lists its factories in {@code META-INF/services/dev.clp.api.ComponentFactory}. A factory
 * has a public constructor without arguments.
 *
 * @param <T> the contract that the component implements
 * @param <O> the record that holds its options
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface ComponentFactory<T, O extends Record> {

  /**
   * Returns the name that experiment files use: lower-case words joined by hyphens, unique among
   * components of its kind, never changed, for it is written into runs and checkpoints.
   */
  String name();

  /** Returns one sentence for {@code clp components}. */
  String description();

  /** Returns the contract: {@code Conditioner.class}, {@code RewardModel.class} and so on. */
  Class<T> kind();

  /** Returns the record of options, each of whose components carries {@link Option}. */
  Class<O> options();

  /**
   * Creates the component.
   *
   * @param options validated options
   * @param context the experiment that it is for
   * @throws IllegalArgumentException if options that are valid one by one do not fit together
   */
  T create(O options, ComponentContext context);
}
