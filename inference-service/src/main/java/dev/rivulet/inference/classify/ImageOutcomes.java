package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageRejectedException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

  /**
   * @return one outcome per image, in the same order
   * @throws ClassifierStoppedException if it has no more answers to give
   */
  List<Outcome> of(Iterable<ConsumerRecord<byte[], byte[]>> images) throws InterruptedException {
    List<ConsumerRecord<byte[], byte[]>> inOrder = new ArrayList<>();
    List<CompletableFuture<Classification>> answers = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> image : images) {
      inOrder.add(image);
      answers.add(classifier.classify(image.value()));
    }
    List<Outcome> outcomes = new ArrayList<>(inOrder.size());
    for (int i = 0; i < inOrder.size(); i++) {
      outcomes.add(outcome(inOrder.get(i), answers.get(i)));
    }
    return outcomes;
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
