package dev.rivulet.inference.reload;

import dev.rivulet.events.checkpoint.CheckpointReader;
import dev.rivulet.events.checkpoint.ListedCheckpoint;
import dev.rivulet.events.checkpoint.ListedCheckpoints;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.network.VerifiedCheckpoint;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.resteasy.reactive.RestResponse.Status;

/** Makes a selection of what a request wants, by the checkpoints that are on the topic. */
final class SelectionChoice {
  private final FollowedSelection.State state;
  private final KafkaConnection kafka;
  private final String topic;

  /**
   * @param topic of the checkpoints
   */
  SelectionChoice(FollowedSelection.State state, KafkaConnection kafka, String topic) {
    this.state = state;
    this.kafka = kafka;
    this.topic = topic;
  }

  /**
   * What is asked for.
   *
   * @throws IllegalArgumentException if it says too little or too much
   */
  ModelSelection wanted(SelectionResource.Wanted wanted) throws SelectionRefusedException {
    Instant now = Instant.now();
    String by = "PUT /model/selection";
    SelectionMode mode =
        wanted
            .mode()
            .flatMap(SelectionMode::labelled)
            .orElseThrow(
                () ->
                    new SelectionRefusedException(
                        Status.BAD_REQUEST,
                        "mode '%s': choose newest, best or pinned"
                            .formatted(wanted.mode().orElse(""))));
    if (mode == SelectionMode.PINNED && wanted.run().isPresent()) {
      ModelDescription model = find(wanted.run().get(), wanted.epoch());
      return ModelSelection.pinned(model.run(), model.epoch(), now, by);
    }
    return new ModelSelection(mode, wanted.run(), wanted.epoch(), now, by);
  }

  private ModelDescription find(String run, Optional<Integer> epoch)
      throws SelectionRefusedException {
    ListedCheckpoints all = state.checkpoints();
    ListedCheckpoint found =
        epoch
            .map(number -> all.find(ModelDescription.key(run, number)))
            .orElseGet(() -> all.newestOf(run))
            .orElseThrow(
                () ->
                    new SelectionRefusedException(
                        Status.NOT_FOUND,
                        "run %s has no checkpoint%s on the topic; GET /models lists them"
                            .formatted(run, epoch.map(" of epoch %d"::formatted).orElse(""))));
    String why = state.refused().get(found);
    if (why != null || found.description().isEmpty()) {
      throw new SelectionRefusedException(
          Status.CONFLICT,
          "checkpoint %s cannot serve: %s; select another, GET /models lists them"
              .formatted(found.key(), why == null ? "it is not what it says" : why));
    }
    return found.description().get();
  }

  /** The one before the one that is selected now: see {@link ListedCheckpoints#before}. */
  ModelSelection earlier() throws SelectionRefusedException {
    ListedCheckpoints all = state.checkpoints();
    try (CheckpointReader reader = new CheckpointReader(kafka, topic)) {
      Predicate<ListedCheckpoint> sound =
          one ->
              !state.refused().containsKey(one)
                  && reader.read(one).filter(b -> VerifiedCheckpoint.stands(one, b)).isPresent();
      ListedCheckpoint serving =
          all.chosen(state.selection(), sound)
              .orElseThrow(
                  () ->
                      conflict(
                          "nothing is before what is not there: %s; select one that GET /models lists",
                          state.problem().orElse("there is no checkpoint on the topic")));
      ModelDescription model =
          all.before(serving, sound)
              .flatMap(ListedCheckpoint::description)
              .orElseThrow(
                  () ->
                      conflict(
                          "%s is the oldest checkpoint on the topic; GET /models lists them",
                          serving.key()));
      return ModelSelection.pinned(
          model.run(), model.epoch(), Instant.now(), "POST /model/rollback");
    }
  }

  private static SelectionRefusedException conflict(String message, String what) {
    return new SelectionRefusedException(Status.CONFLICT, message.formatted(what));
  }
}
