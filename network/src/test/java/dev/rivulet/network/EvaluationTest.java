package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.events.run.ValidationDetail;
import dev.rivulet.events.run.ValidationDetail.Mistake;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final float[][] LOGITS = {{2, 0, 0}, {0, 0, 3}, {0, 1, 0}, {4, 0, 0}, {0, 0, 1}};
  private static final int[] LABELS = {0, 1, 1, 2, 0};

  @Test
  void countsWhatEachClassWasTakenFor() {
    ValidationDetail detail = evaluation(0, 5, 3).detail();

    assertThat(detail.confusion())
        .contains(List.of(List.of(1, 0, 1), List.of(0, 1, 1), List.of(1, 0, 0)));
  }

  @Test
  void listsMistakesTheMostConfidentFirst() {
    List<Mistake> mistakes = evaluation(0, 5, 3).detail().mistakes();

    assertThat(mistakes).extracting(Mistake::index).containsExactly(3, 1, 4);
    assertThat(mistakes).extracting(Mistake::label).containsExactly(2, 1, 0);
    assertThat(mistakes).extracting(Mistake::predicted).containsExactly(0, 2, 2);
    assertThat(mistakes.get(0).confidence())
        .isEqualTo(Math.exp(4) / (Math.exp(4) + 2), within(1e-12));
  }

  @Test
  void saysTheSameHoweverTheImagesAreCut() {
    Evaluation cut = Evaluation.none(3).plus(evaluation(0, 2, 3)).plus(evaluation(2, 5, 3));

    assertThat(cut.detail()).isEqualTo(evaluation(0, 5, 3).detail());
    assertThat(cut.accuracy()).isEqualTo(0.4);
    assertThat(cut.images()).isEqualTo(5);
  }

  @Test
  void sendsNoMatrixOfMoreThanAHundredClassesAndNoMoreThanSixteenMistakes() {
    float[][] logits = new float[20][101];
    int[] labels = IntStream.range(1, 21).toArray();

    ValidationDetail detail = Evaluation.of(logits, labelled(labels, 101)).detail();

    assertThat(detail.confusion()).isEmpty();
    // equally confident ones in the order of the images
    assertThat(detail.mistakes())
        .extracting(Mistake::index)
        .containsExactlyElementsOf(IntStream.range(0, 16).boxed().toList());
  }

  @Test
  void hasNoConfidentMistakesOfADivergedNetwork() {
    float[][] logits = {{Float.NaN, Float.NaN}, {Float.NaN, 0}};

    ValidationDetail detail = Evaluation.of(logits, labelled(new int[] {1, 1}, 2)).detail();

    assertThat(detail.confusion()).contains(List.of(List.of(0, 0), List.of(2, 0)));
    assertThat(detail.mistakes()).isEmpty();
  }

  private static Evaluation evaluation(int from, int to, int classes) {
    float[][] logits = Arrays.copyOfRange(LOGITS, from, to);
    return Evaluation.of(logits, labelled(Arrays.copyOfRange(LABELS, from, to), classes));
  }

  private static LabelledImages labelled(int[] labels, int classes) {
    ByteBuffer images = ByteBuffer.allocate(labels.length * NetworkConfig.IMAGE_BYTES);
    return new LabelledImages(images, labels, labels.length, classes);
  }
}
