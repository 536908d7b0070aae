package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import java.util.Optional;

/**
 * The section of one component.
 *
 * @param contract the component's kind
 * @param defaultName the component that is taken where none is named
 */
record ComponentSection<T>(String key, Class<T> contract, String defaultName)
    implements Section<ComponentSpec<T>> {

  @Override
  public Optional<ComponentSpec<T>> read(Scope around) {
    int before = around.problems().count();
    Optional<Scope> section = around.component(key, kind());
    return around.problems().count() > before
        ? Optional.empty()
        : ComponentReader.read(
            contract,
            defaultName,
            section.orElseGet(() -> around.sectionOrEmpty(key)),
            Optional.empty());
  }

  /** Reads a component of a policy's own, or returns {@code base} if the policy sets nothing. */
  Optional<ComponentSpec<T>> read(Scope around, Optional<ComponentSpec<T>> base) {
    Optional<Scope> overrides = around.component(key, kind());
    if (overrides.isEmpty()) {
      return base;
    }
    if (base.isEmpty() && !OptionsBinder.isSet(overrides.get().object().get(kind().selector()))) {
      // Which component's options these are is not known before the mistake in the base is mended.
      return Optional.empty();
    }
    return ComponentReader.read(
        contract, base.map(ComponentSpec::name).orElse(defaultName), overrides.get(), base);
  }

  private ComponentKind kind() {
    return ComponentKind.of(contract).orElseThrow();
  }

  @Override
  public ConfigObject write(ComponentSpec<T> spec) {
    return spec.render();
  }
}
