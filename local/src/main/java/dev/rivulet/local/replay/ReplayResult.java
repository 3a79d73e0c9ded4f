package dev.rivulet.local.replay;

import dev.rivulet.local.progress.PlainText;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was sent through again.
 *
 * @param topic it was read from
 * @param images how many were chosen
 * @param byReason the same by the reason of their rejection
 * @param gone chosen ones whose bytes Kafka refused to take back, so that they cannot be sent
 * @param seen all reasons that came by, chosen or not
 * @param next where to begin next time, to send only what comes after this
 * @param dryRun if nothing was sent
 */
public record ReplayResult(
    String topic,
    long images,
    Map<String, Long> byReason,
    long gone,
    Set<String> seen,
    String next,
    boolean dryRun) {

  /** For people. */
  public String text() {
    if (images + gone == 0) {
      return "nothing to replay: %s has no such image%s"
          .formatted(
              topic,
              seen.isEmpty() ? "" : "; reasons there: " + PlainText.line(String.join(", ", seen)));
    }
    String reasons =
        byReason.entrySet().stream()
            .map(
                reason ->
                    "%n  %-16s %,d".formatted(PlainText.line(reason.getKey()), reason.getValue()))
            .collect(Collectors.joining());
    String missing =
        gone == 0 ? "" : "%n%,d more have no bytes on %s; send them anew".formatted(gone, topic);
    String after =
        dryRun ? "" : "%nnext time, for what comes after these: --from %s".formatted(next);
    return "%,d images %s%s%s%s"
        .formatted(images, dryRun ? "would be sent again" : "sent again", reasons, missing, after);
  }
}
