package dev.rivulet.events.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Reads the size from a PNG and checks its chunks (lengths, checksums, the end) as the <a
 * href="https://www.w3.org/TR/png-3/">specification</a> defines them, which the JDK's reader does
 * not do.
 */
final class PngHeader {
  private static final byte[] MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int IHDR = 0x49484452;
  private static final int IEND = 0x49454e44;
  private static final int TRNS = 0x74524e53;
  private static final int IHDR_BYTES = 13;
  private static final int IHDR_START = 16;
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int GREY_ALPHA = 4;
  private static final int RGBA = 6;
  private static final int CHUNK_OVERHEAD_BYTES = 12;
  // bit 5 of the first letter: lower case marks a chunk that a reader may ignore
  private static final int ANCILLARY = 0x20000000;

  private PngHeader() {}

  static boolean matches(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  static ImageHeader read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).position(MAGIC.length);
    boolean begun = false;
    boolean transparentColour = false;
    while (true) {
      if (buffer.remaining() < CHUNK_OVERHEAD_BYTES) {
        throw corrupt("it ends before its IEND chunk; send the whole file");
      }
      int start = buffer.position();
      int length = buffer.getInt();
      int type = buffer.getInt();
      if (length < 0 || length > buffer.remaining() - Integer.BYTES) {
        throw corrupt("it ends inside a chunk; send the whole file");
      }
      if (begun == (type == IHDR) || type == IHDR && length != IHDR_BYTES) {
        throw corrupt("it does not begin with one IHDR chunk");
      }
      begun = true;
      transparentColour |= type == TRNS;
      if ((type & ANCILLARY) == 0 || type == TRNS) {
        checkCrc(bytes, start + Integer.BYTES, length);
      }
      if (type == IEND) {
        return header(buffer, transparentColour);
      }
      buffer.position(start + CHUNK_OVERHEAD_BYTES + length);
    }
  }

  private static ImageHeader header(ByteBuffer buffer, boolean transparentColour) {
    int depth = buffer.get(IHDR_START + 8);
    int samples =
        switch (buffer.get(IHDR_START + 9)) {
          // with a transparent colour, the reader adds a channel
          case GREY -> transparentColour ? 2 : 1;
          case GREY_ALPHA -> 2;
          case RGB, RGBA -> 4;
          default -> 1;
        };
    return ImageHeader.upright(
        buffer.getInt(IHDR_START),
        buffer.getInt(IHDR_START + 4),
        samples * (depth > Byte.SIZE ? 2 : 1),
        0);
  }

  private static void checkCrc(byte[] bytes, int typeStart, int length) {
    CRC32 crc = new CRC32();
    int covered = Integer.BYTES + length;
    crc.update(bytes, typeStart, covered);
    if ((int) crc.getValue() != ByteBuffer.wrap(bytes).getInt(typeStart + covered)) {
      throw corrupt("a checksum in it is wrong; send an undamaged file");
    }
  }

  private static ImageRejectedException corrupt(String what) {
    return new ImageRejectedException(RejectionReason.CORRUPT, "the PNG is damaged: " + what);
  }
}
