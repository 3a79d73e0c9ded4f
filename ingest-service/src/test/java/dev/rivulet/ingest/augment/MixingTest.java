package dev.rivulet.ingest.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.ingest.augment.Mixing.Mix;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MixingTest {
  private static final int IMAGES = 5_000;
  private static final int BYTES = 3_072;

  @Test
  void mixesTheSharesThatItSays() {
    int through = 0;
    int squares = 0;
    Mixing mixing = new Mixing(0.2, 0.3, 0, 10);
    for (int image = 0; image < IMAGES; image++) {
      Mix mix = mixing.of(1, 1, image, IMAGES);
      through += mix.mixes() && mix.side() == 0 ? 1 : 0;
      squares += mix.side() > 0 ? 1 : 0;
      assertThat(mix.share()).isBetween(0f, 0.5f);
      assertThat(mix.left() + mix.side()).isBetween(0, 32);
      assertThat(mix.top() + mix.side()).isBetween(0, 32);
    }
    assertThat(through / (double) IMAGES).isBetween(0.17, 0.23);
    // a square may be so small that it has no pixels
    assertThat(squares / (double) IMAGES).isBetween(0.26, 0.33);
  }

  @Test
  void risesWithTheEpochs() {
    Mixing mixing = new Mixing(1, 0, 0.5, 10);

    assertThat(mixed(mixing, 1)).isZero();
    assertThat(mixed(mixing, 3)).isBetween(0.37, 0.43);
    assertThat(mixed(mixing, 6)).isEqualTo(1);
    assertThat(mixed(mixing, 10)).isEqualTo(1);
    assertThat(new Mixing(0, 0, 0.5, 10).mixes()).isFalse();
  }

  @Test
  void isTheSameForTheSameSeedEpochAndImage() {
    Mixing mixing = new Mixing(0.5, 0.5, 0, 10);

    assertThat(mixing.of(1, 2, 3, IMAGES)).isEqualTo(mixing.of(1, 2, 3, IMAGES));
    assertThat(mixing.of(1, 2, 3, IMAGES)).isNotEqualTo(mixing.of(1, 3, 3, IMAGES));
  }

  @Test
  void putsInWhatItsShareSays() {
    byte[] first = new byte[BYTES + 2];
    Arrays.fill(first, (byte) 200);
    byte[] second = new byte[BYTES];
    Arrays.fill(second, (byte) 100);

    byte[] through = first.clone();
    new Mix(0, 0.25f, 0, 0, 0).apply(through, 1, second);
    assertThat(through[0]).isEqualTo((byte) 200);
    assertThat(Arrays.copyOfRange(through, 1, BYTES + 1)).containsOnly((byte) 175);
    assertThat(through[BYTES + 1]).isEqualTo((byte) 200);

    byte[] square = first.clone();
    new Mix(0, 16f / 1_024, 30, 1, 2).apply(square, 1, second);
    int changed = 0;
    for (byte value : square) {
      changed += value == 100 ? 1 : 0;
    }
    assertThat(changed).isEqualTo(2 * 2 * 3);
    assertThat(square[1 + 3 * (32 + 30)]).isEqualTo((byte) 100);
  }

  private static double mixed(Mixing mixing, int epoch) {
    int mixed = 0;
    for (int image = 0; image < IMAGES; image++) {
      mixed += mixing.of(1, epoch, image, IMAGES).mixes() ? 1 : 0;
    }
    return mixed / (double) IMAGES;
  }
}
