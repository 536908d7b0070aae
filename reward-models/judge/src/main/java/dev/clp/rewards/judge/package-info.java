/**
 * A reward that a language model gives: it is shown a rubric, the prompt and the response, and
 * asked for a score.
 *
 * <p>{@link dev.clp.rewards.judge.JudgeOptions} says what the model is asked, {@link
 * dev.clp.rewards.judge.JudgeReward} asks it. An answer that holds no score, such as a refusal, or
 * two that differ is asked for again and then is an error; no response is scored by default. What
 * was answered is kept in the run's storage, so that training that is resumed, or visits a response
 * twice, pays once. The component's name is {@code judge}.
 */
package dev.clp.rewards.judge;
