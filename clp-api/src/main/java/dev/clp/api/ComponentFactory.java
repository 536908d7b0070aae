package dev.clp.api;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Names a component and creates it.
 *
 * <p>A factory has a public constructor without arguments if its JAR lists it as a {@link Plugin}.
 *
 * @param <T> the contract that the component implements
 * @param <O> the record that holds its options
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface ComponentFactory<T, O extends Record> extends Plugin {

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
   * <p>A component that implements {@link AutoCloseable} is closed once, when the run or command
   * that it was created for ends, in whatever way. One that was created through {@link
   * Component#create} belongs to the component that created it, which closes it.
   *
   * @param options validated options
   * @param context the experiment that it is for
   * @throws IllegalArgumentException if options that are valid one by one do not fit together
   */
  T create(O options, ComponentContext context);

  /** Returns this factory alone. */
  @Override
  default List<ComponentFactory<?, ?>> components() {
    return List.of(this);
  }
}
