package dev.clp.api;

import org.apiguardian.api.API;

/**
 * One message of a conversation.
 *
 * @param role who says it: system, developer, user, assistant or tool
 * @param text what is said; parts that are no text are left out
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Message(String role, String text) {}
