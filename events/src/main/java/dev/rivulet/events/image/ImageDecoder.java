package dev.rivulet.events.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Turns the bytes of an image file, or raw RGB bytes, into the network's input; training and
 * inference share it, so they see the same pixels.
 *
 * <p>PNG, JPEG, GIF (the first frame) and BMP of any size are read: turned upright as their camera
 * says, cropped to the centre square, resized to 32×32. Transparent parts are white, as on a page.
 * Exactly 3,072 bytes that begin like none of these formats are taken as raw RGB, row-major and
 * interleaved. Instances are immutable and safe for use by any number of threads.
 */
public final class ImageDecoder {
  /** Height and width of the network's input in pixels. */
  public static final int SIDE = 32;

  /** Bytes of one decoded image: 32 × 32 × 3. */
  public static final int BYTES = SIDE * SIDE * 3;

  /** 16 MiB. */
  public static final int DEFAULT_MAX_BYTES = 16 << 20;

  /** 50 megapixels; above 13, every second (third, fourth) row and column is read. */
  public static final long DEFAULT_MAX_PIXELS = 50_000_000;

  /** What JPEG and GIF can say; a single row of more could fill the memory. */
  private static final int MAX_SIDE = 65_535;

  static {
    // some readers open streams of their own, which would otherwise be files
    ImageIO.setUseCache(false);
  }

  private final int maxBytes;
  private final long maxPixels;

  public ImageDecoder() {
    this(DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS);
  }

  /**
   * @param maxBytes most bytes of an encoded image
   * @param maxPixels most pixels of an image, by its header
   */
  public ImageDecoder(int maxBytes, long maxPixels) {
    this.maxBytes = maxBytes;
    this.maxPixels = maxPixels;
  }

  /**
   * The 3,072 bytes of a 32×32 image, row-major, RGB interleaved; a new array.
   *
   * @throws ImageRejectedException if the bytes are no usable image; nothing else is thrown,
   *     whatever the bytes
   */
  public byte[] decode(byte[] bytes) {
    if (bytes == null || bytes.length == 0) {
      throw new ImageRejectedException(
          RejectionReason.EMPTY, "there are no image bytes; send a PNG, JPEG, GIF or BMP file");
    }
    if (bytes.length > maxBytes) {
      throw new ImageRejectedException(
          RejectionReason.TOO_MANY_BYTES,
          "the image has %d bytes, more than the limit of %d; send a smaller one"
              .formatted(bytes.length, maxBytes));
    }
    ImageFormat format = ImageFormat.of(bytes).orElse(null);
    if (format != null) {
      return decode(bytes, format);
    }
    if (bytes.length == BYTES) {
      return bytes.clone();
    }
    throw new ImageRejectedException(
        RejectionReason.UNKNOWN_FORMAT,
        "these %d bytes are no PNG, JPEG, GIF or BMP and not %d raw RGB bytes; convert the image"
            .formatted(bytes.length, BYTES));
  }

  private byte[] decode(byte[] bytes, ImageFormat format) {
    try {
      ImageHeader header = format.header(bytes);
      checkSize(format, header);
      int factor = DecodingMemory.factor(header);
      ImageHeader shrunk = header.shrunk(factor);
      try (DecodingMemory.Share memory = DecodingMemory.take(shrunk)) {
        return SquareCrop.pixels(read(bytes, format, header, factor), shrunk);
      }
    } catch (ImageRejectedException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      throw new ImageRejectedException(
          RejectionReason.OUT_OF_MEMORY,
          "decoding the image needs more memory than there is; send a smaller one",
          e);
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      // the readers answer broken files with all kinds of unchecked exceptions, even deep recursion
      throw corrupt(format, oneLine(e), e);
    }
  }

  private void checkSize(ImageFormat format, ImageHeader header) {
    if (header.pixels() > maxPixels || header.longestSide() > MAX_SIDE) {
      throw new ImageRejectedException(
          RejectionReason.TOO_MANY_PIXELS,
          "the image has %d×%d pixels, more than the limit of %d, or of %d on a side; send a smaller one"
              .formatted(header.width(), header.height(), maxPixels, MAX_SIDE));
    }
    if (header.extraBytes() > DecodingMemory.MAX_EXTRA_BYTES) {
      throw new ImageRejectedException(
          RejectionReason.TOO_MANY_PIXELS,
          "a %s of this kind and %d×%d pixels takes %d MiB to decode, more than the limit of %d; save it as %s, or send a smaller one"
              .formatted(
                  format,
                  header.width(),
                  header.height(),
                  header.extraBytes() >> 20,
                  DecodingMemory.MAX_EXTRA_BYTES >> 20,
                  format == ImageFormat.JPEG ? "an interleaved baseline JPEG" : "PNG"));
    }
  }

  /** Every factor-th row and column of the first frame. */
  private static BufferedImage read(
      byte[] bytes, ImageFormat format, ImageHeader header, int factor) throws IOException {
    ImageReader reader = format.newReader();
    AtomicReference<String> damage = new AtomicReference<>();
    try (ImageInputStream stream = new ByteArrayImageInputStream(bytes)) {
      reader.setInput(stream, true, true);
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (PixelDamage.isToldBy(warning)) {
              damage.set(warning);
            }
          });
      // before it is read: the limits were checked for the size that the header gave
      checkSize(format, header, reader.getWidth(0), reader.getHeight(0));
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(factor, factor, 0, 0);
      BufferedImage image = reader.read(0, param);
      if (damage.get() != null) {
        throw corrupt(format, damage.get(), null);
      }
      checkSize(format, header.shrunk(factor), image.getWidth(), image.getHeight());
      return image;
    } finally {
      reader.dispose();
    }
  }

  private static void checkSize(ImageFormat format, ImageHeader header, int width, int height) {
    if (width != header.frame().width() || height != header.frame().height()) {
      throw corrupt(format, "its sizes contradict each other", null);
    }
  }

  private static ImageRejectedException corrupt(
      ImageFormat format, String detail, Throwable cause) {
    return new ImageRejectedException(
        RejectionReason.CORRUPT,
        "the %s cannot be decoded (%s); send an undamaged file".formatted(format, detail),
        cause);
  }

  private static String oneLine(Throwable problem) {
    String message = problem.getMessage();
    return message == null || message.isBlank()
        ? problem.getClass().getSimpleName()
        : message.replaceAll("\\s+", " ").strip();
  }
}
