package dev.rivulet.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import jakarta.ws.rs.ClientErrorException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonRequestsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper().registerModule(new Jdk8Module());

  static {
    new JsonSettings().customize(MAPPER);
  }

  private record Order(Optional<String> cake, Optional<Integer> pieces) {}

  @Test
  void readsWhatIsAskedFor() throws IOException {
    assertThat(read("{\"cake\":\"plum\",\"pieces\":2}"))
        .contains(new Order(Optional.of("plum"), Optional.of(2)));
    assertThat(read(" \n")).isEmpty();
    assertThat(read("{}")).contains(new Order(Optional.empty(), Optional.empty()));
  }

  @Test
  void namesAFieldThatThereIsNot() {
    assertRefused(
        "{\"cake\":\"plum\",\"peices\":2}",
        400,
        "there is no field 'peices'; choose from cake, pieces");
  }

  @Test
  void refusesWhatIsNoOrder() {
    for (String json :
        new String[] {"null", "[]", "7", "{", "{}x", "{\"pieces\":\"2\"}", "{\"pieces\":2.5}"}) {
      assertRefused(json, 400, "the body is no order: ");
    }
  }

  @Test
  void boundsTheDepth() {
    for (int depth : new int[] {JsonSettings.MAX_DEPTH, JsonSettings.MAX_DEPTH + 1}) {
      String nested = "[".repeat(depth) + "]".repeat(depth);
      assertThat(catchThrowable(() -> MAPPER.readTree(nested)) == null)
          .isEqualTo(depth == JsonSettings.MAX_DEPTH);
    }
  }

  @Test
  void boundsWhatItReads() {
    String most = "{}" + " ".repeat(JsonRequests.MAX_BYTES - 2);
    assertThat(readUnchecked(most)).isPresent();
    assertRefused(most + " ", 413, "more than 16384 bytes, which no order needs");
    String deep = "{\"cake\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}";
    assertRefused(deep, 400, "field 'cake' does not take that value");
    assertRefused("{\"cake\":\"" + "x".repeat(4_097) + "\"}", 400, "String value length (4097)");
    assertRefused("{\"" + "x".repeat(101) + "\":1}", 400, "Name length (101)");
    assertRefused("{\"pieces\":" + "9".repeat(41) + "}", 400, "Number value length (41)");
  }

  @Test
  void makesNoObjectsThatTheJsonAsksFor() {
    assertThat(
            MAPPER.getDeserializationConfig().getDefaultTyper(MAPPER.constructType(Object.class)))
        .isNull();
    assertRefused("{\"@class\":\"java.io.File\"}", 400, "there is no field '@class'");
    assertRefused("[\"java.io.File\",{}]", 400, "it is not one JSON object");
  }

  private static void assertRefused(String json, int status, String why) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            ClientErrorException.class,
            e -> assertThat(e.getResponse().getStatus()).isEqualTo(status))
        .hasMessageContaining(why)
        .hasMessageNotContaining("dev.rivulet");
  }

  private static Optional<Order> readUnchecked(String json) {
    try {
      return read(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<Order> read(String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return new JsonRequests(MAPPER).read(new ByteArrayInputStream(body), Order.class, "order");
  }
}
