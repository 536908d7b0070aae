package dev.clp.runtime.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * The best approximation of a product of two narrow matrices by one of lower rank (Eckart and
 * Young, 1936).
 *
 * <p>It never forms the product. With {@code B^T B = Q D Q^T} and {@code A A^T = P E P^T}, the
 * singular values of {@code B A} are those of the small matrix {@code D^1/2 Q^T P E^1/2 = U S V^T},
 * and {@code B (Q D^-1/2 U) S (V^T E^-1/2 P^T) A} is its singular value decomposition.
 *
 * @param update the approximation, its singular values shared evenly between the two factors
 * @param square the squared Frobenius norm of the product
 * @param lostSquare the squared Frobenius norm of what the approximation lacks
 */
record TruncatedProduct(LowRankUpdate update, double square, double lostSquare) {

  /** Smaller eigenvalues, as a share of the largest, are rounding. */
  private static final double ROUNDING = 1e-12;

  static TruncatedProduct of(LowRankUpdate whole, int rank) {
    Root left = Root.of(gram(whole.left().transpose()));
    Root right = Root.of(gram(whole.right()));
    SingularValueDecomposition small =
        new SingularValueDecomposition(left.root().multiply(right.root().transpose()));
    double[] values = small.getSingularValues();
    int kept = Math.min(rank, values.length);
    double square = 0;
    double lost = 0;
    for (int i = 0; i < values.length; i++) {
      square += values[i] * values[i];
      lost += i < kept ? 0 : values[i] * values[i];
    }
    RealMatrix half = MatrixUtils.createRealMatrix(values.length, kept);
    for (int i = 0; i < kept; i++) {
      half.setEntry(i, i, Math.sqrt(values[i]));
    }
    RealMatrix x = left.inverse().multiply(small.getU()).multiply(half);
    RealMatrix y = right.inverse().multiply(small.getV()).multiply(half).transpose();
    return new TruncatedProduct(
        new LowRankUpdate(
            whole.left().matMul(array(whole.left(), x)),
            array(whole.right(), y).matMul(whole.right())),
        square,
        lost);
  }

  /**
   * A square root R of a Gram matrix, {@code G = R^T R}, and its pseudo-inverse.
   *
   * @param root {@code D^1/2 Q^T}
   * @param inverse {@code Q D^-1/2}
   */
  private record Root(RealMatrix root, RealMatrix inverse) {

    static Root of(RealMatrix gram) {
      EigenDecomposition eigen = new EigenDecomposition(gram);
      double[] values = eigen.getRealEigenvalues();
      double[] roots = new double[values.length];
      double[] inverses = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        if (values[i] > ROUNDING * values[0]) {
          roots[i] = Math.sqrt(values[i]);
          inverses[i] = 1 / roots[i];
        }
      }
      return new Root(
          MatrixUtils.createRealDiagonalMatrix(roots).multiply(eigen.getVT()),
          eigen.getV().multiply(MatrixUtils.createRealDiagonalMatrix(inverses)));
    }
  }

  /** Returns {@code M M^T} in double precision. */
  private static RealMatrix gram(NDArray matrix) {
    try (NDArray precise = matrix.toType(DataType.FLOAT64, true);
        NDArray transposed = precise.transpose();
        NDArray product = precise.matMul(transposed)) {
      int rows = (int) product.getShape().get(0);
      double[] values = product.toDoubleArray();
      RealMatrix gram = MatrixUtils.createRealMatrix(rows, rows);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < rows; j++) {
          // Symmetric to the last bit, as the decomposition asks.
          gram.setEntry(i, j, values[Math.min(i, j) * rows + Math.max(i, j)]);
        }
      }
      return gram;
    }
  }

  private static NDArray array(NDArray like, RealMatrix matrix) {
    float[] values = new float[matrix.getRowDimension() * matrix.getColumnDimension()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float) matrix.getEntry(i / matrix.getColumnDimension(), i % matrix.getColumnDimension());
    }
    return like.getManager()
        .create(values, new Shape(matrix.getRowDimension(), matrix.getColumnDimension()));
  }
}
