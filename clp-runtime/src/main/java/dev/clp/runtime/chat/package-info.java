/** Conversations: read from files, and rendered as the chat template of a model says. */
package dev.clp.runtime.chat;
