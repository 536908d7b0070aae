/**
 * Files that are complete or absent, and the store that keeps a run's results.
 *
 * <p>{@link dev.clp.runtime.store.AtomicFiles} is the one place where drafts are written and moved.
 * {@link dev.clp.runtime.store.RunStore} is what units of work read from and write to; {@link
 * dev.clp.runtime.store.FolderStore} keeps it in a folder of this machine. {@link
 * dev.clp.runtime.store.RunLock} lets one process at a time change a run.
 */
package dev.clp.runtime.store;
