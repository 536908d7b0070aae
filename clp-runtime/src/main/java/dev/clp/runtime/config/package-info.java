/**
 * From HOCON to typed, validated options.
 *
 * <p>Start with {@link dev.clp.runtime.config.ExperimentFile}: it reads an experiment file with its
 * includes, substitutions and command-line overrides, binds every section and every component's own
 * options with {@link dev.clp.runtime.config.OptionsBinder}, and gives an immutable {@link
 * dev.clp.runtime.config.Experiment}. Whatever is wrong is collected in {@link
 * dev.clp.runtime.config.Problems} and thrown at once as one {@link
 * dev.clp.runtime.error.UserException}, a line for each mistake with its file and line. Components
 * are looked up through {@link dev.clp.runtime.config.ComponentFinder}, so that this package knows
 * nothing of JARs and class loaders.
 */
package dev.clp.runtime.config;
