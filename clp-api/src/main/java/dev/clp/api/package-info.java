/**
 * The contracts between CLP and its components.
 *
 * <p>A <em>component</em> is a {@link dev.clp.api.Conditioner}, {@link dev.clp.api.RewardModel},
 * {@link dev.clp.api.WeightSampler}, {@link dev.clp.api.Scalarizer} or {@link
 * dev.clp.api.Evaluator}. It is found by {@link java.util.ServiceLoader} through a {@link
 * dev.clp.api.ComponentFactory}, which gives it a name, an options record and a way to create it.
 * Nothing here knows of configuration files, dependency injection or logging: a component compiles
 * against this package (and DJL's arrays, where it touches a model) alone.
 *
 * <p>What a component of each kind must do is a test to extend, in {@code dev.clp.api.contract} of
 * this module's test JAR. {@link dev.clp.api.ApiVersion} says which JARs fit which version of this
 * package.
 */
package dev.clp.api;
