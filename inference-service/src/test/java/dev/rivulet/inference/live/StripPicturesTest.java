package dev.rivulet.inference.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class StripPicturesTest {
  private final BlockingQueue<ImageStrip.Moment> told = new LinkedBlockingQueue<>();

  @Test
  void givesEachImageItsPictureAndKeepsTheOrder() throws Exception {
    try (StripPictures pictures =
        new StripPictures((partition, offset) -> Optional.of(new byte[] {(byte) offset}))) {
      pictures.add(moment(1, 2), told::add);
      pictures.add(moment(3), told::add);

      assertThat(offsetsInPictures()).containsExactly(1, 2);
      assertThat(offsetsInPictures()).containsExactly(3);
    }
  }

  @Test
  void tellsOfImagesWhosePicturesAreNotToBeHad() throws Exception {
    try (StripPictures pictures =
        new StripPictures(
            (partition, offset) -> {
              if (offset == 1) {
                throw new TimeoutException("no broker");
              }
              return Optional.empty();
            })) {
      pictures.add(moment(1, 2), told::add);

      assertThat(told.poll(10, TimeUnit.SECONDS).items())
          .hasSize(2)
          .allMatch(news -> news.picture().isEmpty());
    }
  }

  @Test
  void doesNotHoldUpWhoTells() throws Exception {
    CountDownLatch found = new CountDownLatch(1);
    try (StripPictures pictures =
        new StripPictures(
            (partition, offset) -> {
              found.await();
              return Optional.of(new byte[1]);
            })) {
      pictures.add(moment(1), told::add);
      assertThat(told).isEmpty();
      found.countDown();
      assertThat(told.poll(10, TimeUnit.SECONDS).items())
          .allMatch(news -> news.picture().isPresent());
    }
  }

  private List<Integer> offsetsInPictures() throws InterruptedException {
    return told.poll(10, TimeUnit.SECONDS).items().stream()
        .map(news -> (int) news.picture().orElseThrow()[0])
        .toList();
  }

  private static ImageStrip.Moment moment(int... offsets) {
    List<ImageNews> items = new java.util.ArrayList<>();
    for (int offset : offsets) {
      items.add(
          ImageNews.predicted(LiveEvents.prediction(0, offset, offset), Topics.DEFAULT.images()));
    }
    return new ImageStrip.Moment(1, items);
  }
}
