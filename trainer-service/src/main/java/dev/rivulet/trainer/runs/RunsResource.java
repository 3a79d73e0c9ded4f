package dev.rivulet.trainer.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.run.RunIds;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.trainer.TrainerService;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Training runs over REST: every change is an event on {@code training-runs}, every answer read
 * from it.
 */
@Path("/runs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class RunsResource {
  private final TrainerService trainer;
  private final MutinyEmitter<Record<String, byte[]>> runEvents;
  private final ObjectMapper json;

  RunsResource(
      TrainerService trainer,
      @Channel("run-events") MutinyEmitter<Record<String, byte[]>> runEvents,
      ObjectMapper json) {
    this.trainer = trainer;
    this.runEvents = runEvents;
    this.json = json;
  }

  @GET
  @Operation(summary = "All runs, oldest first")
  public Collection<TrainingRun> list() {
    return trainer.runs().ledger().all();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Request a run; whatever the body leaves out has its default")
  public Response request(String body) throws JsonProcessingException {
    TrainingPlan plan = json.readValue(body.isBlank() ? "{}" : body, RunRequest.class).plan();
    Instant now = Instant.now();
    TrainingRun run = TrainingRun.requested(RunIds.next(now), plan, now);
    publish(run);
    return Response.created(URI.create("/runs/" + run.id())).entity(run).build();
  }

  @GET
  @Path("{id}")
  @Operation(summary = "One run")
  public Response get(@PathParam("id") String id) {
    return trainer
        .runs()
        .ledger()
        .find(id)
        .map(run -> Response.ok(run).build())
        .orElse(unknown(id));
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
  @Path("{id}")
  @Operation(summary = "Ask a run to stop; its model is saved at once")
  public Response stop(@PathParam("id") String id) {
    Optional<TrainingRun> run = trainer.runs().ledger().find(id);
    if (run.isEmpty()) {
      return unknown(id);
    }
    if (run.get().status().ended()) {
      return Problem.response(
          Response.Status.CONFLICT,
          "run %s has already %s".formatted(id, run.get().status().label()));
    }
    TrainingRun stopping = run.get().stopping();
    publish(stopping);
    return Response.accepted(stopping).build();
  }

  @ServerExceptionMapper
  Response badPlan(IllegalArgumentException e) {
    return Problem.response(Response.Status.BAD_REQUEST, e.getMessage());
  }

  @ServerExceptionMapper
  Response badJson(JsonProcessingException e) {
    return Problem.response(
        Response.Status.BAD_REQUEST, "the body is not a plan: " + e.getOriginalMessage());
  }

  private void publish(TrainingRun run) {
    runEvents.sendAndAwait(Record.of(run.id(), EventJson.write(run)));
  }

  private static Response unknown(String id) {
    return Problem.response(
        Response.Status.NOT_FOUND, "no run %s; GET /runs lists them".formatted(id));
  }
}
