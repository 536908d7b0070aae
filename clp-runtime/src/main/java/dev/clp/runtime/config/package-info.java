/**
 * From HOCON to typed, validated options.
 *
 * <p>Start with {@link dev.clp.runtime.config.ExperimentFile}: it reads an experiment file with its
 * includes, substitutions and command-line overrides, and has each of its {@code Sections} read
 * itself, a section's and a component's options being bound by {@link
 * dev.clp.runtime.config.OptionsBinder}. The same sections write the experiment back. It gives an
 * immutable {@link dev.clp.runtime.config.Experiment}. Whatever is wrong is collected in {@link
 * dev.clp.runtime.config.Problems} and thrown at once as one {@link
 * dev.clp.runtime.error.UserException}, a line for each mistake with its file and line. Components
 * are looked up through {@link dev.clp.runtime.config.ComponentFinder}, so that this package knows
 * nothing of JARs and class loaders. A {@link dev.clp.runtime.config.ComponentSpec} creates a
 * component behind a guard, which names it and its JAR when it fails.
 */
package dev.clp.runtime.config;
