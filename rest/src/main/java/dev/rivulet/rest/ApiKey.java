package dev.rivulet.rest;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/** The key of those who may change something; only its digest is kept, and it is never shown. */
final class ApiKey {
  static final int MIN_LENGTH = 16;

  /** More than any header takes. */
  private static final int MAX_FILE_BYTES = 64 << 10;

  // what may stand behind "Bearer" (RFC 6750)
  private static final Pattern BEARER_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final byte[] digest;

  /**
   * @param source where it was configured, for the sentence that says what is wrong with it
   * @throws ConfigurationException if nobody could send such a key, or it could be guessed
   */
  ApiKey(String key, String source) {
    if (key.isBlank()) {
      throw wrong(source, "it is blank");
    }
    if (key.length() < MIN_LENGTH) {
      throw wrong(source, "it is too short");
    }
    if (!BEARER_TOKEN.matcher(key).matches()) {
      throw wrong(source, "it has characters that a header does not take");
    }
    digest = sha256(key);
  }

  /**
   * The configured key, if there is one.
   *
   * @throws ConfigurationException if it is no key, its file cannot be read, or there are two
   */
  static Optional<ApiKey> of(ApiKeySettings settings) {
    if (settings.apiKeyFile().isEmpty()) {
      return settings.apiKey().map(key -> new ApiKey(key, "rivulet.api-key (RIVULET_API_KEY)"));
    }
    if (settings.apiKey().isPresent()) {
      throw new ConfigurationException(
          "rivulet.api-key and rivulet.api-key-file (RIVULET_API_KEY, RIVULET_API_KEY_FILE) are both"
              + " set; leave out one of them");
    }
    Path file = settings.apiKeyFile().get();
    return Optional.of(new ApiKey(read(file), "rivulet.api-key-file " + file));
  }

  /** Without the end of the line, which editors and {@code echo} add. */
  private static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      // without its cause, which Quarkus would print with its trace
      throw new ConfigurationException(
          "rivulet.api-key-file (RIVULET_API_KEY_FILE): %s cannot be read (%s); name a file with the key"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }

  /** Takes the same time whatever was sent: digests are compared, and to their ends. */
  boolean is(String sent) {
    return MessageDigest.isEqual(digest, sha256(sent));
  }

  private static ConfigurationException wrong(String source, String what) {
    return new ConfigurationException(
        ("%s: %s; use %d or more letters and digits, for example"
                + " what 'openssl rand -hex 32' prints")
            .formatted(source, what, MIN_LENGTH));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
