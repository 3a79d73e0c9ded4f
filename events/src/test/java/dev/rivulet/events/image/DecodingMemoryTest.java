package dev.rivulet.events.image;

import static dev.rivulet.events.image.SamplePictures.chunk;
import static dev.rivulet.events.image.SamplePictures.encoded;
import static dev.rivulet.events.image.SamplePictures.inserted;
import static dev.rivulet.events.image.SamplePictures.smooth;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingMemoryTest {
  private static final int IHDR_END = 33;

  /** More images than there are mebibytes: if one kept its share, the last would wait for ever. */
  @Test
  void isGivenBackByImagesThatCannotBeDecoded() throws Exception {
    ImageDecoder decoder = new ImageDecoder();
    byte[] png = encoded(smooth(32, 32, BufferedImage.TYPE_3BYTE_BGR), "png");
    // all checksums are right, but the pixels are no zlib stream
    byte[] corrupt = inserted(png, IHDR_END, chunk("IDAT", new byte[] {1, 2, 3}));
    int images = 2 * (DecodingMemory.MAX_PICTURE_BYTES + DecodingMemory.MAX_EXTRA_BYTES >> 20);
    CompletableFuture<Void> all =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < images; i++) {
                assertThatThrownBy(() -> decoder.decode(corrupt))
                    .hasMessageContaining("the PNG cannot be decoded");
              }
            });
    all.get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void countsTheChannelThatATransparentGreyAdds(int type) throws IOException {
    byte[] opaque = encoded(smooth(32, 32, type), "png");
    byte[] transparent = inserted(opaque, IHDR_END, chunk("tRNS", new byte[] {0, 7}));
    assertThat(PngHeader.read(opaque).frameBytes()).isEqualTo(bytesRead(opaque));
    assertThat(PngHeader.read(transparent).frameBytes())
        .isEqualTo(bytesRead(transparent))
        .isEqualTo(2 * bytesRead(opaque));
  }

  private static long bytesRead(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    int bits = image.getSampleModel().getSampleSize(0) * image.getRaster().getNumBands();
    return (long) image.getWidth() * image.getHeight() * bits / Byte.SIZE;
  }
}
