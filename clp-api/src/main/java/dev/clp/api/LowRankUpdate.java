package dev.clp.api;

import ai.djl.ndarray.NDArray;
import org.apiguardian.api.API;

/**
 * A change of a matrix by a product of two narrow ones: {@code W = W_ref + left right}.
 *
 * @param left [rows of W, rank]
 * @param right [rank, columns of W]
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record LowRankUpdate(NDArray left, NDArray right) {}
