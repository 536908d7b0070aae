package dev.clp.api;

/**
 * A response to an example's prompt.
 *
 * @param example what was asked
 * @param response the response's text, without the prompt and without special tokens
 */
public record Completion(Example example, String response) {}
