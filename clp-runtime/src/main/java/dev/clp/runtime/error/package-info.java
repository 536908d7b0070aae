/**
 * What is said to users when something is out of order.
 *
 * <p>A {@link dev.clp.runtime.error.UserException} is a mistake that its reader can mend: its
 * message says what was expected, what was found, where, and what to do. It depends on nothing, so
 * that every package may throw it.
 */
package dev.clp.runtime.error;
