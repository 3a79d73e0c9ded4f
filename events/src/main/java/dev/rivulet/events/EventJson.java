package dev.rivulet.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/**
 * The JSON codec of every JSON event: ISO-8601 instants, absent values left out, bounded input.
 *
 * <p>JSON has no number for what a diverged training computes, so these are the texts {@code
 * "NaN"}, {@code "Infinity"} and {@code "-Infinity"}, in both directions.
 */
public final class EventJson {
  /** The largest event that is read: what a topic takes that does not raise the broker's limit. */
  public static final int MAX_EVENT_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 16;
  // a reason for a failure may be long; what a double or a long is written as is not
  private static final int MAX_STRING_CHARS = 1 << 18;
  private static final int MAX_NAME_CHARS = 1_000;
  private static final int MAX_NUMBER_CHARS = 100;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(MAX_EVENT_BYTES)
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_STRING_CHARS)
                          .maxNameLength(MAX_NAME_CHARS)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .build())
                  .build())
          .addModule(new JavaTimeModule())
          .addModule(new Jdk8Module())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          // a reader of an older version must not stumble over a newer event
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          // what the schema refuses must not be rounded or guessed into an event
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .build();

  private EventJson() {}

  /** The event as UTF-8 JSON. */
  public static byte[] write(Object event) {
    try {
      return MAPPER.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new EventFormatException("cannot write " + event, e);
    }
  }

  /**
   * @throws EventFormatException if the bytes are not the JSON of such an event
   */
  public static <T> T read(byte[] json, Class<T> type) {
    if (json == null) {
      throw new EventFormatException("not a " + type.getSimpleName() + ": an empty record");
    }
    if (json.length > MAX_EVENT_BYTES) {
      throw new EventFormatException(
          "not a %s: %d bytes; an event has at most %d"
              .formatted(type.getSimpleName(), json.length, MAX_EVENT_BYTES));
    }
    try {
      T event = MAPPER.readValue(json, type);
      if (event == null) {
        throw new EventFormatException("not a " + type.getSimpleName() + ": null");
      }
      return event;
    } catch (JsonProcessingException e) {
      throw new EventFormatException(
          "not a %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new EventFormatException("not a " + type.getSimpleName(), e);
    }
  }
}
