package dev.rivulet.rest;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** The key of those who may change something; only its digest is kept, and it is never shown. */
final class ApiKey {
  static final int MIN_LENGTH = 16;

  // what may stand behind "Bearer" (RFC 6750)
  private static final Pattern BEARER_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final byte[] digest;

  /**
   * @throws ConfigurationException if nobody could send such a key, or it could be guessed
   */
  ApiKey(String key) {
    if (key.isBlank()) {
      throw wrong("it is blank");
    }
    if (key.length() < MIN_LENGTH) {
      throw wrong("it is too short");
    }
    if (!BEARER_TOKEN.matcher(key).matches()) {
      throw wrong("it has characters that a header does not take");
    }
    digest = sha256(key);
  }

  /** Takes the same time whatever was sent: digests are compared, and to their ends. */
  boolean is(String sent) {
    return MessageDigest.isEqual(digest, sha256(sent));
  }

  private static ConfigurationException wrong(String what) {
    return new ConfigurationException(
        ("rivulet.api-key (RIVULET_API_KEY): %s; use %d or more letters and digits, for example"
                + " what 'openssl rand -hex 32' prints")
            .formatted(what, MIN_LENGTH));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
