package dev.rivulet.events.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How to reach the cluster, and clients with the settings that Rivulet's promises rest on.
 *
 * @param settings the connection: {@code bootstrap.servers}, security and whatever else the user
 *     configured by {@code kafka.*}
 */
public record KafkaConnection(Map<String, Object> settings) {
  /** How long an unfinished transaction of a dead process may hold readers back. */
  private static final int TRANSACTION_TIMEOUT_MILLIS = 30_000;

  /** The same where no successor has the id, so that nothing but this ends the transaction. */
  private static final int ORPHAN_TIMEOUT_MILLIS = 10_000;

  /**
   * Who begins a transaction while the broker still writes the end of the last one is asked to try
   * again; that takes a few milliseconds, not the hundred that Kafka's clients wait.
   */
  private static final long NEXT_TRANSACTION_MILLIS = 2;

  private static final int IMPATIENCE_MILLIS = 10_000;

  /** After which news are none. */
  private static final int NEWS_MILLIS = 5_000;

  private static final int MAX_REQUEST_BYTES = 80 << 20;
  private static final long BUFFER_BYTES = 128L << 20;
  private static final int BATCH_BYTES = 256 << 10;

  public KafkaConnection {
    settings = Map.copyOf(settings);
  }

  public static KafkaConnection to(String bootstrapServers) {
    return new KafkaConnection(
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  public String bootstrapServers() {
    return String.valueOf(settings.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
  }

  /** An admin client; closing it does not wait for answers that have not come. */
  public Admin admin() {
    return new ForwardingAdmin(settings) {
      @Override
      public void close(Duration timeout) {
        super.close(Duration.ZERO);
      }
    };
  }

  /** The same, giving up after ten seconds. */
  public Admin impatientAdmin() {
    Map<String, Object> impatient = new HashMap<>(settings);
    impatient.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, IMPATIENCE_MILLIS);
    impatient.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, IMPATIENCE_MILLIS);
    return new KafkaConnection(impatient).admin();
  }

  /** A consumer that sees committed records only and commits offsets only when told to. */
  public KafkaConsumer<String, byte[]> consumer(Map<String, Object> more) {
    return consumer(more, new StringDeserializer());
  }

  /** The same with keys as they are: an image's key is any bytes. */
  public KafkaConsumer<byte[], byte[]> consumerOfAnyKeys(Map<String, Object> more) {
    return consumer(more, new ByteArrayDeserializer());
  }

  private <K> KafkaConsumer<K, byte[]> consumer(Map<String, Object> more, Deserializer<K> keys) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    all.putAll(more);
    return new KafkaConsumer<>(all, keys, new ByteArrayDeserializer());
  }

  /** An idempotent producer: every record is acknowledged by all in-sync replicas, once. */
  public KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        producing(Map.of()), new StringSerializer(), new ByteArraySerializer());
  }

  /** The same with keys as they are: an image's key is any bytes. */
  public KafkaProducer<byte[], byte[]> producerOfAnyKeys() {
    return new KafkaProducer<>(
        producing(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * A producer of news that nobody needs later: acknowledged by the leader alone, given up after a
   * few seconds.
   */
  public KafkaProducer<String, byte[]> bestEffortProducer() {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.ACKS_CONFIG, "1");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, NEWS_MILLIS);
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, NEWS_MILLIS);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, NEWS_MILLIS);
    all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
  }

  /** A producer whose id fences an older one of the same id; call {@code initTransactions}. */
  public KafkaProducer<String, byte[]> transactionalProducer(String transactionalId) {
    return new KafkaProducer<>(
        transactional(transactionalId, TRANSACTION_TIMEOUT_MILLIS, Map.of()),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  /**
   * A producer with an id that no other process will have, and keys as they are: if it dies, its
   * unfinished transaction holds readers back for ten seconds. Records go at once.
   */
  public KafkaProducer<byte[], byte[]> transactionalProducerOfAnyKeys(String transactionalId) {
    return new KafkaProducer<>(
        transactional(
            transactionalId, ORPHAN_TIMEOUT_MILLIS, Map.of(ProducerConfig.LINGER_MS_CONFIG, 0)),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private Map<String, Object> transactional(
      String transactionalId, int timeoutMillis, Map<String, Object> more) {
    Map<String, Object> all = producing(more);
    all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    all.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeoutMillis);
    all.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, NEXT_TRANSACTION_MILLIS);
    return all;
  }

  private Map<String, Object> producing(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    // one record must fit, whatever its size
    all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    all.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    all.putAll(more);
    return all;
  }
}
