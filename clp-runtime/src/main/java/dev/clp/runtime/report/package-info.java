/**
 * The report of a run: one page to read and show, and the figures to put into a paper.
 *
 * <p>{@link dev.clp.runtime.report.ReportWriter} turns a {@link dev.clp.runtime.report.ReportData},
 * which is plain data, into a folder: {@code report.html} carries its charts' library, its data and
 * its samples within itself and opens from disk without a network; {@code figures/} holds every
 * chart as PNG and SVG. {@link dev.clp.runtime.report.MarkdownTable} prints a table of an
 * evaluation to the terminal. Nothing here measures anything: every number comes from an evaluator
 * or from the sample table, and is only laid out.
 *
 * <p>What a model answered is untrusted. It enters the page as JSON whose angle brackets are
 * escaped, the page inserts it as text alone, and the page's content security policy forbids every
 * request.
 */
package dev.clp.runtime.report;
