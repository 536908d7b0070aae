package dev.clp.runtime.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value that a constant had in experiment files of an earlier version: still read, so that
 * older runs resume, and never written.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface FormerName {

  /** The former value, in kebab case. */
  String value();
}
