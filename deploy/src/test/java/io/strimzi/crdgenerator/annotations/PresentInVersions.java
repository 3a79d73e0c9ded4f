package io.strimzi.crdgenerator.annotations;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/**
 * Which versions of a kind have a field: Strimzi's models bear this, but its jar is not published
 * with them, and Java shows no annotation whose class it cannot find.
 */
@Retention(RetentionPolicy.RUNTIME)
public @interface PresentInVersions {
  String value();
}
