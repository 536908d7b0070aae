/**
 * Asks chat models over HTTP, for components that judge texts: a library, no component itself.
 *
 * <p>{@link dev.clp.plugins.chat.BackendOptions} says which service and model to ask, and how
 * patiently; {@link dev.clp.plugins.chat.ChatBackend} asks it, by the client that all components
 * with services share ({@code clp-services}). {@link dev.clp.plugins.chat.PromptTemplate} writes
 * prompts and {@link dev.clp.plugins.chat.JsonObjects} finds the verdict in an answer, if there is
 * exactly one.
 *
 * <p>An API key comes from an environment variable and from nowhere else. It travels in the
 * request's header and is cut out of everything that comes back before anything else sees it, so
 * that it reaches no answer, error, log or file.
 */
package dev.clp.plugins.chat;
