package dev.rivulet.inference.reload;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ListedCheckpoint;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.ModelRegistry;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.rest.AccessRule;
import dev.rivulet.rest.JsonRequests;
import dev.rivulet.rest.Problem;
import dev.rivulet.rest.Protected;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;

/** Selects the model that serves, for all replicas: by an event, which each of them follows. */
@Path("/model")
@Tag(name = "model")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class SelectionResource {
  private static final String CONTENT = Problem.MEDIA_TYPE;
  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  private final FollowedSelection followed;
  private final KafkaConnection kafka;
  private final Topics topics;
  private final JsonRequests requests;

  SelectionResource(
      FollowedSelection followed, KafkaConnection kafka, Topics topics, JsonRequests requests) {
    this.followed = followed;
    this.kafka = kafka;
    this.topics = topics;
    this.requests = requests;
  }

  /**
   * What is to serve.
   *
   * @param mode {@code newest}, {@code best} or {@code pinned}
   * @param run of the checkpoint to pin
   * @param epoch of the checkpoint to pin; without it, the run's last
   */
  public record Wanted(Optional<String> mode, Optional<String> run, Optional<Integer> epoch) {

    public Wanted {
      mode = mode == null ? Optional.empty() : mode;
      run = run == null ? Optional.empty() : run;
      epoch = epoch == null ? Optional.empty() : epoch;
    }
  }

  /**
   * What was selected.
   *
   * @param mode {@code newest}, {@code best} or {@code pinned}
   * @param run of the checkpoint that the selection means now; absent if there is none
   * @param epoch of the checkpoint that the selection means now; absent if there is none
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Selected(
      String mode, Optional<String> run, Optional<Integer> epoch, Instant selectedAt, String by) {

    private static Selected of(ModelSelection selection, Optional<ListedCheckpoint> meant) {
      Optional<ModelDescription> model = meant.flatMap(ListedCheckpoint::description);
      return new Selected(
          selection.mode().label(),
          model.map(ModelDescription::run),
          model.map(ModelDescription::epoch),
          selection.selectedAt(),
          selection.by());
    }
  }

  /** Makes the event of a request. */
  private interface Choosing {
    ModelSelection by(SelectionChoice choice) throws SelectionRefusedException;
  }

  @PUT
  @Protected
  @SecurityRequirement(name = AccessRule.SCHEME)
  @Path("selection")
  @Operation(
      summary = "Select the model that serves",
      description =
          "newest follows each new checkpoint, best the highest validation accuracy, pinned stays"
              + " with one. Every replica follows within a second; GET /model tells whether.")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Wanted.class)))
  @APIResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Selected.class)))
  @APIResponse(
      responseCode = "400",
      description = "The body is no selection",
      content = @Content(mediaType = CONTENT, schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "404",
      description = "That checkpoint is not on the topic",
      content = @Content(mediaType = CONTENT, schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "409",
      description = "That checkpoint was refused",
      content = @Content(mediaType = CONTENT, schema = @Schema(implementation = Problem.class)))
  public RestResponse<?> select(InputStream body) throws IOException, InterruptedException {
    String what = "selection like {\"mode\":\"newest\"}";
    Wanted wanted =
        requests
            .read(body, Wanted.class, what)
            .orElseThrow(
                () -> new BadRequestException("the body is no %s: it is empty".formatted(what)));
    return publish(choice -> choice.wanted(wanted));
  }

  @POST
  @Protected
  @SecurityRequirement(name = AccessRule.SCHEME)
  @Path("rollback")
  @Operation(
      summary = "Go back to the checkpoint before the one that is selected now",
      description =
          "Pins the one with other weights that was published last before it. Each further"
              + " rollback goes one further back.")
  @APIResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Selected.class)))
  @APIResponse(
      responseCode = "409",
      description = "There is no earlier checkpoint",
      content = @Content(mediaType = CONTENT, schema = @Schema(implementation = Problem.class)))
  public RestResponse<?> rollback() throws InterruptedException {
    return publish(SelectionChoice::earlier);
  }

  private RestResponse<?> publish(Choosing choosing) throws InterruptedException {
    FollowedSelection.State state = followed.known();
    try {
      ModelSelection selection =
          choosing.by(new SelectionChoice(state, kafka, topics.checkpoints()));
      ModelRegistry.select(kafka, topics, selection);
      return RestResponse.ok(Selected.of(selection, state.checkpoints().chosen(selection)));
    } catch (SelectionRefusedException e) {
      return Problem.of(e.status(), e.getMessage());
    } catch (IllegalArgumentException e) {
      return Problem.of(Status.BAD_REQUEST, e.getMessage());
    } catch (KafkaException e) {
      return Problem.unavailable("Kafka did not take it: " + e.getMessage(), A_MOMENT);
    }
  }
}
