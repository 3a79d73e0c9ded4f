package dev.rivulet.hostile;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;

/** Small files that claim, or unfold to, far more than they are; each made once. */
final class Bombs {
  private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int INFLATED_BYTES = 200 << 20;

  private Bombs() {}

  static List<HostileInput> all() {
    List<HostileInput> all = new ArrayList<>();
    all.add(new HostileInput("bomb png, 49 megapixels RGBA", png(7_000, 7_000, 8, 6, 0, null)));
    all.add(new HostileInput("bomb png, 49 megapixels 16 bits", png(7_000, 7_000, 16, 6, 0, null)));
    all.add(
        new HostileInput("bomb png, 49 megapixels interlaced", png(7_000, 7_000, 8, 2, 1, null)));
    all.add(new HostileInput("bomb png, more data than pixels", png(1, 1, 8, 2, 0, null)));
    all.add(
        new HostileInput(
            "bomb png, huge claim", png(2_000_000_000, 2_000_000_000, 16, 6, 0, null)));
    all.add(new HostileInput("bomb png, one row", png(25_000_000, 2, 16, 6, 0, null)));
    for (String type : List.of("zTXt", "iCCP")) {
      byte[] name = "x\0\0".getBytes(StandardCharsets.US_ASCII);
      byte[] chunk = chunk(type, concat(name, deflated(INFLATED_BYTES)));
      all.add(new HostileInput("bomb png, " + type, png(32, 32, 8, 2, 0, chunk)));
      all.add(
          new HostileInput("bomb png, " + type + " with a palette", png(32, 32, 8, 3, 0, chunk)));
    }
    all.add(new HostileInput("bomb gif, canvas", gif(65_535, 65_535)));
    all.add(new HostileInput("bomb gif, 49 megapixels", gif(7_000, 7_000)));
    all.add(new HostileInput("bomb bmp, RLE", rle(60_000, 60_000)));
    all.add(new HostileInput("bomb bmp, RLE 49 megapixels", rle(7_000, 7_000)));
    all.addAll(JpegBombs.all());
    return all;
  }

  private static byte[] png(
      int width, int height, int depth, int colour, int interlace, byte[] more) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) depth).put((byte) colour).put((byte) 0).put((byte) 0).put((byte) interlace);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PNG_MAGIC);
    out.writeBytes(chunk("IHDR", header.array()));
    if (more != null) {
      out.writeBytes(more);
    }
    if (colour == 3) {
      out.writeBytes(chunk("PLTE", new byte[3 * 256]));
    }
    // all of the 49 megapixels, with the filter byte of each row
    long pixels = (long) width * height;
    int samples = colour == 6 ? 4 : 3;
    long bytes = pixels * samples * depth / 8 + 2L * height;
    out.writeBytes(
        chunk("IDAT", deflated((int) Math.min(420 << 20, Math.max(bytes, INFLATED_BYTES)))));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  private static byte[] chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    return ByteBuffer.allocate(data.length + 12)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) crc.getValue())
        .array();
  }

  /** Zeros, a thousandth of their size. */
  private static byte[] deflated(int bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream zip = new DeflaterOutputStream(out, deflater)) {
      byte[] zeros = new byte[1 << 20];
      for (int left = bytes; left > 0; left -= zeros.length) {
        zip.write(zeros, 0, Math.min(left, zeros.length));
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static byte[] gif(int width, int height) {
    byte[] gif =
        ValidPictures.encode(
            "gif",
            false,
            new IIOImage(new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_INDEXED), null, null));
    ByteBuffer file = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
    file.putShort(6, (short) width).putShort(8, (short) height);
    int frame =
        indexOf(gif, (byte) 0x2c, 13 + ((gif[10] & 0x80) == 0 ? 0 : 3 * (2 << (gif[10] & 7))));
    file.putShort(frame + 5, (short) width).putShort(frame + 7, (short) height);
    return gif;
  }

  private static byte[] rle(int width, int height) {
    ByteBuffer bmp = ByteBuffer.allocate(54 + 4 * 256 + 4).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.capacity()).putInt(0).putInt(54 + 4 * 256);
    bmp.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) 8).putInt(1);
    bmp.putInt(4).putInt(0).putInt(0).putInt(256).putInt(0);
    // a run of 255, then the end of the bitmap
    bmp.position(54 + 4 * 256).put((byte) 255).put((byte) 1).put((byte) 0).put((byte) 1);
    return bmp.array();
  }

  private static int indexOf(byte[] bytes, byte wanted, int from) {
    int at = from;
    while (bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  private static byte[] concat(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }
}
