/**
 * The work of a run as data.
 *
 * <p>A {@link dev.clp.runtime.unit.Plan} holds {@link dev.clp.runtime.unit.Unit}s and what each
 * needs done before; a {@link dev.clp.runtime.unit.UnitExecutor} decides where and when they run,
 * {@link dev.clp.runtime.unit.LocalExecutor} in this process. What a unit does is not said here.
 */
package dev.clp.runtime.unit;
