package dev.clp.api;

/** The options of a component that has none. */
public record NoOptions() {}
