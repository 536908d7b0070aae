package dev.clp.api;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * One item of a data set: a prompt, and what is known about good responses to it.
 *
 * @param id unique and stable within its data set; random streams and sample tables refer to it
 * @param prompt the text that the model continues
 * @param messages the conversation that a response answers, at least one message; of a plain
 *     prompt, one by the user that holds it
 * @param references responses that people wrote, possibly none
 * @param fields the other fields of the record, by name
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Example(
    String id,
    String prompt,
    List<Message> messages,
    List<String> references,
    Map<String, String> fields) {

  public Example {
    messages = List.copyOf(messages);
    references = List.copyOf(references);
    fields = Map.copyOf(fields);
  }

  /** Describes an example of a plain prompt. */
  public Example(String id, String prompt, List<String> references, Map<String, String> fields) {
    this(id, prompt, List.of(new Message("user", prompt)), references, fields);
  }

  /** Returns an example without references or further fields. */
  public static Example of(String id, String prompt) {
    return new Example(id, prompt, List.of(), Map.of());
  }
}
