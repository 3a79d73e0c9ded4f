package dev.rivulet.performance.pipeline;

import dev.rivulet.chaos.Pipeline;
import dev.rivulet.events.Topics;
import dev.rivulet.performance.measure.TrialFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Replicas of the inference service with a model, and images to send through them. */
public final class Serving implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(3);

  /** So many that a replica's code is compiled: its rate rises that long. */
  public static final int WARM_UP_IMAGES = 60_000;

  private static final int DIFFERENT_PICTURES = 256;

  private final Stage stage;
  private final PublishedModel models;
  private final List<byte[]> pictures;
  private final ImageTraffic traffic;

  private Serving(Stage stage, PublishedModel models, List<byte[]> pictures, ImageTraffic traffic) {
    this.stage = stage;
    this.models = models;
    this.pictures = pictures;
    this.traffic = traffic;
  }

  /** The settings of replicas that compute with so many threads each. */
  public static Map<String, String> environment(int threads) {
    return Map.of("RIVULET_INFERENCE_THREADS", String.valueOf(threads));
  }

  /**
   * Starts broker and replicas and lets them warm up on PNGs.
   *
   * @param stage is closed with this
   * @param warmUpImages for each replica, {@link #WARM_UP_IMAGES} unless it is only a quick look
   */
  public static Serving start(Stage stage, int replicas, int warmUpImages)
      throws InterruptedException, IOException {
    try {
      Pipeline pipeline = stage.pipeline();
      pipeline.startBroker();
      PublishedModel models = new PublishedModel(pipeline.kafka());
      models.publishNext();
      for (int replica = 1; replica <= replicas; replica++) {
        pipeline.start(name(replica));
      }
      for (int replica = 1; replica <= replicas; replica++) {
        stage.awaitReady(name(replica), READY);
      }
      List<byte[]> pictures = Pictures.encoded("png", DIFFERENT_PICTURES);
      ImageTraffic traffic = new ImageTraffic(pipeline.kafka(), Topics.DEFAULT, pictures);
      traffic.burst(warmUpImages * replicas);
      return new Serving(stage, models, pictures, traffic);
    } catch (InterruptedException | RuntimeException e) {
      stage.close();
      throw e;
    }
  }

  private static String name(int replica) {
    return replica == 1 ? Pipeline.INFERENCE : Pipeline.INFERENCE + "-" + replica;
  }

  public ImageTraffic traffic() {
    return traffic;
  }

  /** Images of the same kind through the same broker, which are copied instead of classified. */
  public CopiedImages copied() throws InterruptedException {
    return CopiedImages.start(stage.pipeline().kafka(), pictures);
  }

  /**
   * Publishes one checkpoint after the other while something else goes on.
   *
   * @throws TrialFailedException if they could not be published to the end
   */
  public void withCheckpointsEvery(Duration pause, Work work) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    FutureTask<Void> publishing =
        new FutureTask<>(
            () -> {
              do {
                models.publishNext();
              } while (!ended.await(pause.toMillis(), TimeUnit.MILLISECONDS));
              return null;
            });
    Thread thread = new Thread(publishing, "checkpoints");
    thread.start();
    try {
      work.run();
    } finally {
      ended.countDown();
      thread.join();
    }
    try {
      publishing.get();
    } catch (ExecutionException e) {
      throw new TrialFailedException(e.getCause().getMessage(), e);
    }
  }

  /** What goes on meanwhile. */
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  @Override
  public void close() throws InterruptedException, IOException {
    traffic.close();
    models.close();
    stage.close();
  }
}
