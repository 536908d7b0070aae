package dev.clp.runtime.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.engine.Torch;
import java.util.Random;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TruncatedProductTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void isTheTruncatedDecompositionOfTheWholeProduct(int rank) {
    try (NDManager manager = Torch.newManager()) {
      Random random = new Random(3);
      NDArray left = normal(manager, random, 9, 6);
      // Two directions alike, so that the product has a rank of five only.
      left.set(new NDIndex(":, 5"), left.get(":, 4").mul(2));
      NDArray right = normal(manager, random, 6, 7);
      TruncatedProduct found = TruncatedProduct.of(new LowRankUpdate(left, right), rank);
      RealMatrix product = matrix(left).multiply(matrix(right));
      SingularValueDecomposition whole = new SingularValueDecomposition(product);
      RealMatrix expected = MatrixUtils.createRealMatrix(9, 7);
      for (int i = 0; i < rank; i++) {
        expected =
            expected.add(
                whole
                    .getU()
                    .getColumnMatrix(i)
                    .multiply(whole.getV().getColumnMatrix(i).transpose())
                    .scalarMultiply(whole.getSingularValues()[i]));
      }
      assertThat(found.update().left().getShape()).isEqualTo(new Shape(9, rank));
      RealMatrix truncated = matrix(found.update().left()).multiply(matrix(found.update().right()));
      assertThat(truncated.subtract(expected).getFrobeniusNorm()).isCloseTo(0, within(1e-4));
      assertThat(Math.sqrt(found.lostSquare()))
          .isCloseTo(product.subtract(expected).getFrobeniusNorm(), within(1e-4));
      assertThat(Math.sqrt(found.square())).isCloseTo(product.getFrobeniusNorm(), within(1e-4));
    }
  }

  private static NDArray normal(NDManager manager, Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(rows, columns));
  }

  private static RealMatrix matrix(NDArray array) {
    float[] values = array.toFloatArray();
    int columns = (int) array.getShape().get(1);
    RealMatrix matrix = MatrixUtils.createRealMatrix(values.length / columns, columns);
    for (int i = 0; i < values.length; i++) {
      matrix.setEntry(i / columns, i % columns, values[i]);
    }
    return matrix;
  }
}
