package dev.rivulet.endtoend;

import dev.rivulet.local.broker.BrokerSecurity;
import dev.rivulet.local.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A broker that lets in who comes by TLS with a name and its password (SASL_SSL, SCRAM-SHA-512).
 */
final class PasswordCluster implements AutoCloseable {
  static final String USER = "rivulet";

  private static final String SERVER = "broker";

  private final String password = UUID.randomUUID().toString();
  private final ClusterSecrets secrets;
  private final EmbeddedBroker broker;

  private PasswordCluster(Path folder) throws Exception {
    secrets = ClusterSecrets.create(folder.resolve("secrets"), SERVER, List.of());
    Map<String, String> settings = new HashMap<>(secrets.trust());
    settings.putAll(secrets.identity(SERVER));
    Map<String, String> passwords = Map.of(USER, password, SERVER, UUID.randomUUID().toString());
    broker =
        EmbeddedBroker.start(
            folder.resolve("kafka"),
            EmbeddedBroker.ANY_PORT,
            BrokerSecurity.scram(settings, SERVER, passwords));
  }

  static PasswordCluster start(Path folder) throws Exception {
    return new PasswordCluster(folder);
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  String password() {
    return password;
  }

  /** Settings of clients that come with this password; those that the README names. */
  Map<String, String> settings(String user, String password) {
    Map<String, String> settings = new HashMap<>(secrets.trust());
    settings.put("bootstrap.servers", bootstrapServers());
    settings.put("security.protocol", "SASL_SSL");
    settings.put("sasl.mechanism", "SCRAM-SHA-512");
    settings.put("sasl.jaas.config", BrokerSecurity.login(user, password));
    return settings;
  }

  @Override
  public void close() {
    broker.close();
  }
}
