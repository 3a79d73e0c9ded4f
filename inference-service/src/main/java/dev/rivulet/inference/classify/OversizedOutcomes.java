package dev.rivulet.inference.classify;

import dev.rivulet.events.prediction.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Finds the outcomes that Kafka refuses for their size, and what can be written in their place, so
 * that none of them stops the stream.
 *
 * <p>When a transaction fails, the producer gives the same error to records that have nothing to do
 * with it. So the images are taken one by one then, until the culprit is known and written.
 */
final class OversizedOutcomes {
  /** Of transactions in a row until something is written: of all, of the one, of its copy. */
  static final int MOST_REFUSALS = 3;

  private final Map<Prediction.Source, Integer> failures = new HashMap<>();
  private volatile boolean tooLarge;
  private boolean searching;

  /** Takes in how a send ended; called by the producer's thread. */
  void sent(Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      tooLarge = true;
    }
  }

  /** Whether each transaction should have a single image. */
  boolean searching() {
    return searching;
  }

  void committed(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (failures.remove(Outcome.source(outcome.image())) != null) {
        searching = false;
      }
    }
  }

  void aborted(List<Outcome> outcomes) {
    if (tooLarge) {
      tooLarge = false;
      searching = true;
      if (outcomes.size() == 1) {
        failures.merge(Outcome.source(outcomes.get(0).image()), 1, Integer::sum);
      }
    }
  }

  /** The images are somebody else's now. */
  void forget() {
    failures.clear();
    searching = false;
  }

  /** The outcome, or what to write instead if Kafka has refused it before. */
  Outcome writable(Outcome outcome) {
    int refusals = failures.getOrDefault(Outcome.source(outcome.image()), 0);
    if (refusals == 0) {
      return outcome;
    }
    if (outcome instanceof Outcome.Rejected rejected) {
      return new Outcome.Rejected(rejected.image(), rejected.reason(), rejected.error(), false);
    }
    // first without what the prediction adds, then without what came
    boolean copied = refusals == 1;
    return new Outcome.Rejected(
        outcome.image(),
        ImageOutcomes.INTERNAL_ERROR,
        "its prediction is too large to be written; send it with a shorter key",
        copied);
  }
}
