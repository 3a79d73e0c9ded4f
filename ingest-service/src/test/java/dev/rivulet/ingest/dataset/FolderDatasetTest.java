package dev.rivulet.ingest.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderDatasetTest {
  @TempDir private Path folder;

  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /** A grey PNG whose level tells which image it is. */
  private static byte[] png(int level, int side) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, level * 0x010101);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void add(String name, int level) {
    files.put(name, png(level, 32));
  }

  private void addMany(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      add("%s/%03d.png".formatted(prefix, i), i);
    }
  }

  private Path written() throws IOException {
    Path root = folder.resolve("pets");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return root;
  }

  private Path zipped() throws IOException {
    return zipped(StandardCharsets.UTF_8);
  }

  private Path zipped(Charset names) throws IOException {
    Path zip = folder.resolve("pets.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out, names)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        entries.putNextEntry(new ZipEntry(file.getKey()));
        entries.write(file.getValue());
      }
    }
    return zip;
  }

  /** Writes a file, and its folder, of any name, whatever the locale. */
  private static void write(Path root, String escapedName, byte[] bytes) throws IOException {
    Path file = Path.of(URI.create(root.toUri() + escapedName));
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static LoadedDataset read(Path source) {
    try {
      return FolderDataset.read(source, Progress.SILENT);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Integer> levels(Split split) {
    List<Integer> levels = new ArrayList<>();
    for (int i = 0; i < split.size(); i++) {
      levels.add(split.chunk(i)[split.offset(i)] & 0xff);
    }
    return levels;
  }

  private void assertRefused(Path source, String... parts) {
    assertThatThrownBy(() -> read(source))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "val", "valid", "validation", "Test"})
  void readsTrainAndASecondFolder(String second) throws IOException {
    add("train/dog/2.png", 20);
    add("train/dog/1.png", 10);
    add("train/cat/9.PNG", 90);
    add(second + "/cat/x.png", 1);
    add(second + "/dog/y.png", 2);
    LoadedDataset loaded = read(written());
    Dataset dataset = loaded.dataset();
    assertThat(dataset.name()).isEqualTo("pets");
    assertThat(dataset.id()).matches("pets-[0-9a-f]{12}");
    assertThat(dataset.classNames()).containsExactly("cat", "dog");
    assertThat(levels(dataset.train())).containsExactly(90, 10, 20);
    assertThat(dataset.train().label(0)).isZero();
    assertThat(dataset.train().label(2)).isEqualTo(1);
    assertThat(levels(dataset.validation())).containsExactly(1, 2);
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void readsAZipAndItsUnpackedFolderAlike() throws IOException {
    addMany("train/cat", 5);
    addMany("train/dog", 5);
    addMany("test/cat", 2);
    addMany("test/dog", 2);
    assertThat(read(zipped()).dataset().id()).isEqualTo(read(written()).dataset().id());
  }

  @Test
  void keepsATenthOfEachClassForValidation() throws IOException {
    addMany("cat", 40);
    addMany("dog", 25);
    Dataset dataset = read(written()).dataset();
    assertThat(dataset.train().size()).isEqualTo(36 + 23);
    assertThat(dataset.validation().size()).isEqualTo(4 + 2);
    assertThat(read(zipped()).dataset().id()).isEqualTo(dataset.id());
    List<Integer> cats = levels(dataset.train()).subList(0, 36);
    cats = new ArrayList<>(cats);
    cats.addAll(levels(dataset.validation()).subList(0, 4));
    assertThat(cats).as("no image in both splits").hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void keepsMostOfTheSplitWhenAnImageIsAdded() throws IOException {
    addMany("cat", 40);
    addMany("dog", 40);
    List<Integer> before = levels(read(written()).dataset().validation()).subList(0, 4);
    add("cat/zzz.png", 200);
    List<Integer> after = levels(read(written()).dataset().validation()).subList(0, 4);
    assertThat(after.stream().filter(before::contains).count()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void endsWhenNobodyWaitsForItAnyMore() throws IOException {
    addMany("cat", 3);
    addMany("dog", 3);
    Path source = written();
    Thread waiting = Thread.currentThread();
    assertThatThrownBy(() -> FolderDataset.read(source, (done, all) -> waiting.interrupt()))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void looksIntoAWrappingFolder() throws IOException {
    addMany("my pets/train/cat", 3);
    addMany("my pets/train/dog", 3);
    addMany("my pets/val/dog", 1);
    addMany("my pets/val/cat", 1);
    Dataset dataset = read(zipped()).dataset();
    assertThat(dataset.classNames()).containsExactly("cat", "dog");
    assertThat(dataset.validation().size()).isEqualTo(2);
  }

  @Test
  void takesTrainForAClassWhenItHoldsImagesItself() throws IOException {
    addMany("car", 10);
    addMany("train", 10);
    assertThat(read(written()).dataset().classNames()).containsExactly("car", "train");
  }

  @Test
  void readsImagesOfOtherSizesAndUnicodeNames() throws IOException {
    files.put("Größe/ü.png", png(7, 100));
    files.put("Größe/v.png", png(7, 3));
    files.put("猫/a.png", png(8, 40));
    files.put("猫/b.png", png(8, 40));
    Dataset dataset = read(zipped()).dataset();
    assertThat(dataset.classNames()).containsExactly("Größe", "猫");
    assertThat(levels(dataset.train())).containsExactly(7, 8);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void readsFilesWhoseNamesAreNoText() throws IOException {
    addMany("train/dog", 2);
    addMany("test/dog", 1);
    Path root = written();
    write(root, "train/caf%E9/1%E8.png", png(7, 32));
    write(root, "train/caf%E9/1%E9.png", png(8, 32));
    write(root, "test/caf%E9/1.png", png(9, 32));
    LoadedDataset loaded = read(root);
    assertThat(loaded.dataset().classNames()).containsExactly("caf%E9", "dog");
    assertThat(levels(loaded.dataset().train())).containsExactly(7, 8, 0, 1);
    assertThat(loaded.warnings()).isEmpty();
  }

  /** What the test below starts: prints the id and the class names, escaped. */
  static final class InAsciiLocale {
    public static void main(String[] folder) {
      Dataset dataset = read(Path.of(folder[0])).dataset();
      String names = URLEncoder.encode(dataset.classNames().toString(), StandardCharsets.UTF_8);
      System.out.println(dataset.id() + " " + names);
    }
  }

  @Test
  void readsUnicodeNamesInALocaleThatHasNone() throws Exception {
    Path root = Files.createDirectories(folder.resolve("pets"));
    for (String name :
        List.of("L%C3%B6we/%C3%BC", "L%C3%B6we/%C3%A4", "L%C3%A4we/1", "L%C3%A4we/2")) {
      write(root, name + ".png", png(name.hashCode() & 0xff, 32));
    }
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            InAsciiLocale.class.getName(),
            root.toString());
    java.environment().put("LC_ALL", "C");
    Process process = java.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Dataset dataset = read(root).dataset();
    assertThat(output.strip()).isEqualTo(dataset.id() + " %5BL%C3%A4we%2C+L%C3%B6we%5D");
  }

  @Test
  void readsAZipWithNamesInCodePage437() throws IOException {
    files.put("Größe/ü.png", png(7, 32));
    files.put("Größe/ä.png", png(7, 32));
    files.put("b/1.png", png(9, 32));
    files.put("b/2.png", png(9, 32));
    Path zip = zipped(Charset.forName("IBM437"));
    Dataset dataset = read(zip).dataset();
    assertThat(dataset.classNames()).containsExactly("Größe", "b");
    assertThat(levels(dataset.train())).containsExactly(7, 9);
    assertThat(dataset.id()).isEqualTo(read(zipped()).dataset().id());
  }

  @Test
  void readsNamesInUtf8BesideThoseInCodePage437() throws IOException {
    Path zip = folder.resolve("pets.zip");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      out.setEncoding("IBM437");
      // which says that a name is in UTF-8
      out.setFallbackToUTF8(true);
      for (String name : List.of("Größe/1.png", "Größe/2.png", "猫/1.png", "猫/2.png")) {
        out.putArchiveEntry(new ZipArchiveEntry(name));
        out.write(png(7, 32));
        out.closeArchiveEntry();
      }
    }
    assertThat(read(zip).dataset().classNames()).containsExactly("Größe", "猫");
  }

  @Test
  void takesComposedAndDecomposedNamesForTheSameClass() throws IOException {
    add("train/" + Normalizer.normalize("Löwe", Normalizer.Form.NFD) + "/1.png", 1);
    add("train/Tiger/2.png", 2);
    add("test/" + Normalizer.normalize("Löwe", Normalizer.Form.NFC) + "/3.png", 3);
    add("test/Tiger/4.png", 4);
    assertThat(read(zipped()).dataset().classNames()).containsExactly("Löwe", "Tiger");
  }

  @Test
  void ignoresHiddenAndOtherFiles() throws IOException {
    addMany("cat", 10);
    addMany("dog", 10);
    String id = read(zipped()).dataset().id();
    files.put("__MACOSX/cat/._000.png", new byte[10]);
    files.put("cat/.hidden.png", new byte[10]);
    files.put("cat/notes.txt", new byte[10]);
    files.put(".git/cat/1.png", new byte[10]);
    files.put("README.md", new byte[10]);
    LoadedDataset loaded = read(zipped());
    assertThat(loaded.dataset().id()).isEqualTo(id);
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void namesAFewUnreadableImagesAndSkipsThem() throws IOException {
    addMany("train/cat", 50);
    addMany("train/dog", 50);
    addMany("test/cat", 2);
    addMany("test/dog", 2);
    files.put("train/cat/020.png", new byte[] {1, 2, 3});
    LoadedDataset loaded = read(written());
    assertThat(loaded.dataset().train().size()).isEqualTo(99);
    assertThat(levels(loaded.dataset().train()).subList(18, 22)).containsExactly(18, 19, 21, 22);
    assertThat(loaded.dataset().train().label(48)).isZero();
    assertThat(loaded.dataset().train().label(49)).isEqualTo(1);
    assertThat(loaded.warnings()).singleElement().asString().contains("train/cat/020.png");
    assertThat(loaded.warning()).isPresent();
  }

  @Test
  void refusesASetWithManyUnreadableImages() throws IOException {
    addMany("cat", 10);
    addMany("dog", 10);
    files.put("dog/000.png", new byte[10]);
    files.put("dog/a.webp", new byte[10]);
    assertRefused(written(), "2 of 21 images cannot be read", "dog/000.png");
  }

  @Test
  void tellsItsProgress() throws Exception {
    addMany("cat", 10);
    addMany("dog", 10);
    List<Long> done = new ArrayList<>();
    FolderDataset.read(
        written(),
        (images, total) -> {
          assertThat(total).isEqualTo(20);
          done.add(images);
        });
    assertThat(done).isSorted().endsWith(20L);
  }

  @Test
  void refusesWhatIsNoSetOfClasses() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertRefused(empty, "it is empty", "CLASS/IMAGE");
    add("picture.png", 1);
    assertRefused(written(), "no class folders");
    files.clear();
    addMany("train/cat", 3);
    addMany("test/cat", 3);
    assertRefused(zipped(), "one class only, cat");
  }

  @Test
  void refusesAnEmptyClass() throws IOException {
    addMany("train/cat", 3);
    addMany("train/dog", 3);
    addMany("test/cat", 1);
    Path root = written();
    Files.createDirectories(root.resolve("train/emu"));
    assertRefused(root, "class emu has no images");
  }

  @Test
  void refusesNamesThatNoModelMayHave() throws IOException {
    String longest = "x".repeat(200);
    addMany(longest, 2);
    addMany("cat", 2);
    assertThat(read(written()).dataset().classNames()).containsExactly("cat", longest);
    files.put(longest + "y/1.png", new byte[1]);
    assertRefused(zipped(), "class name '" + longest + "y'", "above 200 characters", "rename");
    files.remove(longest + "y/1.png");
    files.put(" /1.png", new byte[1]);
    assertRefused(zipped(), "class name ' ' is blank", "rename the class");
  }

  @Test
  void refusesADataSetWhoseNameNoModelMayHave() throws IOException {
    addMany("cat", 2);
    addMany("dog", 2);
    Path blank = Files.move(zipped(), folder.resolve(" .zip"));
    assertRefused(blank, "data set's name ' ' is blank", "rename its folder or zip");
    Path tooLong = Files.move(written(), folder.resolve("x".repeat(201)));
    assertRefused(tooLong, "xxx' is blank, above 200 characters", "rename its folder or zip");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cifar10", "shapes"})
  void neverHasTheNameOfTheOfficialOrTheBuiltInDataSet(String reserved) throws IOException {
    addMany("cat", 2);
    addMany("dog", 2);
    Path zip = Files.move(zipped(), folder.resolve(reserved + ".ZIP"));
    for (Path source : List.of(Files.move(written(), folder.resolve(reserved)), zip)) {
      LoadedDataset loaded = read(source);
      assertThat(loaded.dataset().name()).isEqualTo(reserved + "-folder");
      assertThat(loaded.dataset().id()).startsWith(reserved + "-folder-");
      assertThat(loaded.source()).isEqualTo(source.toString());
      assertThat(loaded.warnings())
          .containsExactly(
              "this is not Rivulet's %s, so it is called %s-folder".formatted(reserved, reserved));
    }
  }

  @Test
  void keepsNamesThatAreNearlyReserved() throws IOException {
    addMany("cat", 2);
    addMany("dog", 2);
    Path source = Files.move(written(), folder.resolve("cifar10-small"));
    assertThat(read(source).dataset().name()).isEqualTo("cifar10-small");
    assertThat(read(source).warnings()).isEmpty();
  }

  @Test
  void refusesATestClassThatTrainLacks() throws IOException {
    addMany("train/cat", 3);
    addMany("train/dog", 3);
    addMany("test/emu", 1);
    assertRefused(written(), "class emu is in test but not in train");
  }

  @Test
  void warnsOfAClassWithoutValidationImages() throws IOException {
    addMany("train/cat", 3);
    addMany("train/dog", 3);
    addMany("test/cat", 1);
    assertThat(read(written()).warnings()).containsExactly("class dog has no images in test");
  }

  @Test
  void refusesACorruptZip() throws IOException {
    addMany("cat", 5);
    addMany("dog", 5);
    byte[] whole = Files.readAllBytes(zipped());
    Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(whole, 300));
    assertRefused(cut, "cannot be read", "check that it is whole");
  }
}
