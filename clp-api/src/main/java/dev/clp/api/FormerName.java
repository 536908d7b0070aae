package dev.clp.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;

/**
 * What an option, or a constant that an option may be, was called in an earlier version: still
 * read, so that the runs of that version resume, and never written.
 *
 * <p>It stands on a component of an options record, or on a constant of an enum.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface FormerName {

  /** The former key or value, in kebab case. */
  String value();
}
