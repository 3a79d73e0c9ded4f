package dev.rivulet.local.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.TrainingRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a list of runs says about one.
 *
 * @param status as users read it
 * @param bestValidationAccuracy 0 to 1; absent before the first epoch
 * @param seconds from its start to its end, or to now; absent if it has not started
 */
public record RunSummary(
    @JsonProperty(required = true) String id,
    @JsonProperty(required = true) String status,
    @JsonProperty(required = true) String dataset,
    @JsonProperty(required = true) int epochsDone,
    @JsonProperty(required = true) int epochs,
    Optional<Double> bestValidationAccuracy,
    Optional<Instant> startedAt,
    Optional<Double> seconds,
    Optional<String> message) {

  static RunSummary of(TrainingRun run, List<EpochCompleted> epochs, Instant now) {
    Optional<Double> seconds =
        run.startedAt()
            .map(start -> Duration.between(start, run.endedAt().orElse(now)).toMillis() / 1_000.0);
    return new RunSummary(
        run.id(),
        run.status().label(),
        run.dataset().map(DatasetDescription::name).orElse(run.plan().dataset()),
        epochs.size(),
        run.plan().epochs(),
        epochs.stream().map(epoch -> epoch.validation().accuracy()).max(Double::compare),
        run.startedAt(),
        seconds,
        run.message());
  }
}
