/**
 * The commands.
 *
 * <p>{@link dev.clp.runtime.cli.Clp} is the entry point; every other class is one command, which
 * parses its arguments, calls one thing of another package and prints. A {@link
 * dev.clp.runtime.error.UserException} becomes one line and a non-zero exit.
 */
package dev.clp.runtime.cli;
