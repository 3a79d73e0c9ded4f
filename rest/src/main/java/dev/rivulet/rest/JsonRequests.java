package dev.rivulet.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeSet;

/** Reads the JSON of requests, which is small and says nothing that is not asked for. */
@Singleton
public class JsonRequests {
  /** More than any request needs. */
  static final int MAX_BYTES = 16 << 10;

  private final ObjectMapper json;

  JsonRequests(ObjectMapper json) {
    this.json = json;
  }

  /**
   * What the body says; nothing if it is blank.
   *
   * @param what it should be, for the sentence that says it is not
   * @throws ClientErrorException if it is not that, or has more than 16 KiB
   */
  public <T> Optional<T> read(InputStream body, Class<T> type, String what) throws IOException {
    // one byte more than allowed is enough to say no
    byte[] bytes = RequestBody.read(body, MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new ClientErrorException(
          "the body has more than %d bytes, which no %s needs".formatted(MAX_BYTES, what),
          Response.Status.REQUEST_ENTITY_TOO_LARGE);
    }
    if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
      return Optional.empty();
    }
    try {
      T said = json.readValue(bytes, type);
      if (said == null) {
        throw refused(what, "it is null");
      }
      return Optional.of(said);
    } catch (JsonProcessingException e) {
      throw refused(what, why(e));
    }
  }

  /** In words of the request; Jackson's would name our classes. */
  private static String why(JsonProcessingException e) {
    JsonProcessingException root = e;
    while (root.getCause() instanceof JsonProcessingException cause) {
      root = cause;
    }
    if (root instanceof UnrecognizedPropertyException unknown) {
      TreeSet<String> known = new TreeSet<>();
      unknown.getKnownPropertyIds().forEach(name -> known.add(String.valueOf(name)));
      return "there is no field '%s'; choose from %s"
          .formatted(unknown.getPropertyName(), String.join(", ", known));
    }
    if (root instanceof JsonMappingException mapping) {
      return mapping.getPath().isEmpty()
          ? "it is not one JSON object"
          : "field '%s' does not take that value"
              .formatted(mapping.getPath().get(0).getFieldName());
    }
    return root.getOriginalMessage();
  }

  private static BadRequestException refused(String what, String why) {
    return new BadRequestException("the body is no %s: %s".formatted(what, why));
  }
}
