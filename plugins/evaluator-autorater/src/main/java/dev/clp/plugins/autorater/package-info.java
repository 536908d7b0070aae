/**
 * An evaluator that has two policies' responses to the same prompt compared by a judge.
 *
 * <p>Rewards say what was optimised; a judge that knows nothing of them says whether the responses
 * became better. {@link dev.clp.plugins.autorater.Pairs} picks responses of a policy and of a
 * baseline to the same prompt, under the same weighting. A {@link
 * dev.clp.plugins.autorater.ChatJudge} asks a language model about each pair in both orders, since
 * models favour a place; where the order changes the verdict, the pair is a tie, and the proportion
 * of these is reported. A {@link dev.clp.plugins.autorater.PreferenceJudge} compares the scores of
 * a trained preference model instead, without a language model. {@link
 * dev.clp.plugins.autorater.WinRate} counts, with a bootstrap interval over examples, and {@link
 * dev.clp.plugins.autorater.Report} says what was found.
 *
 * <p>Verdicts are kept in the run's storage, each with the judge's name and the exact prompt: an
 * evaluation that failed goes on where it stopped, and judging again costs nothing. The component's
 * name is {@code autorater}.
 */
package dev.clp.plugins.autorater;
