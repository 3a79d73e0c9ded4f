package dev.rivulet.local.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
  @TempDir Path folder;

  @Test
  void findsImagesInFoldersAndBelow() throws Exception {
    Path below = Files.createDirectories(folder.resolve("photos/2026"));
    Path cat = Files.createFile(below.resolve("cat.JPG"));
    Path dog = Files.createFile(folder.resolve("photos/dog.png"));
    Files.createFile(folder.resolve("photos/notes.txt"));

    assertThat(ImageFiles.of(List.of(folder))).containsExactly(cat, dog);
  }

  @Test
  void takesAnyFileThatIsNamed() throws Exception {
    Path raw = Files.write(folder.resolve("pixels.bin"), new byte[3_072]);

    assertThat(ImageFiles.of(List.of(raw))).containsExactly(raw);
  }

  @Test
  void saysThatAFolderHasNoImages() {
    assertThatThrownBy(() -> ImageFiles.of(List.of(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no images");
  }

  @Test
  void saysThatAFileIsTooLarge() throws Exception {
    Path large = folder.resolve("large.png");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(18L << 20);
    }

    assertThatThrownBy(() -> ImageFiles.of(List.of(large)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("18,874,368 bytes");
  }
}
