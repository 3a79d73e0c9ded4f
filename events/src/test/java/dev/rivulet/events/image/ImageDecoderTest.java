package dev.rivulet.events.image;

import static dev.rivulet.events.image.SamplePictures.distance;
import static dev.rivulet.events.image.SamplePictures.encoded;
import static dev.rivulet.events.image.SamplePictures.jpeg;
import static dev.rivulet.events.image.SamplePictures.pixels;
import static dev.rivulet.events.image.SamplePictures.smooth;
import static dev.rivulet.events.image.SamplePictures.uniform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private final ImageDecoder decoder = new ImageDecoder();

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void keepsEveryPixelOfALosslessFile(String format) {
    BufferedImage picture = smooth(32, 32, BufferedImage.TYPE_3BYTE_BGR);
    assertThat(decoder.decode(encoded(picture, format))).isEqualTo(pixels(picture));
  }

  @Test
  void readsJpegCloseToItsPixels() {
    BufferedImage picture = smooth(32, 32, BufferedImage.TYPE_3BYTE_BGR);
    assertThat(distance(decoder.decode(jpeg(picture)), pixels(picture))).isLessThan(24);
  }

  @Test
  void readsProgressiveJpeg() {
    BufferedImage picture = smooth(32, 32, BufferedImage.TYPE_3BYTE_BGR);
    byte[] progressive = jpeg(new IIOImage(picture, null, null), true);
    assertThat(distance(decoder.decode(progressive), pixels(picture))).isLessThan(24);
  }

  @Test
  void takesRawRgbAsItIsAndCopiesIt() {
    byte[] raw = new byte[ImageDecoder.BYTES];
    new Random(1).nextBytes(raw);
    byte[] decoded = decoder.decode(raw);
    assertThat(decoded).isEqualTo(raw).isNotSameAs(raw);
  }

  @Test
  void takesRawRgbThatBeginsWithTheLettersOfBmp() {
    byte[] raw = new byte[ImageDecoder.BYTES];
    raw[0] = 'B';
    raw[1] = 'M';
    assertThat(decoder.decode(raw)).isEqualTo(raw);
  }

  @Test
  void keepsGreyAsItIsStored() {
    BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setSample(5, 7, 0, 100);
    byte[] decoded = decoder.decode(encoded(picture, "png"));
    int at = 3 * (7 * 32 + 5);
    assertThat(decoded[at]).isEqualTo((byte) 100);
    assertThat(decoded[at + 1]).isEqualTo((byte) 100);
    assertThat(decoded[at + 2]).isEqualTo((byte) 100);
    assertThat(decoded[0]).isZero();
    byte[] fromJpeg = decoder.decode(jpeg(greyLevel(100)));
    assertThat(fromJpeg[0] & 0xff).isBetween(98, 102);
  }

  private static BufferedImage greyLevel(int level) {
    BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 1024; i++) {
      picture.getRaster().setSample(i % 32, i / 32, 0, level);
    }
    return picture;
  }

  @Test
  void roundsSixteenBitSamples() {
    BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_USHORT_GRAY);
    picture.getRaster().setSample(0, 0, 0, 65_535);
    picture.getRaster().setSample(1, 0, 0, 200 * 257);
    byte[] decoded = decoder.decode(encoded(picture, "png"));
    assertThat(decoded[0] & 0xff).isEqualTo(255);
    assertThat(decoded[3] & 0xff).isEqualTo(200);
  }

  @Test
  void readsPalettes() {
    byte[] red = {0, (byte) 200, 10};
    byte[] green = {0, 20, (byte) 210};
    byte[] blue = {0, 30, 40};
    BufferedImage picture =
        new BufferedImage(
            32,
            32,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(2, 3, red, green, blue, 0));
    picture.getRaster().setSample(0, 0, 0, 1);
    picture.getRaster().setSample(1, 0, 0, 2);
    for (String format : new String[] {"png", "gif"}) {
      byte[] decoded = decoder.decode(encoded(picture, format));
      assertThat(decoded).startsWith(200, 20, 30, 10, 210, 40, 255, 255, 255);
    }
  }

  @Test
  void paintsTransparentPartsWhite() {
    BufferedImage picture = uniform(32, 32, 0x00123456, BufferedImage.TYPE_4BYTE_ABGR);
    picture.setRGB(0, 0, 0xff0a0b0c);
    picture.setRGB(1, 0, 0x80000000);
    byte[] decoded = decoder.decode(encoded(picture, "png"));
    assertThat(decoded).startsWith(10, 11, 12, 127, 127, 127, 255, 255, 255);
  }

  @Test
  void readsJpegForPrint() {
    // Adobe's marker without a colour transform means CMYK, stored inverted
    byte[] adobe = {
      (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };
    WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 32, 32, 4, null);
    for (int i = 0; i < 1024; i++) {
      inks.setPixel(i % 32, i / 32, new int[] {255, 0, 0, 255});
    }
    byte[] decoded = decoder.decode(withSegment(SamplePictures.fourChannelJpeg(inks), adobe));
    assertThat(decoded[0] & 0xff).as("red").isGreaterThan(180);
    assertThat(decoded[1] & 0xff).as("green").isLessThan(90);
    assertThat(decoded[2] & 0xff).as("blue").isLessThan(90);
  }

  @Test
  void readsTheFirstFrameOfAnAnimation() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int colour : new int[] {0xffff0000, 0xff0000ff}) {
        BufferedImage frame = uniform(32, 32, colour, BufferedImage.TYPE_INT_RGB);
        writer.writeToSequence(new IIOImage(frame, null, null), null);
      }
      writer.endWriteSequence();
    }
    assertThat(decoder.decode(bytes.toByteArray())).startsWith(255, 0, 0);
  }

  @Test
  void putsASmallFirstFrameInItsPlaceOnTheCanvas() {
    byte[] gif = encoded(uniform(8, 8, 0xff000000, BufferedImage.TYPE_INT_RGB), "gif");
    gif[6] = 32;
    gif[8] = 32;
    int descriptor = 13 + 3 * (2 << (gif[10] & 7));
    while (gif[descriptor] != 0x2c) {
      descriptor++;
    }
    gif[descriptor + 1] = 4;
    gif[descriptor + 3] = 6;
    byte[] decoded = decoder.decode(gif);
    for (int i = 0; i < 1024; i++) {
      int x = i % 32;
      int y = i / 32;
      boolean black = x >= 4 && x < 12 && y >= 6 && y < 14;
      assertThat(decoded[3 * i] & 0xff).as("%d,%d", x, y).isEqualTo(black ? 0 : 255);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "2,2",
    "3,5",
    "16,16",
    "31,33",
    "40,30",
    "500,300",
    "33,1000",
    "1000,1",
    "1200,777"
  })
  void resizesAUniformPictureOfAnySizeToThatColour(int width, int height) {
    byte[] png = encoded(uniform(width, height, 0xff0b64c8, BufferedImage.TYPE_INT_RGB), "png");
    byte[] decoded = decoder.decode(png);
    for (int i = 0; i < decoded.length; i += 3) {
      assertThat(decoded[i]).isEqualTo((byte) 11);
      assertThat(decoded[i + 1]).isEqualTo((byte) 100);
      assertThat(decoded[i + 2]).isEqualTo((byte) 200);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 511, 512, 1025})
  void shrinksWithoutAliasing(int side) {
    BufferedImage checks = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      checks.setRGB(i % side, i / side, (i % side + i / side) % 2 == 0 ? 0xffffff : 0);
    }
    byte[] decoded = decoder.decode(encoded(checks, "png"));
    for (byte value : decoded) {
      assertThat(value & 0xff).isBetween(120, 135);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 64, 500, 700, 1300})
  void keepsTheGeometryWhenResizing(int side) {
    BufferedImage picture = smooth(side, side, BufferedImage.TYPE_INT_RGB);
    byte[] decoded = decoder.decode(encoded(picture, "png"));
    for (int i = 0; i < 1024; i++) {
      assertThat((double) (decoded[3 * i] & 0xff)).isCloseTo(ramp(i % 32, side), within(3.0));
      assertThat((double) (decoded[3 * i + 1] & 0xff)).isCloseTo(ramp(i / 32, side), within(3.0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 90, 512})
  void resizesAMirroredPictureToTheMirrorImage(int side) {
    BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    BufferedImage mirrored = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(side);
    for (int i = 0; i < side * side; i++) {
      int rgb = random.nextInt(1 << 24);
      picture.setRGB(i % side, i / side, rgb);
      mirrored.setRGB(side - 1 - i % side, i / side, rgb);
    }
    byte[] one = decoder.decode(encoded(picture, "png"));
    byte[] other = decoder.decode(encoded(mirrored, "png"));
    for (int i = 0; i < 1024; i++) {
      int mirror = i / 32 * 32 + 31 - i % 32;
      assertThat((double) (other[3 * mirror] & 0xff)).isCloseTo(one[3 * i] & 0xff, within(1.0));
    }
  }

  /** The sample picture's value at the centre of a pixel of the resized one. */
  private static double ramp(int target, int side) {
    double source = (target + 0.5) * side / 32 - 0.5;
    return Math.max(0, Math.min(255, 255 * source / (side - 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg"})
  void readsEverySecondRowOfWhatIsTooLargeForTheMemory(String format) {
    // 3,900² × 3 bytes are more than 40 MiB
    int side = 3_900;
    byte[] decoded =
        decoder.decode(encoded(smooth(side, side, BufferedImage.TYPE_INT_RGB), format));
    for (int i = 0; i < 32 * 32; i++) {
      assertThat((double) (decoded[3 * i] & 0xff)).isCloseTo(ramp(i % 32, 3_900), within(3.0));
      assertThat((double) (decoded[3 * i + 1] & 0xff)).isCloseTo(ramp(i / 32, 3_900), within(3.0));
    }
  }

  @Test
  void cropsTheCentre() {
    BufferedImage wide = uniform(96, 32, 0xffff0000, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1024; i++) {
      wide.setRGB(32 + i % 32, i / 32, 0xff00ff00);
    }
    byte[] decoded = decoder.decode(encoded(wide, "png"));
    for (int i = 0; i < 1024; i++) {
      assertThat(decoded[3 * i]).isZero();
      assertThat(decoded[3 * i + 1]).isEqualTo((byte) 255);
    }
  }

  /** The corner (red, green, blue in turn) that lies at the top left of the upright picture. */
  @ParameterizedTest
  @CsvSource({
    "1,TL,TR", "2,TR,TL", "3,BR,BL", "4,BL,BR", "5,TL,BL", "6,BL,TL", "7,BR,TR", "8,TR,BR"
  })
  void turnsCameraPicturesUpright(int orientation, String topLeft, String topRight) {
    BufferedImage stored = uniform(32, 32, 0xff808080, BufferedImage.TYPE_3BYTE_BGR);
    paint(stored, 0, 0, 0xff000000);
    paint(stored, 24, 0, 0xffff0000);
    paint(stored, 0, 24, 0xff00ff00);
    paint(stored, 24, 24, 0xff0000ff);
    byte[] decoded = decoder.decode(withOrientation(jpeg(stored), orientation));
    assertThat(corner(decoded, 3 * (4 * 32 + 4))).isEqualTo(topLeft);
    assertThat(corner(decoded, 3 * (4 * 32 + 28))).isEqualTo(topRight);
  }

  private static void paint(BufferedImage image, int left, int top, int colour) {
    for (int i = 0; i < 64; i++) {
      image.setRGB(left + i % 8, top + i / 8, colour);
    }
  }

  private static String corner(byte[] decoded, int at) {
    boolean red = (decoded[at] & 0xff) > 128;
    boolean green = (decoded[at + 1] & 0xff) > 128;
    boolean blue = (decoded[at + 2] & 0xff) > 128;
    return red ? "TR" : green ? "BL" : blue ? "BR" : "TL";
  }

  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    byte[] exif = {
      (byte) 0xff,
      (byte) 0xe1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    return withSegment(jpeg, exif);
  }

  private static byte[] withSegment(byte[] jpeg, byte[] segment) {
    byte[] both = new byte[jpeg.length + segment.length];
    System.arraycopy(jpeg, 0, both, 0, 2);
    System.arraycopy(segment, 0, both, 2, segment.length);
    System.arraycopy(jpeg, 2, both, 2 + segment.length, jpeg.length - 2);
    return both;
  }

  @Test
  void decodesTheSameFromManyThreads() {
    byte[] file = jpeg(smooth(50, 40, BufferedImage.TYPE_3BYTE_BGR));
    byte[] expected = decoder.decode(file);
    IntStream.range(0, 200)
        .parallel()
        .forEach(i -> assertThat(decoder.decode(file)).isEqualTo(expected));
  }

  @Test
  void namesReasonsForMetrics() {
    assertThat(RejectionReason.UNKNOWN_FORMAT.label()).isEqualTo("unknown-format");
  }
}
