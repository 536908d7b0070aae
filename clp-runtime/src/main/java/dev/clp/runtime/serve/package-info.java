/**
 * Serves a run's policies at any weights, or a plain model, over HTTP in OpenAI's form.
 *
 * <p>{@link dev.clp.runtime.serve.Server} listens. {@code HttpRoutes} carries requests, {@code
 * HttpApi} says what they mean: a {@code Question} is a request whose every field was checked, and
 * becomes a {@code Job} for the {@code InferenceLoop}. That is the one thread that uses the engine;
 * its {@code Batch} holds the responses that decode together, and {@code ServedPolicies} the
 * policies at their weightings. What a response brings, token by token, a {@code TextStream} turns
 * into text that is final, and a {@code Delivery} into a {@code Reply}.
 *
 * <p>Beside OpenAI's routes there are:
 *
 * <ul>
 *   <li>{@code GET /health}: status 503 until the model is loaded.
 *   <li>{@code GET /metrics}: figures in Prometheus' text format.
 *   <li>{@code POST /tokenize} of {@code {"content", "add_special"}}, and {@code POST /detokenize}
 *       of {@code {"tokens"}}.
 *   <li>{@code GET /v1/objectives}: {@code {"objectives": [{"name", "reward", "default",
 *       "reference": {"mean", "standard_deviation", "floor"}}], "kl": {"min", "max", "scale",
 *       "default"}}}. What was measured of the reference is in the reward's own unit; a plain model
 *       has no objectives and no {@code kl}.
 *   <li>{@code GET /v1/front}: what the run's evaluation measured, {@code {"objectives": [NAME...],
 *       "policies": [{"policy", "policy_seed", "points": [{"weights": {NAME: w}, "kl", "means":
 *       {NAME: mean reward, raw}, "kl_divergence": nats per response, "responses"}]}]}}. {@code
 *       policy} is {@code reference} for the reference; {@code kl_divergence} is absent where it
 *       was not recorded, and the list is empty where a run was not evaluated, and of a plain
 *       model.
 *   <li>{@code GET /}: the page of {@code SteeringPage}, on which policies are steered by hand.
 * </ul>
 *
 * <p>{@code GET /v1/models} says of each model, in an object {@code clp}, its {@code kind} (policy,
 * expert, reference, model), {@code policy}, {@code policy_seed}, usual {@code weights} and {@code
 * kl}, whether it is {@code steerable}, and in {@code chat} whether it has a chat template. Replies
 * echo in an object {@code clp} what was asked: {@code policy}, {@code policy_seed}, normalised
 * {@code weights}, {@code kl}, and the {@code seed} by which the same request gives the same reply;
 * of a stream, the first chunk of each choice and the chunk of the usage have it.
 *
 * <p>Log-probabilities in replies are the policy's own, at temperature 1 over the whole vocabulary,
 * whatever tokens are drawn by.
 */
package dev.clp.runtime.serve;
