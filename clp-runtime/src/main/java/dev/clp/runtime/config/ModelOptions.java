package dev.clp.runtime.config;

import dev.clp.api.Option;
import java.nio.file.Path;

/**
 * The reference model.
 *
 * @param folder its Hugging Face folder, absolute
 * @param compute the data type that it computes in; checkpoints of any type are converted to it
 */
public record ModelOptions(
    @Option("Hugging Face folder of the reference model.") Path folder,
    @Option(value = "Data type that models compute in.", defaultsTo = "fp32") Compute compute) {

  /** A data type to compute in. */
  public enum Compute {
    /** 32 bits. */
    FP32,
    /** 16 bits with the exponents of 32. */
    BF16
  }
}
