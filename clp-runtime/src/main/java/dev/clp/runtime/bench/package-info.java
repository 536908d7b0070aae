/** Measurements of speed and memory, for {@code clp bench}; nothing here is asserted in tests. */
package dev.clp.runtime.bench;
