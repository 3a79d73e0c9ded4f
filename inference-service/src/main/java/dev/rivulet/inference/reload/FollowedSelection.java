package dev.rivulet.inference.reload;

import dev.rivulet.events.checkpoint.ListedCheckpoint;
import dev.rivulet.events.checkpoint.ListedCheckpoints;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.rest.Problem;
import jakarta.ws.rs.ServiceUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** How this replica follows the selection, for whoever asks on another thread. */
public final class FollowedSelection {
  private static final Duration A_MOMENT = Duration.ofSeconds(2);
  private static final State NOTHING_READ =
      new State(
          new ListedCheckpoints(List.of()),
          Map.of(),
          ModelSelection.DEFAULT,
          Outcome.WAITING,
          Optional.empty(),
          Optional.empty());

  private final AtomicReference<State> state = new AtomicReference<>(NOTHING_READ);

  /** What became of a selection: a closed list, so it can label a metric. */
  public enum Outcome {
    /** What is selected serves. */
    FOLLOWED,
    /** There is no checkpoint yet that the newest or the best could be. */
    WAITING,
    /** The selected checkpoint is not on the topic; what served before serves on. */
    ABSENT,
    /** The selected checkpoint does not stand its checks; what served before serves on. */
    REFUSED;

    /** Lower case, for example {@code followed}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is known at one moment.
   *
   * @param refused those that were tried in vain, and why
   * @param serving the model that answers since the selection was followed so far, so that nobody
   *     sees a new model beside an old selection
   * @param problem why another model than the selected one serves, for people
   */
  public record State(
      ListedCheckpoints checkpoints,
      Map<ListedCheckpoint, String> refused,
      ModelSelection selection,
      Outcome outcome,
      Optional<ServedModel> serving,
      Optional<String> problem) {

    public State {
      refused = Map.copyOf(refused);
    }
  }

  public State state() {
    return state.get();
  }

  /**
   * The same for who must not take what has not been read yet for what is not there.
   *
   * @throws ServiceUnavailableException before the topics have been read
   */
  State known() {
    State now = state.get();
    if (now == NOTHING_READ) {
      throw new ServiceUnavailableException(
          Problem.unavailable(
                  "the checkpoints have not been read from Kafka yet; /q/health/ready says why",
                  A_MOMENT)
              .toResponse());
    }
    return now;
  }

  /** Takes in what is known now. */
  void replace(State now) {
    state.set(now);
  }
}
