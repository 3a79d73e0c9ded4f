package dev.rivulet.performance.jmh;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.performance.pipeline.Pictures;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An image file to the pixels that the network sees. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodingBenchmark {
  private static final int FILES = 256;
  private static final int RAW_BYTES = 3_072;
  private static final int PHOTO_WIDTH = 640;
  private static final int PHOTO_HEIGHT = 480;

  private final ImageDecoder decoder = new ImageDecoder();
  private final List<byte[]> pngs = Pictures.encoded("png", FILES);
  private final List<byte[]> jpegs = Pictures.encoded("jpg", FILES);
  private final byte[] photo = photo();
  private final byte[] raw = new byte[RAW_BYTES];
  private int next;

  @Benchmark
  public byte[] decodeASmallPng() {
    return decoder.decode(pngs.get(next++ % FILES));
  }

  @Benchmark
  public byte[] decodeASmallJpeg() {
    return decoder.decode(jpegs.get(next++ % FILES));
  }

  @Benchmark
  public byte[] decodeAJpegPhoto() {
    return decoder.decode(photo);
  }

  @Benchmark
  public byte[] takeRawPixels() {
    return decoder.decode(raw);
  }

  /** Smooth with a little noise, as photographs are. */
  private static byte[] photo() {
    BufferedImage picture =
        new BufferedImage(PHOTO_WIDTH, PHOTO_HEIGHT, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < PHOTO_HEIGHT; y++) {
      for (int x = 0; x < PHOTO_WIDTH; x++) {
        int red = (int) (100 + 50 * Math.sin(x / 40.0) + random.nextInt(16));
        int green = (int) (100 + 50 * Math.cos(y / 30.0) + random.nextInt(16));
        int blue = (x + y) / 8 + random.nextInt(16);
        picture.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return Pictures.encode("jpg", picture);
  }
}
