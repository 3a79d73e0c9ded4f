package dev.rivulet.local.command;

import dev.rivulet.events.EventJson;
import java.nio.charset.StandardCharsets;

/** How a command writes its result. */
enum ResultFormat {
  /** For people. */
  TEXT,
  /** One JSON document. */
  JSON;

  static String json(Object result) {
    return new String(EventJson.write(result), StandardCharsets.UTF_8);
  }
}
