package dev.rivulet.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rivulet.deploy.Manifests;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.broker.BrokerSecurity;
import dev.rivulet.local.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * A broker that knows its clients by their certificates, with the topics and the permissions of the
 * manifests: what Strimzi's operators do, done by the test.
 */
final class SecuredCluster implements AutoCloseable {
  private static final String SERVER = "broker";
  private static final String ADMIN = "admin";
  private static final Map<String, ResourceType> RESOURCES =
      Map.of(
          "topic", ResourceType.TOPIC,
          "group", ResourceType.GROUP,
          "transactionalId", ResourceType.TRANSACTIONAL_ID,
          "cluster", ResourceType.CLUSTER);

  private final EmbeddedBroker broker;
  private final ClusterSecrets secrets;

  private SecuredCluster(EmbeddedBroker broker, ClusterSecrets secrets) {
    this.broker = broker;
    this.secrets = secrets;
  }

  static SecuredCluster start(Path folder, Manifests manifests) throws Exception {
    List<String> names = new ArrayList<>(List.of(ADMIN));
    manifests.ofKind("KafkaUser").forEach(user -> names.add(Manifests.name(user)));
    ClusterSecrets secrets = ClusterSecrets.create(folder.resolve("secrets"), SERVER, names);
    Map<String, String> settings = new HashMap<>(secrets.trust());
    settings.putAll(secrets.identity(SERVER));
    settings.put("ssl.client.auth", "required");
    settings.put("authorizer.class.name", StandardAuthorizer.class.getName());
    settings.put("allow.everyone.if.no.acl.found", "false");
    settings.put("super.users", "User:CN=%s;User:CN=%s".formatted(SERVER, ADMIN));
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            folder.resolve("kafka"), EmbeddedBroker.ANY_PORT, BrokerSecurity.tls(settings));
    SecuredCluster cluster = new SecuredCluster(broker, secrets);
    try (Admin admin = cluster.administrator().admin()) {
      admin
          .createTopics(manifests.ofKind("KafkaTopic").stream().map(SecuredCluster::topic).toList())
          .all()
          .get();
      List<AclBinding> permissions = new ArrayList<>();
      manifests.ofKind("KafkaUser").forEach(user -> permissions.addAll(permissions(user)));
      admin.createAcls(permissions).all().get();
    } catch (Exception e) {
      broker.close();
      throw e;
    }
    return cluster;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  ClusterSecrets secrets() {
    return secrets;
  }

  /** May do everything. */
  KafkaConnection administrator() {
    return as(ADMIN);
  }

  /** With the certificate of a {@code KafkaUser}. */
  KafkaConnection as(String user) {
    return new KafkaConnection(new HashMap<>(settings(secrets.identity(user))));
  }

  /** Trusts the cluster, but shows no certificate. */
  KafkaConnection asNobody() {
    return new KafkaConnection(new HashMap<>(settings(Map.of())));
  }

  /** The settings of a client. */
  Map<String, String> settings(Map<String, String> identity) {
    Map<String, String> settings = new HashMap<>(secrets.trust());
    settings.putAll(identity);
    settings.put("bootstrap.servers", bootstrapServers());
    settings.put("security.protocol", "SSL");
    return settings;
  }

  @Override
  public void close() {
    broker.close();
  }

  /** One broker has one replica of each. */
  private static NewTopic topic(JsonNode topic) {
    Map<String, String> config = new HashMap<>();
    topic
        .at("/spec/config")
        .properties()
        .forEach(e -> config.put(e.getKey(), e.getValue().asText()));
    return new NewTopic(
            Manifests.name(topic),
            Optional.of(topic.at("/spec/partitions").asInt()),
            Optional.of((short) 1))
        .configs(config);
  }

  private static List<AclBinding> permissions(JsonNode user) {
    List<AclBinding> permissions = new ArrayList<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      JsonNode resource = acl.path("resource");
      ResourceType type = RESOURCES.get(resource.path("type").asText());
      String name =
          type == ResourceType.CLUSTER ? Resource.CLUSTER_NAME : resource.path("name").asText();
      PatternType pattern =
          switch (resource.path("patternType").asText("literal")) {
            case "literal" -> PatternType.LITERAL;
            case "prefix" -> PatternType.PREFIXED;
            default -> throw new IllegalArgumentException("pattern type: " + resource);
          };
      for (JsonNode operation : acl.path("operations")) {
        permissions.add(
            new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(
                    "User:CN=" + Manifests.name(user),
                    "*",
                    operation(operation.asText()),
                    AclPermissionType.ALLOW)));
      }
    }
    return permissions;
  }

  /** {@code DescribeConfigs} is {@code DESCRIBE_CONFIGS}. */
  private static AclOperation operation(String name) {
    return AclOperation.valueOf(name.replaceAll("(?<=.)(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
  }
}
