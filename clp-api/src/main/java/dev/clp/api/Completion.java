package dev.clp.api;

import org.apiguardian.api.API;

/**
 * A response to an example's prompt.
 *
 * @param example what was asked
 * @param response the response's text, without the prompt and without special tokens
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Completion(Example example, String response) {}
