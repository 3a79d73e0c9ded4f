package dev.rivulet.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The secrets of the cluster, as files: those that Strimzi would make, a certificate authority and
 * for each user a key store signed by it, by the JDK's keytool; and the API key. All are made for
 * one test.
 */
final class ClusterSecrets {
  static final String CA_SECRET = "rivulet-cluster-ca-cert";

  private static final String API_KEY_SECRET = "rivulet-api-key";
  private static final String TYPE = "PKCS12";
  private static final String AUTHORITY = "ca";

  private final Path folder;
  private final String password = UUID.randomUUID().toString();

  private ClusterSecrets(Path folder) {
    this.folder = folder;
  }

  /**
   * @param server whose certificate is for 127.0.0.1
   */
  static ClusterSecrets create(Path folder, String server, Collection<String> users)
      throws IOException, GeneralSecurityException, InterruptedException {
    ClusterSecrets secrets = new ClusterSecrets(Files.createDirectories(folder));
    Path all = folder.resolve("all.p12");
    secrets.keytool(all, AUTHORITY, "-ext", "bc:critical=ca:true", "-ext", "ku=keyCertSign");
    secrets.keytool(all, server, "-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1");
    for (String user : users) {
      secrets.keytool(all, user, "-signer", AUTHORITY);
    }
    secrets.distribute(all);
    secrets.makeApiKey();
    return secrets;
  }

  /** The file that holds a secret's key, as when the secret is mounted. */
  Path file(String secret, String key) {
    return folder.resolve(secret).resolve(key);
  }

  String value(String secret, String key) throws IOException {
    return Files.readString(file(secret, key));
  }

  /** Settings of a Kafka client, or of a broker, that trusts the authority. */
  Map<String, String> trust() {
    return Map.of(
        "ssl.truststore.type", TYPE,
        "ssl.truststore.location", file(CA_SECRET, "ca.p12").toString(),
        "ssl.truststore.password", password);
  }

  /** Settings of whoever shows the user's certificate. */
  Map<String, String> identity(String user) {
    return Map.of(
        "ssl.keystore.type", TYPE,
        "ssl.keystore.location", file(user, "user.p12").toString(),
        "ssl.keystore.password", password);
  }

  private void keytool(Path store, String name, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-storetype",
                TYPE,
                "-keystore",
                store.toString(),
                "-storepass",
                password));
    command.addAll(List.of(more));
    Path output = folder.resolve("keytool.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new AssertionError("keytool: " + Files.readString(output));
    }
  }

  /** Gives each its own key and nobody else's. */
  private void distribute(Path all) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(TYPE);
    try (InputStream in = Files.newInputStream(all)) {
      store.load(in, password.toCharArray());
    }
    for (String name : Collections.list(store.aliases())) {
      KeyStore own = KeyStore.getInstance(TYPE);
      own.load(null, null);
      if (name.equals(AUTHORITY)) {
        own.setCertificateEntry(name, store.getCertificate(name));
        write(own, CA_SECRET, "ca");
      } else {
        Key key = store.getKey(name, password.toCharArray());
        Certificate[] chain = store.getCertificateChain(name);
        own.setKeyEntry(name, key, password.toCharArray(), chain);
        write(own, name, "user");
      }
    }
    Files.delete(all);
  }

  /** What the manifests' README has one make by hand. */
  private void makeApiKey() throws IOException {
    Files.createDirectories(folder.resolve(API_KEY_SECRET));
    Files.writeString(file(API_KEY_SECRET, "api-key"), UUID.randomUUID().toString());
  }

  private void write(KeyStore store, String secret, String key)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(folder.resolve(secret));
    try (OutputStream out = Files.newOutputStream(file(secret, key + ".p12"))) {
      store.store(out, password.toCharArray());
    }
    Files.writeString(file(secret, key + ".password"), password);
  }
}
