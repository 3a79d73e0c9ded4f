package dev.rivulet.inference.reload;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.inference.InferenceService;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.rest.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Tells which model serves. */
@Path("/model")
@Tag(name = "model")
public class ModelResource {
  private final FollowedSelection followed;
  private final InferenceService service;

  ModelResource(FollowedSelection followed, InferenceService service) {
    this.followed = followed;
    this.service = service;
  }

  /**
   * The model that serves.
   *
   * @param epoch the last epoch that was trained in full
   * @param validationLoss of the whole validation set; absent if the model was saved in mid-epoch
   * @param validationAccuracy likewise, 0 to 1
   * @param sha256 of the weights
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Model(
      String run,
      int epoch,
      long step,
      String dataset,
      List<String> classes,
      Double validationLoss,
      Double validationAccuracy,
      String sha256,
      Instant createdAt,
      Instant servedSince,
      String device,
      Selection selection) {

    static Model of(ServedModel served, String device, FollowedSelection.State state) {
      ModelDescription model = served.description();
      return new Model(
          model.run(),
          model.epoch(),
          model.step(),
          model.dataset(),
          model.classes(),
          numberOrNull(model.validationLoss()),
          numberOrNull(model.validationAccuracy()),
          model.sha256(),
          model.createdAt(),
          served.readyAt(),
          device,
          Selection.of(state));
    }

    private static Double numberOrNull(double value) {
      return Double.isFinite(value) ? value : null;
    }
  }

  /**
   * What is selected, and whether that is what serves.
   *
   * @param mode {@code newest}, {@code best} or {@code pinned}
   * @param run of the pinned checkpoint
   * @param epoch of the pinned checkpoint
   * @param by who selected it
   * @param problem why another model serves
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Selection(
      String mode,
      Optional<String> run,
      Optional<Integer> epoch,
      Instant selectedAt,
      String by,
      boolean served,
      Optional<String> problem) {

    static Selection of(FollowedSelection.State state) {
      ModelSelection selection = state.selection();
      return new Selection(
          selection.mode().label(),
          selection.run(),
          selection.epoch(),
          selection.selectedAt(),
          selection.by(),
          state.outcome() == FollowedSelection.Outcome.FOLLOWED,
          state.problem());
    }
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "The model that serves now",
      description =
          "It changes by itself when a newer checkpoint is published, or another selected.")
  @APIResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Model.class)))
  @APIResponse(
      responseCode = "503",
      description = "There is no checkpoint yet",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  public RestResponse<Model> model() {
    return RestResponse.ok(served().orElseThrow(NoModelException::new));
  }

  /** The model that serves now; nothing before the first checkpoint. */
  public Optional<Model> served() {
    String device = service.device().map(ComputeDevice::name).orElse("not known yet");
    FollowedSelection.State state = followed.state();
    return state.serving().map(served -> Model.of(served, device, state));
  }
}
