/**
 * Rewards that compare a response with texts that people wrote: the ROUGE family.
 *
 * <p>ROUGE counts what a response and a reference have in common: single words ({@code rouge-1}),
 * pairs of neighbouring words ({@code rouge-2}), the longest sequence of words in the same order
 * ({@code rouge-l}), or that sequence sentence by sentence ({@code rouge-lsum}). The count divided
 * by the reference's size is the recall, divided by the response's size the precision, and the
 * F-measure is the harmonic mean of both. All scores lie in [0, 1]. An experiment that uses one of
 * them needs references in its data: {@code data.references} names the fields that hold them. Of
 * several references that of the highest F-measure counts.
 *
 * <p>By default words and stems are those of Google's rouge_score, which knows the letters a to z
 * alone. {@code tokenizer = unicode} compares texts in any script; {@code stemmer = rouge-155}
 * gives the stems of ROUGE-1.5.5 with {@code -m}, with which figures of publications compare. Stems
 * are those of English: for other languages set {@code stem = false}.
 *
 * <p>Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004.
 */
package dev.clp.rewards.rouge;
