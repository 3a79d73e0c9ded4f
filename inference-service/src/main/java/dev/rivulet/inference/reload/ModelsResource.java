package dev.rivulet.inference.reload;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rivulet.events.checkpoint.ListedCheckpoint;
import dev.rivulet.events.checkpoint.ModelDescription;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists the checkpoints that could serve. */
@Path("/models")
@Tag(name = "model")
public class ModelsResource {
  private final FollowedSelection followed;

  ModelsResource(FollowedSelection followed) {
    this.followed = followed;
  }

  /**
   * A checkpoint that is on the topic.
   *
   * @param validationAccuracy 0 to 1; absent if it was not measured
   * @param sha256 of the weights
   * @param createdAt when it was trained
   * @param publishedAt when it came to the topic
   * @param serves whether this replica answers with it
   * @param refused why this replica does not serve it, if it has tried
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Checkpoint(
      String run,
      int epoch,
      String dataset,
      Optional<Double> validationAccuracy,
      String sha256,
      Instant createdAt,
      Instant publishedAt,
      boolean serves,
      Optional<String> refused) {

    private static Checkpoint of(
        ListedCheckpoint listed,
        ModelDescription model,
        Optional<ModelDescription> served,
        FollowedSelection.State state) {
      return new Checkpoint(
          model.run(),
          model.epoch(),
          model.dataset(),
          Optional.of(model.validationAccuracy()).filter(Double::isFinite),
          model.sha256(),
          model.createdAt(),
          listed.publishedAt(),
          served.equals(Optional.of(model)),
          Optional.ofNullable(state.refused().get(listed)));
    }
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "The checkpoints that are on the topic, oldest first",
      description = "Those that do not say what they are cannot be selected and are left out.")
  public List<Checkpoint> models() {
    FollowedSelection.State state = followed.known();
    Optional<ModelDescription> served = state.serving().map(ServedModel::description);
    return state.checkpoints().all().stream()
        .flatMap(
            listed ->
                listed.description().map(m -> Checkpoint.of(listed, m, served, state)).stream())
        .toList();
  }
}
