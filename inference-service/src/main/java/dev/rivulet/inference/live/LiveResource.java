package dev.rivulet.inference.live;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.inference.classify.ClassifyResource;
import dev.rivulet.inference.classify.RequestBodies;
import dev.rivulet.inference.classify.RequestSeats;
import dev.rivulet.inference.reload.ModelResource;
import dev.rivulet.rest.Problem;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;

/** What the live page asks for, besides the events that are sent to it. */
@Path("/live")
@Singleton
@Blocking
@Tag(name = "live page", description = "For the page at /; it may change with the page.")
public class LiveResource {
  private static final String PNG = "image/png";

  private final LivePage page;
  private final ClassifyResource classify;
  private final RequestSeats seats;
  private final RequestBodies bodies;
  private final ImageDecoder decoder = new ImageDecoder();

  LiveResource(LivePage page, ClassifyResource classify, RequestSeats seats, RequestBodies bodies) {
    this.page = page;
    this.classify = classify;
    this.seats = seats;
    this.bodies = bodies;
  }

  /** The events so far, and the model that serves. */
  record State(PipelineView.Snapshot events, Optional<ModelResource.Model> model) {}

  /**
   * An answer and what it was the answer to.
   *
   * @param seen the 32×32 pixels that the network saw, as a PNG file
   */
  record Classified(Prediction prediction, byte[] seen) {}

  @GET
  @Path("snapshot")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "All that the page shows; GET /live/events tells what changes")
  public RestResponse<byte[]> snapshot() {
    return json(new State(page.snapshot(), page.model()));
  }

  @GET
  @Path("validation")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "The confusion matrix and the worst mistakes of a run's newest epoch")
  public RestResponse<?> validation(@RestQuery String run) {
    return page.validation(run == null ? "" : run)
        .<RestResponse<?>>map(LiveResource::json)
        .orElseGet(() -> RestResponse.noContent());
  }

  @GET
  @Path("images/{partition}/{offset}")
  @Produces(PNG)
  @Operation(summary = "An image event as the network sees it, 32×32")
  public RestResponse<?> image(
      @PathParam("partition") int partition, @PathParam("offset") long offset)
      throws InterruptedException {
    if (partition < 0 || offset < 0) {
      return png(Optional.empty());
    }
    try {
      return png(page.eventImage(partition, offset));
    } catch (UnknownPartitionException e) {
      return Problem.of(Status.NOT_FOUND, e.getMessage());
    }
  }

  @GET
  @Path("validation-image")
  @Produces(PNG)
  @Operation(summary = "An image of a validation set, by the data set's id and the image's index")
  public RestResponse<?> validationImage(@RestQuery String dataset, @RestQuery int index)
      throws InterruptedException {
    if (dataset == null || index < 0) {
      return png(Optional.empty());
    }
    return png(page.validationImage(dataset, index));
  }

  @POST
  @Path("classify")
  @Consumes({"image/*", MediaType.APPLICATION_OCTET_STREAM})
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Classify one image and show what the network saw of it")
  public RestResponse<byte[]> classify(InputStream body) throws IOException, InterruptedException {
    try (RequestSeats.Seat seat = seats.take();
        RequestBodies.Share memory = bodies.share()) {
      byte[] encoded = memory.read(body);
      Prediction prediction = classify.image(encoded);
      return json(new Classified(prediction, Thumbnail.png(decoder.decode(encoded), 0)));
    }
  }

  /** As events are written, not as Quarkus would: NaN is a text, absent values are left out. */
  private static RestResponse<byte[]> json(Object content) {
    return RestResponse.ResponseBuilder.ok(EventJson.write(content), MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private static RestResponse<?> png(Optional<byte[]> image) {
    return image
        .<RestResponse<?>>map(
            bytes ->
                RestResponse.ResponseBuilder.ok(bytes, PNG)
                    .header(HttpHeaders.CACHE_CONTROL, "private, max-age=600")
                    .build())
        // no error: topics forget images, and the page shows an empty frame then
        .orElseGet(RestResponse::noContent);
  }
}
