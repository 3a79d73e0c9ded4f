package dev.rivulet.events.image;

import dev.rivulet.events.image.ImageHeader.Frame;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the canvas and the first frame's place from a GIF (<a
 * href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF89a</a>) and checks that this frame is
 * there to its last block.
 */
final class GifHeader {
  private static final int SCREEN_DESCRIPTOR_AT = 6;
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;

  private GifHeader() {}

  static boolean matches(byte[] bytes) {
    return bytes.length >= SCREEN_DESCRIPTOR_AT
        && bytes[0] == 'G'
        && bytes[1] == 'I'
        && bytes[2] == 'F'
        && bytes[3] == '8'
        && (bytes[4] == '7' || bytes[4] == '9')
        && bytes[5] == 'a';
  }

  static ImageHeader read(byte[] bytes) {
    ByteBuffer gif =
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(SCREEN_DESCRIPTOR_AT);
    try {
      int width = unsigned(gif);
      int height = unsigned(gif);
      int flags = gif.get();
      gif.getShort();
      skipColours(gif, flags);
      int block = gif.get();
      while (block == EXTENSION) {
        gif.get();
        skipBlocks(gif);
        block = gif.get();
      }
      if (block != IMAGE) {
        throw corrupt("it has no picture", null);
      }
      Frame frame = new Frame(unsigned(gif), unsigned(gif), unsigned(gif), unsigned(gif));
      skipColours(gif, gif.get());
      gif.get();
      skipBlocks(gif);
      // some writers leave the canvas empty and mean the frame
      return width == 0 || height == 0
          ? ImageHeader.upright(frame.width(), frame.height(), 1, 0)
          : new ImageHeader(width, height, frame, ImageHeader.UPRIGHT, 1, 0);
    } catch (BufferUnderflowException e) {
      throw corrupt("it ends before its first picture does; send the whole file", e);
    }
  }

  private static int unsigned(ByteBuffer gif) {
    return gif.getShort() & 0xffff;
  }

  private static void skipColours(ByteBuffer gif, int flags) {
    if ((flags & 0x80) != 0) {
      skip(gif, 3 * (2 << (flags & 7)));
    }
  }

  private static void skipBlocks(ByteBuffer gif) {
    int length;
    while ((length = gif.get() & 0xff) != 0) {
      skip(gif, length);
    }
  }

  private static void skip(ByteBuffer gif, int bytes) {
    if (bytes > gif.remaining()) {
      throw new BufferUnderflowException();
    }
    gif.position(gif.position() + bytes);
  }

  private static ImageRejectedException corrupt(String what, Throwable cause) {
    return new ImageRejectedException(
        RejectionReason.CORRUPT, "the GIF is damaged: " + what, cause);
  }
}
