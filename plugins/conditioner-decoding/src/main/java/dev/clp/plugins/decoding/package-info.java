/**
 * Conditioners that act while a response is decoded: every token is drawn from a weighted sum of
 * models' logits.
 *
 * <p>They train nothing beyond experts, and any weighting can be served at once; in exchange each
 * token costs a forward pass per model. {@code dera} (Liu et al., <em>Decoding-time Realignment of
 * Language Models</em>, 2024, arXiv 2402.02992) moves between the reference and one expert as the
 * KL coefficient says. {@code mod} (Shi et al., <em>Decoding-Time Language Model Alignment with
 * Multiple Objectives</em>, 2024, arXiv 2406.18853) mixes an expert per objective as the weights
 * say, by default in its form for the reverse KL divergence, the one that this project trains with.
 * Where a response is one token, both give the best policy if their experts are the best; over
 * several tokens they are heuristics, which fail where experts agree on a beginning that the mixed
 * objective would avoid.
 */
package dev.clp.plugins.decoding;
