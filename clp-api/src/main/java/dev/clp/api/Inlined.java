package dev.clp.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;

/**
 * Marks a component of an options record that is itself a record of options, and whose keys stand
 * beside those of the outer record, not in an object of their own.
 *
 * <p>Two records may so share a group of options. With {@code record Adam(@Option(...) double
 * beta1)}, a component {@code @Inlined Adam adam} is written {@code beta1 = 0.9}, not {@code adam {
 * beta1 = 0.9 }}. It stands in place of {@link Option}; no key may occur twice in the whole.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inlined {}
