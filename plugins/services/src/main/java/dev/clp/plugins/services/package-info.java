/**
 * Asks services and programs, and keeps their answers: a library for components, no component
 * itself.
 *
 * <p>What can go wrong with a service goes wrong in one place. {@link
 * dev.clp.plugins.services.ServiceClient} sends requests with a deadline and a bound on the answer,
 * repeats them as {@link dev.clp.plugins.services.Patience} says, and leaves a service alone that
 * is gone. {@link dev.clp.plugins.services.Secrets} are cut out of what comes back, {@link
 * dev.clp.plugins.services.ServiceUrl} lets none into an option, and {@link
 * dev.clp.plugins.services.Texts} makes a text printable before a message quotes it. {@link
 * dev.clp.plugins.services.AnswerStore} keeps answers in a file, so that what was paid for is never
 * asked again. {@link dev.clp.plugins.services.CompletionJson} is a completion as whoever scores it
 * reads it.
 */
package dev.clp.plugins.services;
