package dev.rivulet.events.image;

import static dev.rivulet.events.image.SamplePictures.encoded;
import static dev.rivulet.events.image.SamplePictures.inserted;
import static dev.rivulet.events.image.SamplePictures.jpeg;
import static dev.rivulet.events.image.SamplePictures.jpegWithAScanPerComponent;
import static dev.rivulet.events.image.SamplePictures.markerAt;
import static dev.rivulet.events.image.SamplePictures.smooth;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageDecoderRejectionTest {
  private static final BufferedImage PICTURE = smooth(32, 32, BufferedImage.TYPE_3BYTE_BGR);

  /** A comment of a JPEG. */
  private static final byte[] LOOKS_LIKE_THE_END = {
    (byte) 0xff, (byte) 0xfe, 0, 4, (byte) 0xff, (byte) 0xd9
  };

  private final ImageDecoder decoder = new ImageDecoder();

  static List<byte[]> files() {
    return List.of(
        encoded(PICTURE, "png"),
        jpeg(PICTURE),
        jpeg(new IIOImage(PICTURE, null, null), true),
        encoded(PICTURE, "bmp"),
        encoded(PICTURE, "gif"));
  }

  private ImageRejectedException rejection(byte[] bytes) {
    ImageRejectedException rejection =
        catchThrowableOfType(ImageRejectedException.class, () -> decoder.decode(bytes));
    assertThat(rejection).as("rejection of %d bytes", bytes.length).isNotNull();
    assertThat(rejection.getMessage()).doesNotContain("\n").isNotBlank();
    return rejection;
  }

  @Test
  void refusesNothingAndText() {
    assertThat(rejection(new byte[0]).reason()).isEqualTo(RejectionReason.EMPTY);
    byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
    assertThat(rejection(text).reason()).isEqualTo(RejectionReason.UNKNOWN_FORMAT);
    assertThat(rejection(new byte[3_071]).reason()).isEqualTo(RejectionReason.UNKNOWN_FORMAT);
  }

  @ParameterizedTest
  @MethodSource("files")
  void refusesEveryTruncation(byte[] file) {
    byte[] whole = decoder.decode(file);
    for (int length = 1; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      try {
        // only what follows the last pixel may be missing
        assertThat(decoder.decode(cut)).as("cut to %d", length).isEqualTo(whole);
        assertThat(length).isGreaterThanOrEqualTo(file.length - 1);
      } catch (ImageRejectedException e) {
        assertThat(e.reason()).isIn(RejectionReason.CORRUPT, RejectionReason.UNKNOWN_FORMAT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void refusesAFileWithItsMiddleMissing(byte[] file) {
    byte[] cut = Arrays.copyOf(file, file.length - file.length / 4);
    System.arraycopy(
        file, file.length - file.length / 8, cut, cut.length - file.length / 8, file.length / 8);
    assertThat(rejection(cut).reason()).isEqualTo(RejectionReason.CORRUPT);
  }

  @ParameterizedTest
  @MethodSource("files")
  void throwsNothingElseForDamagedFiles(byte[] file) {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged = file.clone();
      for (int change = 0; change <= i % 6; change++) {
        // headers are the dangerous part
        int range = random.nextBoolean() ? Math.min(200, damaged.length) : damaged.length;
        damaged[random.nextInt(range)] = (byte) random.nextInt();
      }
      try {
        assertThat(decoder.decode(damaged)).hasSize(ImageDecoder.BYTES);
      } catch (ImageRejectedException e) {
        assertThat(e.reason()).isNotNull();
      }
    }
  }

  @Test
  void refusesTooManyBytes() {
    ImageDecoder small = new ImageDecoder(100, 1_000);
    ImageRejectedException rejection =
        catchThrowableOfType(ImageRejectedException.class, () -> small.decode(new byte[101]));
    assertThat(rejection.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
  }

  @Test
  void refusesADecompressionBombByItsHeader() {
    byte[] png = encoded(PICTURE, "png");
    ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    assertThat(rejection(png).reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);

    byte[] gif = encoded(PICTURE, "gif");
    ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) 60_000);
    ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(8, (short) 60_000);
    assertThat(rejection(gif).reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
  }

  @Test
  void refusesAFlippedBitInAPng() {
    byte[] png = encoded(PICTURE, "png");
    png[png.length / 2] ^= 1;
    assertThat(rejection(png).reason()).isEqualTo(RejectionReason.CORRUPT);
  }

  @Test
  void refusesAJpegOfEndlessScans() {
    byte[] jpeg = jpeg(PICTURE);
    byte[] bomb = inserted(jpeg, jpeg.length - 2, scans(JpegHeader.MAX_SCANS));
    assertThat(rejection(bomb).reason()).isEqualTo(RejectionReason.TOO_MANY_SCANS);
  }

  private static byte[] scans(int count) {
    byte[] scan = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0};
    ByteBuffer scans = ByteBuffer.allocate(count * scan.length);
    while (scans.hasRemaining()) {
      scans.put(scan);
    }
    return scans.array();
  }

  @Test
  void countsTheScansBehindACommentThatLooksLikeTheEnd() {
    byte[] jpeg = jpeg(new IIOImage(PICTURE, null, null), true);
    byte[] commented = inserted(jpeg, afterFirstScan(jpeg, 0xc4), LOOKS_LIKE_THE_END);
    assertThat(decoder.decode(commented)).isEqualTo(decoder.decode(jpeg));
    byte[] bomb = inserted(commented, commented.length - 2, scans(JpegHeader.MAX_SCANS));
    assertThat(rejection(bomb).reason()).isEqualTo(RejectionReason.TOO_MANY_SCANS);
  }

  private static int afterFirstScan(byte[] jpeg, int marker) {
    int from = markerAt(jpeg, 0xda) + 2;
    return from + markerAt(Arrays.copyOfRange(jpeg, from, jpeg.length), marker);
  }

  @Test
  void refusesAJpegWithAScanPerComponentWhoseCoefficientsAreTooMany() {
    byte[] jpeg = jpegWithAScanPerComponent(smooth(32, 32, BufferedImage.TYPE_BYTE_GRAY));
    assertThat(decoder.decode(jpeg)).hasSize(ImageDecoder.BYTES);
    int frame = markerAt(jpeg, 0xc0);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 6_000).putShort(frame + 7, (short) 6_000);
    assertThat(rejection(jpeg).reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
    byte[] commented = inserted(jpeg, afterFirstScan(jpeg, 0xda), LOOKS_LIKE_THE_END);
    assertThat(rejection(commented).reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
  }

  @Test
  void refusesAProgressiveJpegWhoseCoefficientsAreTooMany() {
    byte[] jpeg = jpeg(new IIOImage(PICTURE, null, null), true);
    int frame = markerAt(jpeg, 0xc2);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 6_000).putShort(frame + 7, (short) 6_000);
    assertThat(rejection(jpeg))
        .hasMessageContaining("baseline JPEG")
        .extracting(ImageRejectedException::reason)
        .isEqualTo(RejectionReason.TOO_MANY_PIXELS);
  }

  @Test
  void refusesAJpegThatHidesItsSizeFromUs() {
    byte[] jpeg = jpeg(PICTURE);
    byte[] hiding = new byte[jpeg.length + 4];
    System.arraycopy(jpeg, 0, hiding, 0, 2);
    // a restart marker has no length; who gives it one passes over what the decoder reads
    ByteBuffer.wrap(hiding).putInt(2, 0xffd00002);
    System.arraycopy(jpeg, 2, hiding, 6, jpeg.length - 2);
    assertThat(rejection(hiding).reason()).isEqualTo(RejectionReason.CORRUPT);
  }

  @Test
  void refusesARowThatCouldFillTheMemory() {
    byte[] png = encoded(smooth(70_000, 1, BufferedImage.TYPE_BYTE_GRAY), "png");
    assertThat(rejection(png).reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
  }

  @Test
  void refusesBmpsThatWrapOtherFormatsOrLinkFiles() {
    byte[] bmp = encoded(PICTURE, "bmp");
    bmp[30] = 4;
    assertThat(rejection(bmp).reason()).isEqualTo(RejectionReason.UNSUPPORTED);
  }
}
