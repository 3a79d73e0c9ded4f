package dev.rivulet.events.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the size from a BMP (Microsoft's BITMAPFILEHEADER and BITMAPINFOHEADER), checks that its
 * pixels are there, and refuses the variants that would make the JDK's reader open other files or
 * other formats.
 */
final class BmpHeader {
  private static final int FILE_HEADER_BYTES = 14;
  private static final int CORE_HEADER_BYTES = 12;
  private static final int INFO_HEADER_BYTES = 40;
  private static final int V5_HEADER_BYTES = 124;
  private static final int COLOUR_SPACE_AT = FILE_HEADER_BYTES + 56;
  private static final int LINKED_PROFILE = 0x4c494e4b;
  private static final int BITFIELDS = 3;
  private static final int MAX_COLOURS = 65_536;

  private BmpHeader() {}

  /** Two letters alone would also match 1 of 65,536 raw images, so the header size counts too. */
  static boolean matches(byte[] bytes) {
    if (bytes.length < FILE_HEADER_BYTES + CORE_HEADER_BYTES
        || bytes[0] != 'B'
        || bytes[1] != 'M') {
      return false;
    }
    int headerBytes = little(bytes).getInt(FILE_HEADER_BYTES);
    return headerBytes == CORE_HEADER_BYTES
        || headerBytes >= INFO_HEADER_BYTES && headerBytes <= V5_HEADER_BYTES;
  }

  static ImageHeader read(byte[] bytes) {
    ByteBuffer bmp = little(bytes);
    int pixelsAt = bmp.getInt(10);
    int headerBytes = bmp.getInt(FILE_HEADER_BYTES);
    if (bytes.length < FILE_HEADER_BYTES + headerBytes) {
      throw corrupt("it ends in its header; send the whole file");
    }
    if (headerBytes == CORE_HEADER_BYTES) {
      int width = bmp.getShort(18) & 0xffff;
      int height = bmp.getShort(20) & 0xffff;
      int bits = bmp.getShort(24);
      checkPixels(bytes, pixelsAt, width, height, bits);
      return ImageHeader.upright(width, height, pixelBytes(bits), 0);
    }
    checkVariant(bmp, headerBytes);
    int width = bmp.getInt(18);
    int height = Math.abs(bmp.getInt(22));
    int compression = bmp.getInt(30);
    int codedBytes = bmp.getInt(34);
    int bits = bmp.getShort(28);
    if (compression == 0 || compression == BITFIELDS) {
      checkPixels(bytes, pixelsAt, width, height, bits);
      return ImageHeader.upright(width, height, pixelBytes(bits), 0);
    }
    if (pixelsAt < 0 || codedBytes < 0 || (long) pixelsAt + codedBytes > bytes.length) {
      throw corrupt("it ends before its pixels do; send the whole file");
    }
    // the reader of run-length coded pixels unpacks all of them, whichever are wanted
    return ImageHeader.upright(width, height, 1, (long) width * height);
  }

  private static int pixelBytes(int bitsPerPixel) {
    return Math.max(1, bitsPerPixel / 8);
  }

  private static void checkVariant(ByteBuffer bmp, int headerBytes) {
    int compression = bmp.getInt(30);
    boolean linksProfile =
        headerBytes == V5_HEADER_BYTES && bmp.getInt(COLOUR_SPACE_AT) == LINKED_PROFILE;
    if (compression < 0 || compression > BITFIELDS || linksProfile) {
      throw new ImageRejectedException(
          RejectionReason.UNSUPPORTED,
          "this kind of BMP (compression %d%s) is not read; save it as PNG"
              .formatted(compression, linksProfile ? ", with a linked profile" : ""));
    }
    int colours = bmp.getInt(46);
    if (colours < 0 || colours > MAX_COLOURS) {
      throw corrupt("its palette has %d colours".formatted(colours));
    }
  }

  private static void checkPixels(byte[] bytes, int at, int width, int height, int bitsPerPixel) {
    // rows are padded to four bytes
    long rowBytes = ((long) width * bitsPerPixel + 31) / 32 * 4;
    if (at < 0 || width > 0 && at + rowBytes * height > bytes.length) {
      throw corrupt("it ends before its pixels do; send the whole file");
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ImageRejectedException corrupt(String what) {
    return new ImageRejectedException(RejectionReason.CORRUPT, "the BMP is damaged: " + what);
  }
}
