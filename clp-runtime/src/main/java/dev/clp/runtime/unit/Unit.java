package dev.clp.runtime.unit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.clp.api.Sample;
import dev.clp.api.UnitName;
import dev.clp.api.Weighting;
import java.util.List;

/**
 * A piece of a run's work, as a value: what to do, and nothing of how.
 *
 * <p>Beside the run's own experiment, model and components, a unit says all that its result depends
 * on, down to the number of engine threads: sums in another order differ in their last bits. It
 * gives the same bits wherever it runs, and can be written as JSON and sent there.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "unit")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Unit.Calibrate.class, name = "calibrate"),
  @JsonSubTypes.Type(value = Unit.TrainExpert.class, name = "train-expert"),
  @JsonSubTypes.Type(value = Unit.TrainPolicy.class, name = "train-policy"),
  @JsonSubTypes.Type(value = Unit.SamplePolicy.class, name = "sample"),
  @JsonSubTypes.Type(value = Unit.MeasureCosts.class, name = "measure-costs"),
  @JsonSubTypes.Type(value = Unit.Evaluate.class, name = "evaluate")
})
public sealed interface Unit {

  /** Returns the engine's threads for one operation, at least one. */
  int threads();

  /** Returns what the unit is called in events. */
  @JsonIgnore
  UnitName name();

  /**
   * Measures the rewards under the reference, before anything is trained.
   *
   * @param seed what the responses are drawn with
   * @param threads the engine's threads
   */
  record Calibrate(long seed, int threads) implements Unit {

    @Override
    public UnitName name() {
      return new UnitName("calibrate", "", seed);
    }
  }

  /**
   * Finetunes a copy of the reference for one weighting alone.
   *
   * @param weighting the weighting
   * @param seed the seed
   * @param threads the engine's threads
   */
  record TrainExpert(Weighting weighting, long seed, int threads) implements Unit {

    @Override
    public UnitName name() {
      return new UnitName("train-expert", weighting.toString(), seed);
    }
  }

  /**
   * Trains what a policy's mechanism has to learn.
   *
   * @param policy the policy's name in the experiment
   * @param seed the seed
   * @param threads the engine's threads
   */
  record TrainPolicy(String policy, long seed, int threads) implements Unit {

    @Override
    public UnitName name() {
      return new UnitName("train-policy", policy, seed);
    }
  }

  /**
   * Takes a policy's responses to the examples held out, at every weighting of a grid.
   *
   * @param policy the policy's name in the experiment; {@value Sample#REFERENCE} for the reference
   * @param seed the seed
   * @param weightings where the policy is asked, in order
   * @param threads the engine's threads
   */
  record SamplePolicy(String policy, long seed, List<Weighting> weightings, int threads)
      implements Unit {

    public SamplePolicy {
      weightings = List.copyOf(weightings);
    }

    @Override
    public UnitName name() {
      return new UnitName("sample", policy, seed);
    }
  }

  /**
   * Measures what serving each policy costs; nothing else should run meanwhile.
   *
   * @param seed the seed whose policies are measured
   * @param threads the engine's threads
   */
  record MeasureCosts(long seed, int threads) implements Unit {

    @Override
    public UnitName name() {
      return new UnitName("measure-costs", "", seed);
    }
  }

  /**
   * Judges all samples and writes the report.
   *
   * @param seed the first of the seeds, for evaluators that draw
   * @param threads the engine's threads
   */
  record Evaluate(long seed, int threads) implements Unit {

    @Override
    public UnitName name() {
      return new UnitName("evaluate", "", seed);
    }
  }
}
