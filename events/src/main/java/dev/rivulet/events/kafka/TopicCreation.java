package dev.rivulet.events.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the topics a service needs, or makes sure that the existing ones lose nothing. */
public final class TopicCreation {
  private static final int ATTEMPTS = 20;
  private static final long PAUSE_MILLIS = 250;
  private static final long ABSENCE_MILLIS = 1_000;
  private static final int PAUSES_AFTER_REFUSAL = 5;

  private final Admin admin;

  public TopicCreation(Admin admin) {
    this.admin = admin;
  }

  /**
   * What a service does when it starts: {@link #ensure}, again and again until the broker answers.
   *
   * @param givingUp whether to stop trying, for instance because the service is told to end
   * @param waiting is told why there is another try, when that is not what it was told last
   * @throws TopicConflictException if an existing topic's settings would lose data
   */
  public static void ensureWhenKafkaAnswers(
      KafkaConnection kafka,
      Collection<TopicSpec> specs,
      BooleanSupplier givingUp,
      Consumer<String> waiting)
      throws InterruptedException {
    String told = "";
    while (!givingUp.getAsBoolean()) {
      try (Admin admin = kafka.impatientAdmin()) {
        new TopicCreation(admin).ensure(specs);
        return;
      } catch (KafkaException e) {
        ClientTrouble trouble = new ClientTrouble(e);
        String why = "waiting for Kafka at %s: %s".formatted(kafka.bootstrapServers(), trouble);
        if (!why.equals(told)) {
          waiting.accept(why);
        }
        told = why;
        // a refusal will not be taken back at once, and each try is one in the broker's log
        int pauses = trouble.refused() ? PAUSES_AFTER_REFUSAL : 1;
        for (int i = 0; i < pauses && !givingUp.getAsBoolean(); i++) {
          Thread.sleep(ABSENCE_MILLIS);
        }
      }
    }
  }

  /**
   * Creates what is missing with the settings of its specification; a topic that somebody else
   * creates at the same moment counts as existing. Every partition that has a leader can be written
   * when it returns.
   *
   * <p>Topics that all exist need no permission to create any: in a cluster whose topics are made
   * by an operator, describing them and their configuration is enough.
   *
   * @throws TopicConflictException if an existing topic's settings would lose data
   * @throws KafkaException if the broker refuses or does not answer
   */
  public void ensure(Collection<TopicSpec> specs) throws InterruptedException {
    List<TopicSpec> missing = missing(specs);
    if (!missing.isEmpty()) {
      create(missing);
    }
    awaitLeaders(check(specs));
  }

  private List<TopicSpec> missing(Collection<TopicSpec> specs) throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> descriptions =
        admin.describeTopics(specs.stream().map(TopicSpec::name).toList()).topicNameValues();
    List<TopicSpec> missing = new ArrayList<>();
    for (TopicSpec spec : specs) {
      try {
        descriptions.get(spec.name()).get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw failure("topic " + spec.name() + " could not be described", e);
        }
        missing.add(spec);
      }
    }
    return missing;
  }

  private void create(List<TopicSpec> missing) throws InterruptedException {
    CreateTopicsResult created =
        admin.createTopics(
            missing.stream()
                .map(
                    spec ->
                        new NewTopic(spec.name(), Optional.of(spec.partitions()), Optional.empty())
                            .configs(spec.settings()))
                .toList());
    for (TopicSpec spec : missing) {
      try {
        created.values().get(spec.name()).get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw failure("topic " + spec.name() + " could not be created", e);
        }
      }
    }
  }

  /**
   * Asks until each partition's leader has its log, which is a little later than the topic is
   * known; it may be somebody else who has just created it.
   *
   * <p>Before that it refuses what is written, and a producer that goes on with several batches
   * under way may lose their order for good: to a log without records a leader admits an idempotent
   * producer's third batch first (kafka-clients and brokers 4.1.2), and then never the first.
   */
  private void awaitLeaders(Collection<TopicDescription> topics) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicDescription topic : topics) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        // one whose brokers are all away must not keep anybody from what can be had
        if (partition.leader() != null) {
          ends.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
        }
      }
    }
    try {
      // the client itself asks again while the leader has no log
      admin.listOffsets(ends).all().get();
    } catch (ExecutionException e) {
      throw failure("the leaders of the topics' partitions do not answer", e);
    }
  }

  private Collection<TopicDescription> check(Collection<TopicSpec> specs)
      throws InterruptedException {
    List<String> names = specs.stream().map(TopicSpec::name).toList();
    Map<ConfigResource, TopicSpec> resources = new LinkedHashMap<>();
    for (TopicSpec spec : specs) {
      resources.put(new ConfigResource(ConfigResource.Type.TOPIC, spec.name()), spec);
    }
    Map<String, TopicDescription> descriptions =
        known(names, () -> admin.describeTopics(names).allTopicNames());
    Map<ConfigResource, Config> configs =
        known(names, () -> admin.describeConfigs(resources.keySet()).all());
    resources.forEach(
        (resource, spec) -> check(spec, descriptions.get(spec.name()), configs.get(resource)));
    return descriptions.values();
  }

  /** Asks again for a while: a topic created a moment ago may not be known everywhere yet. */
  private static <T> T known(List<String> names, Supplier<KafkaFuture<T>> question)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return question.get().get();
      } catch (ExecutionException e) {
        if (attempt == ATTEMPTS || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw failure("topics " + names + " could not be described", e);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static void check(TopicSpec spec, TopicDescription description, Config config) {
    int partitions = description.partitions().size();
    if (spec.partitions() == 1 && partitions != 1) {
      throw new TopicConflictException(
          "topic %s has %d partitions, but its order needs exactly one; delete it or name another by rivulet.topics.*"
              .formatted(spec.name(), partitions));
    }
    spec.settings()
        .forEach((name, wanted) -> check(spec.name(), name, wanted, config.get(name).value()));
  }

  private static void check(String topic, String name, String wanted, String actual) {
    boolean fits =
        switch (name) {
          case TopicConfig.CLEANUP_POLICY_CONFIG -> actual.equals(wanted);
          case TopicConfig.RETENTION_MS_CONFIG, TopicConfig.RETENTION_BYTES_CONFIG ->
              // a topic that is meant to forget may do so as soon as its owner likes
              Long.parseLong(wanted) >= 0 || Long.parseLong(actual) < 0;
          case TopicConfig.MAX_MESSAGE_BYTES_CONFIG ->
              Long.parseLong(actual) >= Long.parseLong(wanted);
          // the rest decides how soon disk is freed, not what is kept
          default -> true;
        };
    if (!fits) {
      throw new TopicConflictException(
          "topic %s has %s=%s, which would lose data; set it to %s (kafka-configs.sh --alter) or name another topic by rivulet.topics.*"
              .formatted(topic, name, actual, wanted));
    }
  }

  private static KafkaException failure(String what, ExecutionException e) {
    return new KafkaException(what + ": " + e.getCause().getMessage(), e.getCause());
  }
}
