package dev.rivulet.hostile;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Image files as programs write them, in every variant that Java's writers know. */
final class ValidPictures {
  private static final int[] TYPES = {
    BufferedImage.TYPE_INT_RGB,
    BufferedImage.TYPE_BYTE_GRAY,
    BufferedImage.TYPE_USHORT_GRAY,
    BufferedImage.TYPE_BYTE_INDEXED,
    BufferedImage.TYPE_BYTE_BINARY,
    BufferedImage.TYPE_INT_ARGB
  };
  private static final List<int[]> SIZES =
      List.of(
          new int[] {32, 32},
          new int[] {1, 1},
          new int[] {7, 300},
          new int[] {160, 120},
          new int[] {20_000, 1},
          new int[] {1, 20_000});
  private static final byte[] EXIF = {
    'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0
  };

  private ValidPictures() {}

  /** Variants and sizes take turns. */
  static HostileInput of(int number, Random random) {
    int[] size = SIZES.get(random.nextInt(SIZES.size()));
    int type = TYPES[random.nextInt(TYPES.length)];
    return switch (number % 8) {
      case 0, 1 -> file("png", false, picture(size, type, random));
      case 2 -> file("png", true, picture(size, type, random));
      case 3 ->
          file("gif", number % 16 == 3, picture(size, BufferedImage.TYPE_BYTE_INDEXED, random));
      case 4 ->
          file(
              "bmp",
              false,
              picture(size, number % 16 == 4 ? 5 : BufferedImage.TYPE_BYTE_INDEXED, random));
      case 5 -> file("jpeg", number % 16 == 5, picture(size, BufferedImage.TYPE_INT_RGB, random));
      case 6 -> new HostileInput("valid jpeg, four channels", fourChannels(size, random));
      default -> new HostileInput("valid jpeg, exif", withOrientation(size, random));
    };
  }

  private static HostileInput file(String format, boolean progressive, BufferedImage image) {
    return new HostileInput(
        "valid " + format + (progressive ? ", progressive" : ""),
        encode(format, progressive, new IIOImage(image, null, null)));
  }

  private static BufferedImage picture(int[] size, int type, Random random) {
    BufferedImage image = new BufferedImage(size[0], size[1], type);
    int step = 1 + random.nextInt(40);
    for (int y = 0; y < size[1]; y++) {
      for (int x = 0; x < size[0]; x++) {
        image.setRGB(x, y, (x * step << 16) ^ (y * 5 << 8) ^ (x + y) | random.nextInt(256) << 24);
      }
    }
    return image;
  }

  private static byte[] fourChannels(int[] size, Random random) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, size[0], size[1], 4, null);
    int[] pixel = new int[4];
    for (int y = 0; y < size[1]; y++) {
      for (int x = 0; x < size[0]; x++) {
        pixel[random.nextInt(4)] = random.nextInt(256);
        raster.setPixel(x, y, pixel);
      }
    }
    return encode("jpeg", false, new IIOImage(raster, null, null));
  }

  /** With an APP1 segment that tells one of the eight orientations, or none that there is. */
  private static byte[] withOrientation(int[] size, Random random) {
    byte[] jpeg = file("jpeg", false, picture(size, BufferedImage.TYPE_INT_RGB, random)).bytes();
    byte[] exif = EXIF.clone();
    exif[exif.length - 3] = (byte) random.nextInt(10);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (exif.length + 2)});
    out.writeBytes(exif);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  static byte[] encode(String format, boolean progressive, IIOImage image) {
    ImageWriter writer =
        image.hasRaster()
            ? ImageIO.getImageWritersByFormatName(format).next()
            : ImageIO.getImageWriters(
                    ImageTypeSpecifier.createFromRenderedImage(image.getRenderedImage()), format)
                .next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    if (progressive && parameters.canWriteProgressive()) {
      parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, image, parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
