package dev.rivulet.events.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Pictures with known pixels, and files made of them, for the decoder's tests. */
final class SamplePictures {
  private SamplePictures() {}

  /** A smooth picture that differs in every channel and is nowhere symmetric. */
  static BufferedImage smooth(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 255 * x / Math.max(1, width - 1);
        int green = 255 * y / Math.max(1, height - 1);
        int blue = (red + green) / 2;
        image.setRGB(x, y, 0xff000000 | red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  static BufferedImage uniform(int width, int height, int argb, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, argb);
      }
    }
    return image;
  }

  static byte[] encoded(RenderedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalStateException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A JPEG of quality 0.95 of a picture or, for 4 channels, of a raster. */
  static byte[] jpeg(IIOImage image, boolean progressive) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(0.95f);
    parameters.setProgressiveMode(
        progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
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

  static byte[] jpeg(BufferedImage image) {
    return jpeg(new IIOImage(image, null, null), false);
  }

  /**
   * A baseline JPEG with a scan for each of its three components, which all have the same pixels.
   */
  static byte[] jpegWithAScanPerComponent(BufferedImage grey) {
    byte[] one = jpeg(grey);
    int frame = markerAt(one, 0xc0);
    int scan = markerAt(one, 0xda);
    ByteArrayOutputStream three = new ByteArrayOutputStream();
    three.write(one, 0, frame + 2);
    three.writeBytes(new byte[] {0, 17});
    three.write(one, frame + 4, 5);
    three.write(3);
    byte table = one[frame + 12];
    for (byte id = 1; id <= 3; id++) {
      three.writeBytes(new byte[] {id, 0x11, table});
    }
    three.write(one, frame + 13, scan - frame - 13);
    for (int id = 1; id <= 3; id++) {
      three.write(one, scan, 5);
      three.write(id);
      three.write(one, scan + 6, one.length - 2 - scan - 6);
    }
    three.write(one, one.length - 2, 2);
    return three.toByteArray();
  }

  /** Where the first marker of a kind is. */
  static int markerAt(byte[] jpeg, int marker) {
    for (int i = 0; ; i++) {
      if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker) {
        return i;
      }
    }
  }

  /** The same file with more bytes at a place. */
  static byte[] inserted(byte[] file, int at, byte[] more) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(file, 0, at);
    bytes.writeBytes(more);
    bytes.write(file, at, file.length - at);
    return bytes.toByteArray();
  }

  /** A chunk of a PNG file. */
  static byte[] chunk(String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(data.length + 12).putInt(data.length);
    chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + data.length);
    return chunk.putInt((int) crc.getValue()).array();
  }

  static byte[] fourChannelJpeg(Raster raster) {
    return jpeg(new IIOImage(raster, null, null), false);
  }

  /** What the decoder must give for a 32×32 opaque picture. */
  static byte[] pixels(BufferedImage image) {
    byte[] pixels = new byte[ImageDecoder.BYTES];
    for (int i = 0; i < 1024; i++) {
      int rgb = image.getRGB(i % 32, i / 32);
      pixels[3 * i] = (byte) (rgb >> 16);
      pixels[3 * i + 1] = (byte) (rgb >> 8);
      pixels[3 * i + 2] = (byte) rgb;
    }
    return pixels;
  }

  /** The largest difference between two images' bytes, 0 to 255. */
  static int distance(byte[] one, byte[] other) {
    int distance = 0;
    for (int i = 0; i < one.length; i++) {
      distance = Math.max(distance, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
    }
    return distance;
  }
}
