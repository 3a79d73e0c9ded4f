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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Puts the live page's parts together: one follower of the topics, and the pages that are open. */
@Singleton
class LivePage {
  /** How many beats of the follower pass between two signs of life to quiet pages. */
  private static final int BEATS_PER_SIGN_OF_LIFE = 30;

  /** How long the follower may look for a moment's pictures; pages ask for the others. */
  private static final long PICTURES_NANOS = 500_000_000;

  private static final Logger LOG = Logger.getLogger(LivePage.class);

  private final ModelResource models;
  private final PipelineView view;
  private final OpenPages pages;
  private final PipelineFollower follower;
  private final EventImages eventImages;
  private final ValidationImages validationImages;
  private final ImageCache cache = new ImageCache();
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
    following.join();
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

  /** An image event as a PNG file. */
  Optional<byte[]> eventImage(int partition, long offset) throws InterruptedException {
    return cache.get(
        "event/%d/%d".formatted(partition, offset), () -> eventImages.png(partition, offset));
  }

  /** An image of a validation set as a PNG file. */
  Optional<byte[]> validationImage(String dataset, int index) throws InterruptedException {
    return cache.get(
        "validation/%s/%d".formatted(dataset, index), () -> validationImages.png(dataset, index));
  }

  /**
   * On the follower's thread: image events take their pictures with them, because a page's request
   * for each costs its browser more than all else that it does in a flood.
   */
  private void tell(PipelineView.News news) {
    if (news.content() instanceof ImageStrip.Moment moment && pages.count() > 0) {
      pages.tell(new PipelineView.News(news.name(), withPictures(moment)));
    } else {
      pages.tell(news);
    }
  }

  private ImageStrip.Moment withPictures(ImageStrip.Moment moment) {
    long deadline = System.nanoTime() + PICTURES_NANOS;
    List<ImageNews> items = new ArrayList<>(moment.items().size());
    for (ImageNews news : moment.items()) {
      items.add(System.nanoTime() - deadline < 0 ? news.with(picture(news)) : news);
    }
    return new ImageStrip.Moment(moment.perSecond(), items);
  }

  private Optional<byte[]> picture(ImageNews news) {
    if (news.partition().isEmpty() || news.offset().isEmpty()) {
      return Optional.empty();
    }
    try {
      return eventImage(news.partition().get(), news.offset().get());
    } catch (KafkaException e) {
      LOG.debugf("pages have to ask for the picture of %s: %s", news.id(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
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
