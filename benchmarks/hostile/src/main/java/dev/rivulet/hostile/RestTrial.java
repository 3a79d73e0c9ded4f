package dev.rivulet.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Sends inputs to {@code POST /classify}, fewer at once than the service allows. */
final class RestTrial {
  private static final int AT_ONCE = 3;
  private static final List<String> TYPES =
      List.of(
          "image/png",
          "image/jpeg",
          "application/octet-stream",
          "text/plain",
          "",
          "no type at all");
  private static final String FORM = "multipart/form-data; boundary=edge";

  private final ServiceUnderTest service;
  private final IntFunction<HostileInput> inputs;
  private final int count;
  private final Outcomes outcomes;

  RestTrial(
      ServiceUnderTest service, IntFunction<HostileInput> inputs, int count, Outcomes outcomes) {
    this.service = service;
    this.inputs = inputs;
    this.count = count;
    this.outcomes = outcomes;
  }

  void run() throws Exception {
    AtomicInteger next = new AtomicInteger();
    ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<?>> ends = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      ends.add(
          senders.submit(
              () -> {
                for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                  send(n);
                }
                return null;
              }));
    }
    senders.shutdown();
    for (Future<?> end : ends) {
      end.get();
    }
  }

  private void send(int number) throws InterruptedException {
    HostileInput input = inputs.apply(number);
    byte[] bytes = input.bytes() == null ? new byte[0] : input.bytes();
    boolean form = number % 7 == 6;
    // most are what they should be; the others take turns
    String type = form ? FORM : TYPES.get(number % 3 == 0 ? number / 3 % TYPES.size() : 2);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.uri("/classify"))
            .POST(BodyPublishers.ofByteArray(form ? form(bytes) : bytes));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    try {
      HttpResponse<String> answer = service.send(request.build());
      int status = answer.statusCode();
      outcomes.count(input.kind(), String.valueOf(status));
      outcomes.require(status < 500, "status " + status, number + ": " + answer.body());
      String answered = answer.headers().firstValue("Content-Type").orElse("");
      String expected = status == 200 ? "application/json" : "application/problem+json";
      outcomes.require(
          answered.startsWith(expected), status + " as " + answered, number + ": " + answer.body());
    } catch (IOException e) {
      // a body that is too large is not read to its end; whoever still sends it hears of that only
      outcomes.count(input.kind(), "connection closed");
      outcomes.require(bytes.length > 16 << 20, "connection closed", number + ": " + e);
    }
  }

  private static byte[] form(byte[] bytes) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(
        ("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"input\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(bytes);
    body.writeBytes("\r\n--edge--\r\n".getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }
}
