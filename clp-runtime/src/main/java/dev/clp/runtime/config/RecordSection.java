package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import java.util.Optional;

/**
 * A section that is one record of options.
 *
 * @param type the record, which holds keys, ranges and defaults
 */
record RecordSection<O extends Record>(String key, Class<O> type) implements Section<O> {

  @Override
  public Optional<O> read(Scope around) {
    return around.sectionOrEmpty(key).bind(type);
  }

  @Override
  public ConfigObject write(O value) {
    return OptionsBinder.render(value);
  }
}
