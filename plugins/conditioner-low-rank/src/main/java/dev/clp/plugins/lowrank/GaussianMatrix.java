package dev.clp.plugins.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.random.RandomGenerator;

/** Matrices of independent normal variates. */
final class GaussianMatrix {

  private GaussianMatrix() {}

  /** Returns a matrix whose entries have mean 0 and variance {@code 1 / length}. */
  static NDArray of(
      NDManager manager, long rows, long columns, long length, RandomGenerator random) {
    float[] values = new float[Math.toIntExact(rows * columns)];
    double standardDeviation = 1 / Math.sqrt((double) length);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (standardDeviation * random.nextGaussian());
    }
    return manager.create(values, new Shape(rows, columns));
  }
}
