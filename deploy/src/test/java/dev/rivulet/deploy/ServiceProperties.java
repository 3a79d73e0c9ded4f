package dev.rivulet.deploy;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The {@code application.properties} of a service. */
record ServiceProperties(String service, Properties properties) {

  /**
   * @param service without {@code -service}
   */
  static ServiceProperties of(String service) {
    Properties properties = new Properties();
    try {
      properties.load(
          new StringReader(
              ProjectFiles.text(service + "-service/src/main/resources/application.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ServiceProperties(service, properties);
  }

  String httpPort() {
    String port = properties.getProperty("quarkus.http.port");
    if (port == null) {
      throw new AssertionError(service + "-service has no quarkus.http.port");
    }
    return port;
  }
}
