package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageRejectedException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Finds the outcome of each of a poll's image events, all of them under way at once. */
final class ImageOutcomes {
  /** The reason of an image that this service stumbles over for no known reason. */
  static final String INTERNAL_ERROR = "internal-error";

  private static final Logger LOG = Logger.getLogger(ImageOutcomes.class);
  private static final int ATTEMPTS = 3;

  private final ImageClassifier classifier;
  private final Clock clock;

  ImageOutcomes(ImageClassifier classifier, Clock clock) {
    this.classifier = classifier;
    this.clock = clock;
  }

  /** Begins to decode and classify, without waiting for an answer. */
  UnderWay begin(ConsumerRecords<byte[], byte[]> images) {
    List<ConsumerRecord<byte[], byte[]>> inOrder = new ArrayList<>(images.count());
    List<CompletableFuture<Classification>> answers = new ArrayList<>(images.count());
    for (ConsumerRecord<byte[], byte[]> image : images) {
      inOrder.add(image);
      answers.add(classifier.classify(image.value()));
    }
    return new UnderWay(inOrder, answers, images.nextOffsets());
  }

  /** A poll's images that are being classified. */
  final class UnderWay {
    private final List<ConsumerRecord<byte[], byte[]>> images;
    private final List<CompletableFuture<Classification>> answers;
    private final Map<TopicPartition, OffsetAndMetadata> nextOffsets;

    private UnderWay(
        List<ConsumerRecord<byte[], byte[]>> images,
        List<CompletableFuture<Classification>> answers,
        Map<TopicPartition, OffsetAndMetadata> nextOffsets) {
      this.images = images;
      this.answers = answers;
      this.nextOffsets = nextOffsets;
    }

    /** How many images it has. */
    int count() {
      return images.size();
    }

    /** Of all images together, as they came. */
    long bytes() {
      return images.stream().mapToLong(image -> Math.max(0, image.serializedValueSize())).sum();
    }

    /** Whether {@link #await} need not wait, but for an image that is to be tried again. */
    boolean isKnown() {
      return answers.stream().allMatch(CompletableFuture::isDone);
    }

    /**
     * @return one outcome per image, in the order of the poll
     * @throws ClassifierStoppedException if there are no more answers to be had
     */
    List<Outcome> await() throws InterruptedException {
      List<Outcome> outcomes = new ArrayList<>(images.size());
      for (int i = 0; i < images.size(); i++) {
        outcomes.add(outcome(images.get(i), answers.get(i)));
      }
      return outcomes;
    }

    /** Where the consumer goes on behind them. */
    Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
      return nextOffsets;
    }
  }

  private Outcome outcome(
      ConsumerRecord<byte[], byte[]> image, CompletableFuture<Classification> first)
      throws InterruptedException {
    CompletableFuture<Classification> answer = first;
    for (int attempt = 1; ; attempt++) {
      try {
        return new Outcome.Predicted(image, answer.get(), clock.instant());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ImageRejectedException rejection) {
          return new Outcome.Rejected(
              image, rejection.reason().label(), rejection.getMessage(), true);
        }
        if (e.getCause() instanceof ClassifierStoppedException stopped) {
          throw stopped;
        }
        if (attempt == ATTEMPTS) {
          return giveUp(image, e.getCause());
        }
        answer = classifier.classify(image.value());
      }
    }
  }

  private static Outcome giveUp(ConsumerRecord<byte[], byte[]> image, Throwable cause) {
    LOG.errorf(cause, "image %s failed %d times and is rejected", Outcome.source(image), ATTEMPTS);
    return new Outcome.Rejected(
        image,
        INTERNAL_ERROR,
        "classifying it failed %d times (%s); see the log of inference-service, then send it again"
            .formatted(ATTEMPTS, cause),
        true);
  }
}
