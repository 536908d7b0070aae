package dev.clp.runtime.plugin;

/**
 * A component that cannot be used.
 *
 * @param source the JAR or folder it came from, or the source's name where that is not known
 * @param reason one line that says why
 */
public record BrokenComponent(String source, String reason) {}
