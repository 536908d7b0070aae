package dev.clp.runtime.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.clp.api.Calibration;
import dev.clp.api.Weighting;

/**
 * The keys of a run's files that differ from the names of the API's values: files keep the keys
 * that they have always had, so that runs of any version are read, and are equal where nothing else
 * differs.
 */
public final class StoredNames extends SimpleModule {

  private static final long serialVersionUID = 1;

  /** Names the keys; a mapper takes it as a module. */
  public StoredNames() {
    setMixInAnnotation(Weighting.class, StoredWeighting.class);
    setMixInAnnotation(Calibration.class, StoredCalibration.class);
  }

  private interface StoredWeighting {
    @JsonProperty("kl")
    double klCoefficient();
  }

  private interface StoredCalibration {
    @JsonProperty("deviation")
    double standardDeviation();
  }
}
