package dev.rivulet.local.command;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.local.replay.ImageReplay;
import dev.rivulet.local.replay.ReplayChoice;
import dev.rivulet.local.replay.ReplayResult;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Sends rejected or old images through again, for instance after a fix. */
@Command(
    name = "replay",
    sortOptions = false,
    description = "Sends rejected (or old) images through again; each gets an outcome once more.",
    footer = {
      "",
      "Examples:",
      "  ./rivulet replay --dry-run                    how many are there, by reason",
      "  ./rivulet replay --reason internal-error      those alone",
      "  ./rivulet replay --images --from 1200         old ones, by the present model"
    })
final class ReplayCommand implements Callable<Integer> {
  @ParentCommand private RivuletCommand root;

  @Option(names = "--rejected", description = "Images that were rejected; the default.")
  private boolean rejected;

  @Option(names = "--images", description = "Any images, classified or not; needs --from.")
  private boolean images;

  @Option(names = "--reason", paramLabel = "REASON", description = "Rejected for this reason.")
  private Optional<String> reason = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      description =
          "Begin at this offset of each partition (1200, or 0:1200,1:1180), or this time (UTC).")
  private Optional<String> from = Optional.empty();

  @Option(names = "--key", paramLabel = "KEY", description = "With this key.")
  private Optional<String> key = Optional.empty();

  @Option(names = "--limit", paramLabel = "N", description = "At most this many.")
  private long limit = Long.MAX_VALUE;

  @Option(names = "--dry-run", description = "Only count them.")
  private boolean dryRun;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws InterruptedException {
    if (images && rejected) {
      throw new IllegalArgumentException("--images and --rejected: choose one");
    }
    if (images && from.isEmpty()) {
      throw new IllegalArgumentException(
          "--images would send all of them again; say where to begin with --from PLACE");
    }
    if (images && reason.isPresent()) {
      throw new IllegalArgumentException("--reason is for rejected images; leave out --images");
    }
    String topic = images ? root.topics().images() : root.topics().imagesRejected();
    ReplayChoice choice = ReplayChoice.of(topic, reason, from, key, limit);
    CommandLogging.start(root);
    KafkaConnection kafka =
        ClusterConnection.find(root)
            .orElseThrow(() -> ClusterConnection.nothingRuns(root.dataFolder()));
    ReplayResult result = new ImageReplay(kafka, root.topics(), choice, dryRun).run();
    json.print(root.terminal(), result, result::text);
    return 0;
  }
}
