package dev.rivulet.inference.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageStripTest {
  private static final long SECOND = 1_000_000_000;

  private final ImageStrip strip = new ImageStrip(Topics.DEFAULT, 0);

  @Test
  void showsAllWhileTheyAreFewInTheOrderOfTheirTimes() {
    strip.add(LiveEvents.prediction(1, 4, 30));
    strip.add(LiveEvents.prediction(1, 5, 40));
    strip.add(LiveEvents.prediction(0, 9, 10));
    strip.add(LiveEvents.rejection(20));

    ImageStrip.Moment moment = strip.next(2 * SECOND).orElseThrow();
    assertThat(moment.perSecond()).isEqualTo(2);
    assertThat(moment.items())
        .extracting(ImageNews::id)
        .containsExactly("image-10", "images/0/7", "image-30", "image-40");
    assertThat(moment.items().get(0).offset()).contains(9L);
    assertThat(moment.items().get(1).error()).contains("it is no image");
    assertThat(strip.latest()).isEqualTo(moment.items());
  }

  @Test
  void saysNothingWhenNothingCame() {
    assertThat(strip.next(SECOND)).isEmpty();
  }

  @Test
  void showsAFewOfALastingFloodAndCountsAll() {
    long millis = 0;
    int shown = 0;
    for (int second = 1; second <= 20; second++) {
      for (int i = 0; i < 200; i++) {
        strip.add(LiveEvents.prediction(0, millis, millis++));
      }
      ImageStrip.Moment moment = strip.next(second * SECOND).orElseThrow();
      assertThat(moment.perSecond()).isEqualTo(200);
      assertThat(moment.items()).last().isEqualTo(strip.latest().get(strip.latest().size() - 1));
      assertThat(moment.items())
          .last()
          .extracting(ImageNews::id)
          .isEqualTo("image-" + (millis - 1));
      shown += moment.items().size();
    }
    // a full strip at first, then two a second
    assertThat(shown).isBetween(60, 66);
    assertThat(strip.latest()).hasSize(ImageStrip.LENGTH);
  }

  @Test
  void tellsTheFirstAtOnceAndWhatFollowsOnceASecond() {
    strip.add(LiveEvents.prediction(0, 1, 1));
    assertThat(strip.next(SECOND / 2).orElseThrow().items()).hasSize(1);
    strip.add(LiveEvents.prediction(0, 2, 2));
    assertThat(strip.next(SECOND)).isEmpty();
    strip.add(LiveEvents.prediction(0, 3, 3));
    ImageStrip.Moment moment = strip.next(3 * SECOND / 2).orElseThrow();
    assertThat(moment.items()).extracting(ImageNews::id).containsExactly("image-2", "image-3");
    assertThat(moment.perSecond()).isEqualTo(2);
  }

  @Test
  void passesOverWhatIsNoEvent() {
    strip.add(LiveEvents.record(Topics.DEFAULT.predictions(), 0, 0, 1, null, "{}".getBytes()));
    strip.add(LiveEvents.record(Topics.DEFAULT.predictions(), 0, 1, 2, null, null));
    strip.add(LiveEvents.record(Topics.DEFAULT.imagesRejected(), 0, 0, 3, null, null));
    assertThat(strip.next(SECOND).orElseThrow().items()).isEmpty();
  }

  @Test
  void cannotShowTheImageOfAnotherTopic() {
    ImageStrip other =
        new ImageStrip(Topics.named(role -> role.equals("images") ? "photos" : role), 0);
    other.add(LiveEvents.prediction(0, 1, 1));
    List<ImageNews> items = other.next(SECOND).orElseThrow().items();
    assertThat(items).hasSize(1).allMatch(news -> news.offset().isEmpty());
  }
}
