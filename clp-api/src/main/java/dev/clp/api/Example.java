package dev.clp.api;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * One item of a data set: a prompt, and what is known about good responses to it.
 *
 * @param id unique and stable within its data set; random streams and sample tables refer to it
 * @param prompt the text that the model continues
 * @param references responses that people wrote, possibly none
 * @param fields the other fields of the record, by name
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Example(
    String id, String prompt, List<String> references, Map<String, String> fields) {

  public Example {
    references = List.copyOf(references);
    fields = Map.copyOf(fields);
  }

  /** Returns an example without references or further fields. */
  public static Example of(String id, String prompt) {
    return new Example(id, prompt, List.of(), Map.of());
  }
}
