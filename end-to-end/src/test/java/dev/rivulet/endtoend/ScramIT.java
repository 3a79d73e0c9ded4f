package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.broker.ServerLogging;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The usual settings of Kafka clients are enough for a broker that asks for TLS and a password:
 * every client of every service has them, and whoever has the wrong password is told.
 */
@Timeout(420)
class ScramIT {
  private static final List<String> NAMES = List.of("ingest", "trainer", "inference");
  private static final String WRONG = "the-wrong-password-of-this-test";
  private static final String REFUSED = "Authentication failed during authentication";
  private static final String ADVICE = "check kafka.bootstrap.servers, kafka.security.protocol";

  @TempDir static Path folder;

  private static PasswordCluster cluster;

  @BeforeAll
  static void startBroker() throws Exception {
    ServerLogging.quiet();
    cluster = PasswordCluster.start(folder);
  }

  @AfterAll
  static void stopBroker() {
    cluster.close();
  }

  @Test
  void theBrokerLetsInNobodyElse() {
    Map<String, String> settings = cluster.settings(PasswordCluster.USER, cluster.password());
    assertThat(refusal(settings)).isNull();
    assertThat(refusal(cluster.settings(PasswordCluster.USER, WRONG)))
        .isInstanceOf(SaslAuthenticationException.class);
    assertThat(refusal(cluster.settings("nobody", cluster.password())))
        .isInstanceOf(SaslAuthenticationException.class);
    // TLS without a password, a password without TLS, and neither
    for (String protocol : List.of("SSL", "SASL_PLAINTEXT", "PLAINTEXT")) {
      assertThat(refusal(with(settings, "security.protocol", protocol))).as(protocol).isNotNull();
    }
    settings.keySet().removeIf(name -> name.startsWith("ssl."));
    assertThat(refusal(settings)).isInstanceOf(SslAuthenticationException.class);
  }

  @Test
  void aRunIsTrainedAndImagesAreClassified() throws Exception {
    List<StartedService> services = start(cluster.password());
    try {
      StartedService trainer = services.get(1);
      StartedService inference = services.get(2);
      services.get(0).awaitReady();
      trainer.awaitReady();
      HttpResponse<String> run =
          trainer.send(
              "POST",
              "/runs",
              "{\"dataset\":\"shapes\",\"width\":8,\"imagesPerEpoch\":320,\"epochs\":1}");
      assertThat(run.statusCode()).as("%s%s", run.body(), services).isEqualTo(201);
      inference.awaitReady();

      Path image = Files.write(folder.resolve("picture.png"), TestImages.good(0));
      Rivulet.Result classified = rivulet(cluster.password(), "classify", image.toString());
      assertThat(classified.exitCode()).as("%s%s", classified.output(), services).isZero();
      assertThat(classified.output()).contains("picture.png");
      assertThat(rivulet(cluster.password(), "runs").output()).contains("shapes");
      HttpResponse<String> selected =
          inference.send("PUT", "/model/selection", "{\"mode\":\"best\"}");
      assertThat(selected.statusCode()).as("%s%s", selected.body(), services).isEqualTo(200);
      assertThat(rivulet(cluster.password(), "models").output()).contains("best");

      assertThat(services).allMatch(StartedService::isAlive);
      assertNoLineHas(services, cluster.password());
      assertNoLineHas(services, REFUSED);
    } finally {
      services.forEach(StartedService::close);
    }
  }

  @Test
  void aServiceWithTheWrongPasswordSaysSoAndIsNotReady() throws Exception {
    List<StartedService> services = start(WRONG);
    try {
      for (StartedService service : services) {
        service.awaitLogged(ADVICE);
        while (service.readiness().isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
        HttpResponse<String> readiness = service.readiness().orElseThrow();
        assertThat(readiness.statusCode()).as("%s", service).isEqualTo(503);
        assertThat(readiness.body()).contains("DOWN", REFUSED, ADVICE).doesNotContain(WRONG);
      }
      assertNoLineHas(services, WRONG);
    } finally {
      services.forEach(StartedService::close);
    }
  }

  @Test
  void aCommandWithTheWrongPasswordSaysSo() throws Exception {
    Rivulet.Result wrong = rivulet(WRONG, "runs");
    assertThat(wrong.exitCode()).isOne();
    assertThat(wrong.output())
        .contains(REFUSED, "check --bootstrap and the settings in ")
        .doesNotContain(WRONG, "\tat ");
  }

  private static List<StartedService> start(String password) throws Exception {
    Map<String, String> environment = new HashMap<>();
    cluster
        .settings(PasswordCluster.USER, password)
        .forEach((name, value) -> environment.put(variable(name), value));
    List<StartedService> services = new ArrayList<>();
    for (String name : NAMES) {
      environment.put("RIVULET_DATA_DIR", folder.resolve("data").toString());
      Path log = Files.createTempFile(folder, name, ".log");
      services.add(StartedService.start(name, environment, StartedService.READINESS, folder, log));
    }
    return services;
  }

  /** {@code KAFKA_SASL_MECHANISM} is {@code kafka.sasl.mechanism}. */
  private static String variable(String setting) {
    return "KAFKA_" + setting.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static void assertNoLineHas(List<StartedService> services, String text) {
    for (StartedService service : services) {
      assertThat(service.log()).as(service.name()).isNotEmpty().noneMatch(l -> l.contains(text));
    }
  }

  private static Rivulet.Result rivulet(String password, String... arguments) throws Exception {
    Properties settings = new Properties();
    settings.putAll(cluster.settings(PasswordCluster.USER, password));
    Path file = folder.resolve("client.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of("--bootstrap", cluster.bootstrapServers(), "--kafka-config", file.toString()));
    return Rivulet.run(folder.resolve("out.txt"), all.toArray(String[]::new));
  }

  /** Why a client with these settings gets no answer; nothing if it gets one. */
  private static Throwable refusal(Map<String, String> settings) {
    Map<String, Object> impatient = new HashMap<>(settings);
    impatient.put("default.api.timeout.ms", 4_000);
    impatient.put("request.timeout.ms", 2_000);
    try (Admin admin = new KafkaConnection(impatient).admin()) {
      Throwable thrown = catchThrowable(() -> admin.describeCluster().nodes().get());
      return thrown == null ? null : thrown.getCause();
    }
  }

  private static Map<String, String> with(Map<String, String> settings, String name, String value) {
    Map<String, String> changed = new HashMap<>(settings);
    changed.put(name, value);
    return changed;
  }
}
