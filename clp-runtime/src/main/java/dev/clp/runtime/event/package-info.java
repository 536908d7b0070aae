/**
 * Telling what happens in a run.
 *
 * <p>Events and the contract of listeners are part of the API. {@link
 * dev.clp.runtime.event.Listeners} passes events on, {@link dev.clp.runtime.event.EventFile} keeps
 * them in the run's folder; the terminal's progress, the watch over collapsing responses and
 * whatever a JAR brings are listeners too.
 */
package dev.clp.runtime.event;
