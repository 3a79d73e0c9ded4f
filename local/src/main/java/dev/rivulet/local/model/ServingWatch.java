package dev.rivulet.local.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.local.CommandFailedException;
import java.time.Duration;
import java.util.Optional;

/** Waits until an inference service has followed what was published. */
public final class ServingWatch {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final InferenceClient inference;
  private final Duration patience;

  public ServingWatch(InferenceClient inference, Duration patience) {
    this.inference = inference;
    this.patience = patience;
  }

  /**
   * What serves now.
   *
   * @param seconds until it did
   */
  public record Serving(
      @JsonProperty(required = true) String inference,
      @JsonProperty(required = true) String run,
      @JsonProperty(required = true) int epoch,
      @JsonProperty(required = true) double seconds) {}

  /**
   * Waits until what the selection means serves.
   *
   * @throws CommandFailedException if that is not so in time, saying why
   */
  public Serving awaitSelected(ModelSelection selection) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (true) {
      Optional<InferenceClient.Model> model = inference.model();
      boolean known =
          model.filter(m -> m.selection().selectedAt().equals(selection.selectedAt())).isPresent();
      if (known && model.get().selection().served()) {
        return new Serving(
            inference.url(), model.get().run(), model.get().epoch(), seconds(startNanos));
      }
      if (known || expired(startNanos)) {
        throw notServed(selection.inWords(), model);
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  /**
   * Waits until this checkpoint serves.
   *
   * @throws CommandFailedException if it is refused, or that is not so in time
   */
  public Serving awaitCheckpoint(ModelSummary wanted) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (true) {
      Optional<InferenceClient.Checkpoint> seen =
          inference.checkpoint(wanted.run(), wanted.epoch());
      if (seen.filter(InferenceClient.Checkpoint::serves).isPresent()) {
        return new Serving(inference.url(), wanted.run(), wanted.epoch(), seconds(startNanos));
      }
      Optional<String> refused = seen.flatMap(InferenceClient.Checkpoint::refused);
      if (refused.isPresent()) {
        throw new CommandFailedException(
            "%s refuses %s, %s".formatted(inference.url(), wanted.name(), refused.get()));
      }
      if (expired(startNanos)) {
        throw notServed(wanted.name(), inference.model());
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  private CommandFailedException notServed(String wanted, Optional<InferenceClient.Model> model) {
    String instead =
        model
            .map(
                m ->
                    "serves %s%s"
                        .formatted(
                            m.name(), m.selection().problem().map(": "::concat).orElse(" still")))
            .orElse("serves no model, or does not answer");
    return new CommandFailedException(
        "%s is published, but %s %s (waited %d s); see its log"
            .formatted(wanted, inference.url(), instead, patience.toSeconds()));
  }

  private boolean expired(long startNanos) {
    return System.nanoTime() - startNanos > patience.toNanos();
  }

  private static double seconds(long startNanos) {
    return Math.round((System.nanoTime() - startNanos) / 1e6) / 1e3;
  }
}
