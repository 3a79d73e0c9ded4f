package dev.rivulet.rest;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Says who may change something; a service that would let everybody do so does not start. */
@Singleton
public class AccessRule {
  /** The name of the security scheme in the OpenAPI documents. */
  public static final String SCHEME = "api-key";

  private final Optional<ApiKey> key;
  private final boolean waived;
  private final String host;

  AccessRule(ApiKeySettings settings, @ConfigProperty(name = "quarkus.http.host") String host) {
    key = ApiKey.of(settings);
    waived = settings.apiKeyWaived();
    this.host = host;
  }

  Optional<ApiKey> key() {
    return key;
  }

  /** Runs before the port is open, and before what else the service starts. */
  void check(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) {
    if (key.isEmpty() && !waived && !isLoopback(host)) {
      throw new ConfigurationException(
          ("rivulet.api-key is not set, but others can reach %s: set RIVULET_API_KEY (%d characters"
                  + " or more) or RIVULET_API_KEY_FILE, or QUARKUS_HTTP_HOST=127.0.0.1, or, where"
                  + " something else keeps them out, RIVULET_API_KEY_WAIVED=true")
              .formatted(host, ApiKey.MIN_LENGTH));
    }
  }

  static boolean isLoopback(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      // whatever it is, it is not known to be this machine alone
      return false;
    }
  }
}
