package dev.rivulet.local.broker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whom a broker lets in, and how; shows none of the passwords in it. */
public final class BrokerSecurity {
  /** Whoever is on this machine. */
  static final BrokerSecurity NONE = new BrokerSecurity(Map.of(), Map.of());

  private static final String MECHANISM = "SCRAM-SHA-512";

  private final Map<String, String> settings;
  private final Map<String, String> passwords;

  private BrokerSecurity(Map<String, String> settings, Map<String, String> passwords) {
    this.settings = Map.copyOf(settings);
    this.passwords = Map.copyOf(passwords);
  }

  /**
   * All listeners ask for TLS.
   *
   * @param settings of the broker: its key store and whatever else differs, for instance who may do
   *     what
   */
  public static BrokerSecurity tls(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(BrokerSettings.protocols("SSL", "SSL"));
    all.putAll(settings);
    return new BrokerSecurity(all, Map.of());
  }

  /**
   * Clients are asked for TLS and for a name and its password, by SCRAM-SHA-512; the controller,
   * which has no passwords, for TLS.
   *
   * @param settings of the broker: its key store, whom it trusts, and whatever else differs
   * @param self the user as whom the broker talks to itself; one of those with a password
   * @param passwords of the users that the broker knows once its folder is formatted
   */
  public static BrokerSecurity scram(
      Map<String, String> settings, String self, Map<String, String> passwords) {
    Map<String, String> all = new HashMap<>(BrokerSettings.protocols("SASL_SSL", "SSL"));
    all.put("sasl.enabled.mechanisms", MECHANISM);
    all.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    all.put(
        BrokerSettings.CLIENT_PREFIX + "scram-sha-512.sasl.jaas.config",
        login(self, passwords.get(self)));
    all.putAll(settings);
    return new BrokerSecurity(all, passwords);
  }

  /** The {@code sasl.jaas.config} of who comes with a name and a password. */
  public static String login(String user, String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(user, password);
  }

  /** Settings of the broker. */
  Map<String, String> settings() {
    return settings;
  }

  /** As {@code kafka-storage.sh format --add-scram} takes them. */
  List<String> scramArguments() {
    return passwords.entrySet().stream()
        .map(
            user -> "%s=[name=%s,password=%s]".formatted(MECHANISM, user.getKey(), user.getValue()))
        .toList();
  }
}
