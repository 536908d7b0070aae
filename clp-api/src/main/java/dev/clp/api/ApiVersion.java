package dev.clp.api;

import org.apiguardian.api.API;

/**
 * The version of this API, which a component's JAR may state as what it was built against.
 *
 * <p>Two versions fit together if the number before the first dot is the same. A JAR states its
 * version in its manifest; one that does not is taken to fit, and fails when it is linked if it
 * does not.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ApiVersion {

  /** The version of this API, such as {@code 1.2}. */
  public static final String CURRENT = "0.1";

  /** The manifest's main attribute in which a component's JAR states its version of the API. */
  public static final String MANIFEST_ATTRIBUTE = "Clp-Api-Version";

  private ApiVersion() {}
}
