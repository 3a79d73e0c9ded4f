package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * The event on {@code training-runs}: a run's plan and how far it has come.
 *
 * <p>Three services write it, so it is merged, not overwritten: a status never goes back, whatever
 * the order in which two services' events arrive.
 *
 * @param id sorts by the time of the request
 * @param attempt 0 at first, one more each time that an ended run is resumed
 * @param message why it failed, or what else a user should know
 */
public record TrainingRun(
    @JsonProperty(required = true) String id,
    @JsonProperty(required = true) TrainingPlan plan,
    @JsonProperty(required = true) RunStatus status,
    @JsonProperty(required = true) int attempt,
    Optional<DatasetDescription> dataset,
    @JsonProperty(required = true) Instant requestedAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<String> message) {

  public TrainingRun {
    if (id == null || id.isBlank() || plan == null || status == null || requestedAt == null) {
      throw new IllegalArgumentException("a run needs id, plan, status and requestedAt");
    }
    if (attempt < 0) {
      throw new IllegalArgumentException("attempt %d: 0 or more".formatted(attempt));
    }
    dataset = orEmpty(dataset);
    startedAt = orEmpty(startedAt);
    endedAt = orEmpty(endedAt);
    message = orEmpty(message);
  }

  public static TrainingRun requested(String id, TrainingPlan plan, Instant now) {
    return new TrainingRun(
        id,
        plan,
        RunStatus.REQUESTED,
        0,
        Optional.empty(),
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public TrainingRun withDataset(DatasetDescription found) {
    return new TrainingRun(
        id, plan, status, attempt, Optional.of(found), requestedAt, startedAt, endedAt, message);
  }

  public TrainingRun running(Instant now) {
    return new TrainingRun(
        id,
        plan,
        RunStatus.RUNNING,
        attempt,
        dataset,
        requestedAt,
        Optional.of(startedAt.orElse(now)),
        endedAt,
        message);
  }

  public TrainingRun stopping() {
    return with(RunStatus.STOPPING, endedAt, message);
  }

  /** Stopped, finished or failed. */
  public TrainingRun ended(RunStatus how, Instant now, Optional<String> why) {
    if (!how.ended()) {
      throw new IllegalArgumentException(how + " is no end");
    }
    return with(how, Optional.of(now), why);
  }

  /** Asks for the rest of a stopped or failed run's epochs. */
  public TrainingRun resumed() {
    return new TrainingRun(
        id,
        plan,
        RunStatus.REQUESTED,
        attempt + 1,
        dataset,
        requestedAt,
        startedAt,
        Optional.empty(),
        Optional.empty());
  }

  /** What both events together say: the later attempt, the later status, the data set if known. */
  public TrainingRun mergedWith(TrainingRun other) {
    TrainingRun later = supersedes(other) ? this : other;
    TrainingRun earlier = later == this ? other : this;
    return new TrainingRun(
        id,
        later.plan,
        later.status,
        later.attempt,
        later.dataset.or(earlier::dataset),
        later.requestedAt,
        later.startedAt.or(earlier::startedAt),
        later.endedAt,
        later.message);
  }

  private boolean supersedes(TrainingRun other) {
    return attempt != other.attempt ? attempt > other.attempt : status.compareTo(other.status) >= 0;
  }

  private TrainingRun with(RunStatus now, Optional<Instant> end, Optional<String> why) {
    return new TrainingRun(id, plan, now, attempt, dataset, requestedAt, startedAt, end, why);
  }

  private static <T> Optional<T> orEmpty(Optional<T> value) {
    return value == null ? Optional.empty() : value;
  }
}
