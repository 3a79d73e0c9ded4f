package dev.rivulet.inference.classify;

import dev.rivulet.events.image.RejectionReason;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.rest.Problem;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
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
    responseCode = "408",
    description = "The body did not come within a minute",
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

  private final RequestSeats seats;
  private final RequestBodies bodies;
  private final ImageClassifier classifier;
  private final InferenceMetrics metrics;

  ClassifyResource(
      RequestSeats seats,
      RequestBodies bodies,
      ImageClassifier classifier,
      InferenceMetrics metrics) {
    this.seats = seats;
    this.bodies = bodies;
    this.classifier = classifier;
    this.metrics = metrics;
  }

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
  public Prediction image(InputStream body) throws IOException, InterruptedException {
    try (RequestSeats.Seat seat = seats.take();
        RequestBodies.Share memory = bodies.share()) {
      return image(memory.read(body));
    }
  }

  /** The same for a body that has been read by somebody who has a seat. */
  public Prediction image(byte[] encoded) throws InterruptedException {
    try (AskedImages asked = new AskedImages(classifier, metrics)) {
      asked.ask(UUID.randomUUID().toString(), encoded);
      return asked.answer();
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
    try (RequestSeats.Seat seat = seats.take();
        RequestBodies.Share memory = bodies.share();
        AskedImages asked = new AskedImages(classifier, metrics)) {
      // they lie on disk already, so their sizes are no promises
      memory.take(Math.toIntExact(files.stream().mapToLong(FileUpload::size).sum()));
      for (FileUpload file : files) {
        asked.ask(file.fileName(), bytes(file));
      }
      return asked.answers();
    }
  }

  private static byte[] bytes(FileUpload file) {
    try {
      return Files.readAllBytes(file.uploadedFile());
    } catch (IOException e) {
      throw new UncheckedIOException("an upload was stored, but cannot be read", e);
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
