package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageRejectedException;
import dev.rivulet.events.image.RejectionReason;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.inference.InferenceConfig;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.inference.reload.NoModelException;
import dev.rivulet.rest.Problem;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** Classifies images that come over HTTP. */
@Path("/classify")
@Singleton
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "classify")
@APIResponse(
    responseCode = "400",
    description = "The image is damaged, or there is none",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@APIResponse(
    responseCode = "413",
    description = "The image has too many bytes or pixels",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@APIResponse(
    responseCode = "415",
    description = "Not a PNG, JPEG, GIF or BMP image",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@APIResponse(
    responseCode = "503",
    description = "There is no checkpoint yet, or too many requests at once; see Retry-After",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class ClassifyResource {
  private static final int MAX_FILES = 256;

  private final LiveModel live;
  private final ImageClassifier classifier;
  private final InferenceMetrics metrics;
  private final RequestBodies bodies;
  private final int maxRequests;
  private final Semaphore seats;

  ClassifyResource(
      LiveModel live,
      ImageClassifier classifier,
      InferenceMetrics metrics,
      RequestBodies bodies,
      InferenceConfig config) {
    this.live = live;
    this.classifier = classifier;
    this.metrics = metrics;
    this.bodies = bodies;
    maxRequests = config.restConcurrency();
    seats = new Semaphore(maxRequests);
  }

  /** An image that has come, with the answer that is on its way. */
  private record Asked(String id, Instant at, CompletableFuture<Classification> answer) {}

  @POST
  @Consumes({"image/*", MediaType.APPLICATION_OCTET_STREAM})
  @Operation(
      summary = "Classify one image",
      description =
          "The body is a PNG, JPEG, GIF or BMP file of any size, or 3,072 raw RGB bytes of 32×32"
              + " pixels. At most 16 MiB.")
  @RequestBody(
      required = true,
      content = {
        @Content(
            mediaType = "image/*",
            schema = @Schema(type = SchemaType.STRING, format = "binary")),
        @Content(
            mediaType = MediaType.APPLICATION_OCTET_STREAM,
            schema = @Schema(type = SchemaType.STRING, format = "binary"))
      })
  @APIResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Prediction.class)))
  public Prediction image(InputStream body, @Context HttpHeaders headers)
      throws IOException, InterruptedException {
    try (RequestBodies.Share memory = bodies.take(headers.getLength())) {
      return image(memory.read(body));
    }
  }

  /** The same for a body that has been read. */
  public Prediction image(byte[] encoded) throws InterruptedException {
    takeSeat();
    try {
      return answer(ask(UUID.randomUUID().toString(), encoded));
    } finally {
      seats.release();
    }
  }

  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(
      summary = "Classify several images",
      description =
          "Each file of the form is an image; the answers come in their order, with the file's name"
              + " as id. At most 256 files and 17 MiB in all. One unusable image fails the request.")
  @APIResponse(
      responseCode = "200",
      content =
          @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = Prediction.class)))
  public List<Prediction> images(@RestForm(FileUpload.ALL) List<FileUpload> files)
      throws InterruptedException {
    if (files == null || files.isEmpty()) {
      throw new BadRequestException(
          "the form has no file; send one with curl -F file=@cat.jpg, for example");
    }
    if (files.size() > MAX_FILES) {
      throw new BadRequestException("the form has more than %d files".formatted(MAX_FILES));
    }
    takeSeat();
    long bytes = files.stream().mapToLong(FileUpload::size).sum();
    try (RequestBodies.Share memory = bodies.take(bytes)) {
      List<Asked> asked = new ArrayList<>(files.size());
      for (FileUpload file : files) {
        asked.add(ask(file.fileName(), bytes(file)));
      }
      List<Prediction> predictions = new ArrayList<>(files.size());
      for (Asked one : asked) {
        predictions.add(answerNamed(one));
      }
      return predictions;
    } finally {
      seats.release();
    }
  }

  private static byte[] bytes(FileUpload file) {
    try {
      return Files.readAllBytes(file.uploadedFile());
    } catch (IOException e) {
      throw new UncheckedIOException("an upload was stored, but cannot be read", e);
    }
  }

  private void takeSeat() {
    if (live.current().isEmpty()) {
      throw new NoModelException();
    }
    if (!seats.tryAcquire()) {
      throw new OverloadedException(
          "%d requests are worked on already; try again in a second, or publish to the images topic"
              .formatted(maxRequests));
    }
  }

  private Asked ask(String id, byte[] encoded) {
    return new Asked(id, Instant.now(), classifier.classify(encoded));
  }

  private Prediction answer(Asked asked) throws InterruptedException {
    try {
      Classification classification = asked.answer.get();
      Instant now = Instant.now();
      metrics.classified(
          classification.label(),
          InferenceMetrics.Source.REST,
          Classification.latency(asked.at, now));
      return classification.toPrediction(asked.id, Optional.empty(), asked.at, now);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ImageRejectedException rejection) {
        metrics.rejected(rejection.reason().label(), InferenceMetrics.Source.REST);
      }
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException("the image could not be classified", e.getCause());
    }
  }

  /** With several files in a request, the client needs to know which one is bad. */
  private Prediction answerNamed(Asked asked) throws InterruptedException {
    try {
      return answer(asked);
    } catch (ImageRejectedException e) {
      throw new ImageRejectedException(e.reason(), asked.id + ": " + e.getMessage(), e);
    }
  }

  /** The status that tells a client what kind of mistake it made. */
  static int status(RejectionReason reason) {
    return switch (reason) {
      case EMPTY, CORRUPT, TOO_MANY_SCANS -> 400;
      case TOO_MANY_BYTES, TOO_MANY_PIXELS, OUT_OF_MEMORY -> 413;
      case UNKNOWN_FORMAT, UNSUPPORTED -> 415;
    };
  }
}
