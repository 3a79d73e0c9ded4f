package dev.rivulet.inference.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.TinyCheckpoint;
import dev.rivulet.inference.Waiting;
import dev.rivulet.inference.classify.ImageOutcomes.UnderWay;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.inference.reload.ServedModel;
import dev.rivulet.network.NetworkConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutcomeCommitsTest {
  private static final TopicPartition PARTITION = new TopicPartition("images", 0);
  private static final int POLL_IMAGES = 1;
  private static final int MAX_IMAGES = 4;
  private static final int MAX_BYTES = 100;

  /** A transaction that has begun. */
  private record Begun(List<Long> offsets, long position, ConsumerGroupMetadata member) {}

  private final InferenceMetrics metrics = new InferenceMetrics(new SimpleMeterRegistry());
  private final MicroBatcher batcher = new MicroBatcher(new LiveModel(), 1, Duration.ZERO, metrics);
  private final ImageClassifier classifier = new ImageClassifier(new ImageDecoder(), batcher, 1);
  private final ImageOutcomes outcomesOf = new ImageOutcomes(classifier, Clock.systemUTC());
  private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();

  /** How each transaction ends; it waits for that. */
  private final BlockingQueue<Boolean> ends = new SynchronousQueue<>();

  private final AtomicInteger ended = new AtomicInteger();
  // so long that it does not end by itself
  private final OutcomeCommits commits =
      new OutcomeCommits(this::transaction, POLL_IMAGES, MAX_BYTES, Duration.ofHours(1));

  private boolean transaction(
      List<Outcome> outcomes,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    begun.add(
        new Begun(
            outcomes.stream().map(outcome -> outcome.image().offset()).toList(),
            positions.get(PARTITION).offset(),
            member));
    try {
      boolean committed = ends.take();
      ended.incrementAndGet();
      return committed;
    } catch (InterruptedException e) {
      throw new KafkaException(e);
    }
  }

  @AfterEach
  void close() {
    commits.close();
    classifier.close();
  }

  @Test
  void commitsTogetherWhatBecomesKnownDuringATransaction() throws Exception {
    ConsumerGroupMetadata earlier =
        new ConsumerGroupMetadata("group", 1, "member", Optional.empty());
    ConsumerGroupMetadata later = new ConsumerGroupMetadata("group", 2, "member", Optional.empty());
    commits.start();
    commits.actAs(earlier);
    commits.add(known(0, 1));
    assertThat(begun.take()).isEqualTo(new Begun(List.of(0L), 1, earlier));

    commits.add(known(1, 1));
    commits.add(known(2, 2));
    commits.actAs(later);
    ends.put(true);

    assertThat(begun.take()).isEqualTo(new Begun(List.of(1L, 2L, 3L), 4, later));
    ends.put(true);
    commits.drain();
    assertThat(commits.underWay()).isFalse();
    assertThat(commits.takeFailure()).isFalse();
  }

  @Test
  void hasNoMoreImagesInATransactionThanAllowedButAllOfAPoll() throws Exception {
    commits.add(known(0, MAX_IMAGES + 1));
    commits.add(known(5, MAX_IMAGES));
    commits.add(known(9, 1));
    commits.start();

    assertThat(begun.take().position()).isEqualTo(5);
    ends.put(true);
    assertThat(begun.take().position()).isEqualTo(9);
    ends.put(true);
    assertThat(begun.take().position()).isEqualTo(10);
    ends.put(true);
  }

  @Test
  void gathersACrowdUntilItIsClassified() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    startWithACrowd(commits, gate);
    assertThat(begun.poll(100, TimeUnit.MILLISECONDS)).isNull();

    gate.countDown();
    assertThat(begun.take().offsets()).containsExactly(1L, 2L);
    ends.put(true);
  }

  @Test
  void gathersACrowdForAWhileOnly() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    try (OutcomeCommits hasty =
        new OutcomeCommits(this::transaction, POLL_IMAGES, MAX_BYTES, Duration.ofMillis(1))) {
      startWithACrowd(hasty, gate);

      assertThat(begun.take().offsets()).containsExactly(1L);
      ends.put(true);
      gate.countDown();
      assertThat(begun.take().offsets()).containsExactly(2L);
      ends.put(true);
    }
  }

  @Test
  void forgetsWhatCameAfterAFailureUntilItIsTaken() throws Exception {
    commits.start();
    commits.add(known(0, 1));
    begun.take();
    commits.add(known(1, 1));
    ends.put(false);
    commits.drain();
    commits.add(known(2, 1));
    assertThat(commits.underWay()).isFalse();

    assertThat(commits.takeFailure()).isTrue();
    assertThat(commits.takeFailure()).isFalse();
    commits.add(known(0, 3));
    assertThat(begun.take().offsets()).containsExactly(0L, 1L, 2L);
    ends.put(true);
  }

  @Test
  void makesRoomWhenATransactionEnds() throws Exception {
    commits.start();
    commits.add(known(0, MAX_IMAGES));
    commits.awaitRoom();
    begun.take();
    commits.add(known(4, 1));
    endWhenAwaited();
    commits.awaitRoom();
    assertThat(ended).hasValue(1);
    assertThat(begun.take().offsets()).containsExactly(4L);
    ends.put(true);
  }

  @Test
  void makesNoRoomWhileLargeImagesAreUnderWay() throws Exception {
    commits.start();
    commits.add(known(0, 1, MAX_BYTES + 1));
    begun.take();
    endWhenAwaited();
    commits.awaitRoom();
    assertThat(ended).hasValue(1);
  }

  @Test
  void discardsWhatIsInNoTransactionYet() throws Exception {
    commits.start();
    commits.add(known(0, 1));
    begun.take();
    commits.add(known(1, 1));
    endWhenAwaited();
    commits.discard();
    assertThat(ended).hasValue(1);

    commits.add(known(7, 1));
    assertThat(begun.take().offsets()).containsExactly(7L);
    ends.put(true);
  }

  @Test
  void tellsWhatEndedIt() throws Exception {
    OutcomeCommits failing =
        new OutcomeCommits(
            (outcomes, positions, member) -> {
              throw new KafkaException("fenced");
            },
            POLL_IMAGES,
            MAX_BYTES,
            OutcomeCommits.PAUSE_IN_A_CROWD);
    failing.start();
    failing.add(known(0, MAX_IMAGES + 1));
    assertThatThrownBy(failing::awaitRoom).isInstanceOf(KafkaException.class).hasMessage("fenced");
    failing.close();
  }

  /** Ends a first transaction with an image behind it that is known and one that is not. */
  private void startWithACrowd(OutcomeCommits starting, CountDownLatch gate)
      throws InterruptedException {
    starting.start();
    starting.add(known(0, 1));
    begun.take();
    starting.add(known(1, 1));
    starting.add(classifiedAfter(gate, 2));
    ends.put(true);
  }

  /** Lets the transaction that has begun commit once this thread waits. */
  private void endWhenAwaited() {
    Thread waiting = Thread.currentThread();
    Thread ending =
        new Thread(
            () -> {
              try {
                Waiting.until(() -> waiting.getState() == Thread.State.WAITING);
                ends.put(true);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    ending.start();
  }

  /** A poll of images whose outcomes are known: they are no images. */
  private UnderWay known(long offset, int n) {
    return known(offset, n, 0);
  }

  private UnderWay known(long offset, int n, int bytes) {
    UnderWay poll = poll(outcomesOf, offset, n, new byte[bytes]);
    Waiting.until(poll::isKnown);
    return poll;
  }

  /** A poll of one image whose outcome is known some time after the gate has opened. */
  private static UnderWay classifiedAfter(CountDownLatch gate, long offset) {
    LiveModel live = new LiveModel();
    live.swap(
        new ServedModel(
            TinyCheckpoint.of("run", 1).description(),
            (images, n) -> {
              Waiting.until(() -> gate.getCount() == 0);
              return new float[][] {{1}};
            },
            () -> {},
            Instant.EPOCH));
    MicroBatcher waiting =
        new MicroBatcher(live, 1, Duration.ZERO, new InferenceMetrics(new SimpleMeterRegistry()));
    waiting.start(1, 1, (thread, why) -> {});
    ImageClassifier classifier = new ImageClassifier(new ImageDecoder(), waiting, 1);
    return poll(
        new ImageOutcomes(classifier, Clock.systemUTC()),
        offset,
        1,
        new byte[NetworkConfig.IMAGE_BYTES]);
  }

  private static UnderWay poll(ImageOutcomes outcomesOf, long offset, int n, byte[] image) {
    List<ConsumerRecord<byte[], byte[]>> images =
        IntStream.range(0, n)
            .mapToObj(
                i ->
                    new ConsumerRecord<>(
                        PARTITION.topic(),
                        PARTITION.partition(),
                        offset + i,
                        ConsumerRecord.NO_TIMESTAMP,
                        TimestampType.NO_TIMESTAMP_TYPE,
                        0,
                        image.length,
                        new byte[0],
                        image,
                        new RecordHeaders(),
                        Optional.empty()))
            .toList();
    return outcomesOf.begin(
        new ConsumerRecords<>(
            Map.of(PARTITION, images), Map.of(PARTITION, new OffsetAndMetadata(offset + n))));
  }
}
