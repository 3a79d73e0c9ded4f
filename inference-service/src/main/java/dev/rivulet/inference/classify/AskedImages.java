package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageRejectedException;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.inference.InferenceMetrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The images of one request, from when they are given to the classifier until it is through with
 * all of them, whatever became of the first.
 */
final class AskedImages implements AutoCloseable {
  private final ImageClassifier classifier;
  private final InferenceMetrics metrics;
  private final List<Asked> all = new ArrayList<>();

  AskedImages(ImageClassifier classifier, InferenceMetrics metrics) {
    this.classifier = classifier;
    this.metrics = metrics;
  }

  /** An image that has come, with the answer that is on its way. */
  private record Asked(String id, Instant at, CompletableFuture<Classification> answer) {}

  void ask(String id, byte[] encoded) {
    all.add(new Asked(id, Instant.now(), classifier.classify(encoded)));
  }

  /**
   * Waits for the only one.
   *
   * @throws ImageRejectedException if it is no usable image
   */
  Prediction answer() throws InterruptedException {
    return answer(all.get(0));
  }

  /**
   * Waits for all, in their order.
   *
   * @throws ImageRejectedException if one is no usable image; with its id, as the client needs to
   *     know which
   */
  List<Prediction> answers() throws InterruptedException {
    List<Prediction> predictions = new ArrayList<>(all.size());
    for (Asked one : all) {
      try {
        predictions.add(answer(one));
      } catch (ImageRejectedException e) {
        throw new ImageRejectedException(e.reason(), one.id + ": " + e.getMessage(), e);
      }
    }
    return predictions;
  }

  private Prediction answer(Asked asked) throws InterruptedException {
    try {
      Classification classification = asked.answer.get();
      Instant now = Instant.now();
      metrics.classified(
          classification.label(),
          InferenceMetrics.Source.REST,
          Classification.latency(asked.at, now));
      return classification.toPrediction(asked.id, Optional.empty(), asked.at, now);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ImageRejectedException rejection) {
        metrics.rejected(rejection.reason().label(), InferenceMetrics.Source.REST);
      }
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException("the image could not be classified", e.getCause());
    }
  }

  /** Waits until no image is held any more; the answers to the rest are nobody's. */
  @Override
  public void close() {
    CompletableFuture.allOf(all.stream().map(Asked::answer).toArray(CompletableFuture[]::new))
        .handle((answers, failure) -> failure)
        .join();
  }
}
