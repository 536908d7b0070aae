/**
 * A reward over HTTP: completions go out as JSON, numbers come back.
 *
 * <p>Whatever scores text, in whatever language and on whatever machine, becomes an objective by
 * answering one kind of request. A batch is posted to the address that the options name:
 *
 * <pre>{@code
 * {"completions": [{"prompt": "...", "response": "...",
 *                   "references": ["..."], "fields": {"name": "..."}}]}
 * }</pre>
 *
 * <p>The answer has status 200 and one finite number per completion, in the same order, higher is
 * better; other fields are ignored:
 *
 * <pre>{@code
 * {"scores": [0.25]}
 * }</pre>
 *
 * <p>{@code references} are responses that people wrote, possibly none; {@code fields} are the
 * other fields of the example's record. Status 408, 429 and 5xx mean "ask again", after {@code
 * Retry-After} if the answer has it; every other status ends the run with the beginning of the
 * answer's body in the error. Requests are sent several at a time, each has a deadline, an answer
 * has at most 4 MiB, and a service that keeps failing is left alone. Answers are kept in the run's
 * folder, so that a resumed run does not ask twice. Secrets come from environment variables and go
 * nowhere else. The component's name is {@code remote}.
 */
package dev.clp.rewards.remote;
