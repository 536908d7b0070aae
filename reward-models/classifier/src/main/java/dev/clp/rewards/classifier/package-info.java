/**
 * A reward that any sequence classifier gives: the field's reward models, entailment, toxicity,
 * sentiment and formality classifiers, from their Hugging Face folders as they are.
 *
 * <p>The score is a sum over labels, with weights, of the logits or of what an activation makes of
 * them. What the classifier reads is the prompt and the response, a premise and the response, or
 * the response alone. Where the policy reads conversations, the prompt is the text that its own
 * chat template made; {@code template = chat} reads the messages by the classifier's template
 * instead, and {@code pair = premise-hypothesis, premise = user} the last of them. The component's
 * name is {@code classifier}.
 */
package dev.clp.rewards.classifier;
