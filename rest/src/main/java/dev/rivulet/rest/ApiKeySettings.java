package dev.rivulet.rest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** What can be configured of the API key, under {@code rivulet.}. */
@ConfigMapping(prefix = "rivulet")
interface ApiKeySettings {

  /** Whoever changes something has to send it; 16 characters or more. */
  Optional<String> apiKey();

  /** A file with the key, for instance a mounted secret; instead of the key itself. */
  Optional<Path> apiKeyFile();

  /** Whether the service may do without a key on an address that others reach. */
  @WithDefault("false")
  boolean apiKeyWaived();
}
