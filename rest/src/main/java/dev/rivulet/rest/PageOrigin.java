package dev.rivulet.rest;

import java.util.regex.Pattern;

/** Knows the web pages of this service from those of others. */
final class PageOrigin {
  /**
   * {@code localhost}, 127.0.0.1 or [::1], with or without a port. Any other name may be one that
   * its owner had point here, after the browser had loaded his page from elsewhere (DNS rebinding):
   * to the browser that page is then one of ours.
   */
  private static final Pattern NO_FOREIGN_NAME =
      Pattern.compile("(?i)(localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+])(:\\d+)?");

  private static final Pattern SCHEME = Pattern.compile("https?://");

  private PageOrigin() {}

  /**
   * Whether the page is one of this service.
   *
   * @param origin as browsers send it: {@code http://127.0.0.1:8080}, or {@code null} if they do
   *     not tell
   * @param authority of the request: {@code 127.0.0.1:8080}; null if there is none
   */
  static boolean is(String origin, String authority) {
    return authority != null
        && NO_FOREIGN_NAME.matcher(authority).matches()
        && SCHEME.matcher(origin).lookingAt()
        && SCHEME.matcher(origin).replaceFirst("").equalsIgnoreCase(authority);
  }
}
