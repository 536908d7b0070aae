package dev.clp.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;

/**
 * Describes one component of an options record, as {@code clp components} shows it.
 *
 * <p>The option's key is the record component's name in kebab case: {@code maxLength} is written
 * {@code max-length}. Ranges are stated with Bean Validation's annotations beside this one. Types:
 * {@code int}, {@code long}, {@code double}, {@code boolean}, {@link String}, {@link
 * java.nio.file.Path} (relative to the experiment file), enums (in kebab case), {@link Component}
 * of a contract, records of options, {@link java.util.Optional} of these, lists of these, and maps
 * from names to these. A record of options whose keys stand among those of the outer record is
 * marked {@link Inlined} in place of this.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {

  /** One sentence: what it does, with its unit. */
  String value();

  /** The default in HOCON; an option without one is required, unless its type is an Optional. */
  String defaultsTo() default "";
}
