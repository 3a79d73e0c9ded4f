package dev.rivulet.inference.live;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.inference.InferenceConfig;
import dev.rivulet.inference.reload.ModelResource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Puts the live page's parts together: one follower of the topics, and the pages that are open. */
@Singleton
class LivePage {
  /** How many beats of the follower pass between two signs of life to quiet pages. */
  private static final int BEATS_PER_SIGN_OF_LIFE = 30;

  private static final Duration ENDING = Duration.ofSeconds(3);

  private final ModelResource models;
  private final PipelineView view;
  private final OpenPages pages;
  private final PipelineFollower follower;
  private final EventImages eventImages;
  private final ValidationImages validationImages;
  private final ImageCache cache = new ImageCache();
  private final StripPictures pictures = new StripPictures(this::stripImage);
  private final Thread following;
  private Optional<ModelResource.Model> told = Optional.empty();
  private int beats;

  LivePage(KafkaConnection kafka, Topics topics, ModelResource models, InferenceConfig config) {
    this.models = models;
    view = new PipelineView(topics, System.nanoTime());
    pages = new OpenPages(config.livePages());
    follower = new PipelineFollower(kafka, topics, view, this::tell, this::beat);
    eventImages = new EventImages(kafka, topics.images());
    validationImages = new ValidationImages(kafka, topics.validationBatches());
    following = new Thread(follower, "live-page");
    following.setDaemon(true);
  }

  void start(@Observes StartupEvent event) {
    following.start();
  }

  void route(@Observes Router router) {
    router.get("/live/events").handler(pages::open);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    pages.close();
    follower.close();
    following.join(ENDING.toMillis());
    // still waiting for a broker that is away
    following.interrupt();
    following.join();
    pictures.close();
    eventImages.close();
    validationImages.close();
  }

  PipelineView.Snapshot snapshot() {
    return view.snapshot(Instant.now());
  }

  /** The model that serves, as {@code GET /model} tells it. */
  Optional<ModelResource.Model> model() {
    return models.served();
  }

  Optional<PipelineView.Validation> validation(String run) {
    return view.validation(run);
  }

  /**
   * An image event as a PNG file.
   *
   * @throws UnknownPartitionException if there is no such partition
   */
  Optional<byte[]> eventImage(int partition, long offset) throws InterruptedException {
    return cache.forPage(eventName(partition, offset), () -> eventImages.png(partition, offset));
  }

  private Optional<byte[]> stripImage(int partition, long offset) {
    return cache.get(eventName(partition, offset), () -> eventImages.png(partition, offset));
  }

  private static String eventName(int partition, long offset) {
    return "event/" + partition + "/" + offset;
  }

  /** An image of a validation set as a PNG file. */
  Optional<byte[]> validationImage(String dataset, int index) throws InterruptedException {
    return cache.forPage(
        "validation/" + dataset + "/" + index, () -> validationImages.png(dataset, index));
  }

  /** On the follower's thread: image events go on when they have their pictures. */
  private void tell(PipelineView.News news) {
    if (news.content() instanceof ImageStrip.Moment moment && pages.count() > 0) {
      pictures.add(moment, complete -> pages.tell(new PipelineView.News(news.name(), complete)));
    } else {
      pages.tell(news);
    }
  }

  /** On the follower's thread: a new model, or another selection, is told within half a second. */
  private void beat() {
    Optional<ModelResource.Model> now = models.served();
    if (!now.equals(told)) {
      told = now;
      now.ifPresent(model -> pages.tell(new PipelineView.News("model", model)));
    }
    if (++beats % BEATS_PER_SIGN_OF_LIFE == 0) {
      pages.tellStillHere();
    }
  }
}
