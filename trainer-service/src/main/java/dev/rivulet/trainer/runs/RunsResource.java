package dev.rivulet.trainer.runs;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.run.RunIds;
import dev.rivulet.events.run.RunLedger;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.rest.AccessRule;
import dev.rivulet.rest.JsonRequests;
import dev.rivulet.rest.Problem;
import dev.rivulet.rest.Protected;
import dev.rivulet.trainer.TrainerService;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Training runs over REST: every change is an event on {@code training-runs}, every answer read
 * from it.
 */
@Path("/runs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class RunsResource {
  /** More than the producer's own limits together. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private static final Duration A_MOMENT = Duration.ofSeconds(5);

  private final TrainerService trainer;
  private final MutinyEmitter<Record<String, byte[]>> runEvents;
  private final JsonRequests requests;

  RunsResource(
      TrainerService trainer,
      @Channel("run-events") MutinyEmitter<Record<String, byte[]>> runEvents,
      JsonRequests requests) {
    this.trainer = trainer;
    this.runEvents = runEvents;
    this.requests = requests;
  }

  @GET
  @Operation(summary = "All runs, oldest first")
  public Collection<TrainingRun> list() {
    return ledger().all();
  }

  @POST
  @Protected
  @SecurityRequirement(name = AccessRule.SCHEME)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Request a run; whatever the body leaves out has its default")
  @RequestBody(content = @Content(schema = @Schema(implementation = RunRequest.class)))
  @APIResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = TrainingRun.class)))
  @APIResponse(
      responseCode = "400",
      description = "The body is no plan",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  public Response request(InputStream body) throws IOException {
    TrainingPlan plan =
        requests
            .read(body, RunRequest.class, "plan")
            .map(RunRequest::plan)
            .orElseGet(TrainingPlan::defaults);
    Instant now = Instant.now();
    TrainingRun run = TrainingRun.requested(RunIds.next(now), plan, now);
    publish(run);
    return Response.created(URI.create("/runs/" + run.id())).entity(run).build();
  }

  @GET
  @Path("{id}")
  @Operation(summary = "One run")
  public Response get(@PathParam("id") String id) {
    return ledger().find(id).map(run -> Response.ok(run).build()).orElse(unknown(id));
  }

  @GET
  @Path("{id}/progress")
  @Operation(summary = "How the present epoch of the run under way stands")
  public Response progress(@PathParam("id") String id) {
    Optional<RunProgress> progress = trainer.metrics().latest().filter(p -> p.run().equals(id));
    return progress
        .map(now -> Response.ok(now).build())
        .orElseGet(() -> Response.noContent().build());
  }

  @DELETE
  @Protected
  @SecurityRequirement(name = AccessRule.SCHEME)
  @Path("{id}")
  @Operation(
      summary =
          "Ask a run to stop; its model is saved at once. One that waits for its turn has stopped")
  @APIResponse(
      responseCode = "202",
      content = @Content(schema = @Schema(implementation = TrainingRun.class)))
  public Response stop(@PathParam("id") String id) {
    RunLedger ledger = ledger();
    Optional<TrainingRun> run = ledger.find(id);
    if (run.isEmpty()) {
      return unknown(id);
    }
    if (run.get().status().ended()) {
      return Problem.of(
              Status.CONFLICT, "run %s has already %s".formatted(id, run.get().status().label()))
          .toResponse();
    }
    TrainingRun stopped = ledger.stop(run.get(), Instant.now());
    publish(stopped);
    return Response.accepted(stopped).build();
  }

  @ServerExceptionMapper
  RestResponse<Problem> badPlan(IllegalArgumentException e) {
    return Problem.of(Status.BAD_REQUEST, e.getMessage());
  }

  /**
   * @throws ServiceUnavailableException before all runs are known
   */
  private RunLedger ledger() {
    if (!trainer.runs().known()) {
      throw new ServiceUnavailableException(
          Problem.unavailable(
                  "the runs have not been read from Kafka yet; /q/health/ready says why", A_MOMENT)
              .toResponse());
    }
    return trainer.runs().ledger();
  }

  /**
   * Publishes a run's event.
   *
   * @throws ServiceUnavailableException if Kafka does not confirm it within some seconds; the event
   *     may be there nevertheless, as a broker that does not answer may have taken it
   */
  private void publish(TrainingRun run) {
    try {
      runEvents.send(Record.of(run.id(), EventJson.write(run))).await().atMost(LONGEST);
    } catch (KafkaException | TimeoutException | IllegalStateException e) {
      // the last is Mutiny's, which has tried again
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new ServiceUnavailableException(
          Problem.unavailable(
                  "Kafka has not confirmed it (%s); see GET /runs before you try again"
                      .formatted(why),
                  A_MOMENT)
              .toResponse(),
          e);
    }
    // who asks for it at once is to hear of it
    trainer.runs().ledger().merge(run);
  }

  private static Response unknown(String id) {
    return Problem.of(Status.NOT_FOUND, "no run %s; GET /runs lists them".formatted(id))
        .toResponse();
  }
}
