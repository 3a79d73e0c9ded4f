package dev.rivulet.local.broker;

import dev.rivulet.local.launch.ParentWatch;
import java.nio.file.Path;
import java.time.Duration;

/** The main class of the broker as a process of its own, which ends with its launcher. */
public final class BrokerProcess {
  /** The services that lost their launcher too may still commit what they have. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private BrokerProcess() {}

  /**
   * @param args the folder of the log, and the port
   */
  public static void main(String[] args) {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: BrokerProcess FOLDER PORT");
    }
    ParentWatch.start(GRACE);
    ServerLogging.quiet();
    EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), Integer.parseInt(args[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
    System.out.println("broker ready on " + broker.bootstrapServers());
    broker.awaitShutdown();
  }
}
