package dev.clp.runtime.model.encoder;

import dev.clp.runtime.model.ConfigJson;
import java.util.Map;
import java.util.TreeMap;

/** Encoders of one kind: what turns a {@code config.json} into an {@link EncoderConfig}. */
@FunctionalInterface
interface EncoderFamily {

  /** The families by {@code model_type}. */
  Map<String, EncoderFamily> ALL =
      new TreeMap<>(
          Map.of(
              "bert", BertFamilies::bert,
              "roberta", BertFamilies::roberta,
              "distilbert", BertFamilies::distilBert,
              "mpnet", BertFamilies::mpnet,
              "deberta-v2", DebertaFamily::read));

  /**
   * Reads a configuration.
   *
   * @throws dev.clp.runtime.error.UserException naming file, field and value if it is malformed or
   *     asks for what the family cannot compute
   */
  EncoderConfig read(ConfigJson config);
}
