/**
 * The one place that reaches below DJL's arrays.
 *
 * <p>{@link dev.clp.runtime.engine.TorchProgram} runs TorchScript that is kept as readable text
 * beside the classes that use it, for what NDArray lacks or does slowly; {@link
 * dev.clp.runtime.engine.ArrayOperations} is the program that is not about any model. Every program
 * has a twin written with NDArray in the tests, which must agree with it.
 */
package dev.clp.runtime.engine;
