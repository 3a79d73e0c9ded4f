package dev.rivulet.ingest.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistortionTest {
  private static final int BYTES = 3_072;
  private static final int CENTRE = 3 * (16 * 32 + 16);

  private final byte[] noise = new byte[BYTES];

  DistortionTest() {
    new Random(1).nextBytes(noise);
  }

  @ParameterizedTest
  @CsvSource({"15,0,0,0", "0,1,0,0", "0,0,0.3,0", "0,0,0,8"})
  void changesTheImageTheSameWayEachTimeAndNothingBeside(
      double rotation, double sharpness, double colour, int cutout) {
    Distortion distortion = new Distortion(rotation, sharpness, colour, cutout);
    byte[] wide = new byte[BYTES + 20];
    System.arraycopy(noise, 0, wide, 10, BYTES);

    distortion.apply(wide, 10, SeededRandom.of(1, 2, 3, 4));

    byte[] result = Arrays.copyOfRange(wide, 10, BYTES + 10);
    assertThat(result).isEqualTo(distorted(distortion, noise)).isNotEqualTo(noise);
    assertThat(Arrays.copyOf(wide, 10)).containsOnly(0);
    assertThat(Arrays.copyOfRange(wide, BYTES + 10, BYTES + 20)).containsOnly(0);
  }

  @Test
  void leavesOneColourAsItIsWhenTurnedAndSharpened() {
    byte[] plain = new byte[BYTES];
    Arrays.fill(plain, (byte) 77);

    assertThat(distorted(new Distortion(180, 4, 0, 0), plain)).isEqualTo(plain);
  }

  /** A quarter turn takes rows to columns: whatever the angle, the centre stays the centre. */
  @Test
  void turnsAboutTheCentre() {
    byte[] cross = new byte[BYTES];
    for (int i = 0; i < 2; i++) {
      Arrays.fill(cross, CENTRE - 3 - 96 * i, CENTRE + 3 - 96 * i, (byte) 200);
    }
    for (int seed = 0; seed < 20; seed++) {
      byte[] turned = cross.clone();
      new Distortion(180, 0, 0, 0).apply(turned, 0, SeededRandom.of(seed, 2, 3, 4));
      assertThat(turned[CENTRE] & 0xff).isGreaterThan(100);
      assertThat(turned[0]).isZero();
    }
  }

  @Test
  void keepsGreyGreyWhateverTheColours() {
    byte[] grey = new byte[BYTES];
    for (int pixel = 0; pixel < BYTES / 3; pixel++) {
      Arrays.fill(grey, 3 * pixel, 3 * pixel + 3, (byte) (pixel % 100));
    }
    byte[] result = distorted(new Distortion(0, 0, 0.5, 0), grey);
    for (int pixel = 0; pixel < BYTES / 3; pixel++) {
      assertThat(result[3 * pixel + 1]).isEqualTo(result[3 * pixel]);
      assertThat(result[3 * pixel + 2]).isEqualTo(result[3 * pixel]);
    }
  }

  @Test
  void makesASquareGreyAndNoMore() {
    byte[] result = distorted(new Distortion(0, 0, 0, 8), new byte[BYTES]);
    int grey = 0;
    for (byte value : result) {
      grey += value == 127 ? 1 : 0;
    }
    // the centre lies in the image, so a quarter of the square does at least
    assertThat(grey).isBetween(4 * 4 * 3, 8 * 8 * 3);
  }

  private static byte[] distorted(Distortion distortion, byte[] image) {
    byte[] result = image.clone();
    distortion.apply(result, 0, SeededRandom.of(1, 2, 3, 4));
    return result;
  }
}
