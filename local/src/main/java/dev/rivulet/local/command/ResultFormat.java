package dev.rivulet.local.command;

import dev.rivulet.events.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** How a command writes its result. */
enum ResultFormat {
  /** For people. */
  TEXT,
  /** One JSON document. */
  JSON;

  String of(Object result, Supplier<String> text) {
    return this == JSON ? json(result) : text.get();
  }

  static String json(Object result) {
    return new String(EventJson.write(result), StandardCharsets.UTF_8);
  }
}
