package dev.rivulet.ingest.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.ingest.dataset.ClassLayout.LabelledFile;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassLayoutTest {
  /** Of two images in each of these folders. */
  private static ClassLayout layout(String... folders) {
    return ClassLayout.of(
        Arrays.stream(folders)
            .flatMap(folder -> Stream.of(folder + "/1.png", folder + "/2.png"))
            .sorted()
            .toList());
  }

  private static List<String> names(List<LabelledFile> files) {
    return files.stream().map(LabelledFile::name).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "train, test",
    "Training, Testing",
    "training, test",
    "TRAIN, eval",
    "train, Validation",
    "training, val",
    "train, valid"
  })
  void takesTheUsualNamesForSplits(String first, String second) {
    ClassLayout layout = layout(first + "/cat", first + "/dog", second + "/cat", second + "/dog");
    assertThat(layout.classNames()).containsExactly("cat", "dog");
    assertThat(names(layout.train()))
        .containsExactly(
            first + "/cat/1.png", first + "/cat/2.png", first + "/dog/1.png", first + "/dog/2.png");
    assertThat(names(layout.validation())).hasSize(4).allMatch(name -> name.startsWith(second));
    assertThat(layout.warnings()).isEmpty();
  }

  @Test
  void takesTheFirstOfSeveralFoldersAndNamesTheOthers() {
    ClassLayout layout =
        layout(
            "test/cat", "test/dog", "train/cat", "train/dog", "Training/emu", "val/cat", "val/dog");
    assertThat(layout.classNames()).containsExactly("cat", "dog");
    assertThat(names(layout.validation())).allMatch(name -> name.startsWith("val/"));
    assertThat(layout.warnings())
        .containsExactly("images in Training, test are not used, only those in train and val");
  }

  @Test
  void namesFoldersBesideATrainingFolderAlone() {
    ClassLayout layout = layout("train/cat", "train/dog", "more/cat");
    assertThat(layout.train()).hasSize(2);
    assertThat(layout.warnings())
        .containsExactly("images in more are not used, only those in train");
  }

  @Test
  void doesNotListEveryFolderThatIsNotUsed() {
    Stream<String> others = Stream.iterate(10, i -> i + 1).limit(12).map(i -> "p" + i);
    String[] folders =
        Stream.concat(Stream.of("train/cat", "train/dog"), others).toArray(String[]::new);
    assertThat(layout(folders).warnings())
        .singleElement()
        .asString()
        .contains("p18, p19 and 2 more")
        .doesNotContain("p20");
  }

  @Test
  void saysNothingOfFoldersWithoutImages() {
    ClassLayout layout =
        ClassLayout.of(
            List.of(
                "notes/a.txt", "train/", "train/cat/1.png", "train/cat/2.png", "train/dog/1.png"));
    assertThat(layout.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "test/cat test/dog valid/cat valid/dog",
        "Test Train",
        "training testing validation",
        "train/train/cat train/test/cat",
        "pets/val/cat pets/test/cat"
      })
  void refusesSplitsForClasses(String folders) {
    assertThatThrownBy(() -> layout(folders.split(" ")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("are no classes, but splits; give train/CLASS/IMAGE and test/CLASS");
  }

  @Test
  void takesOneSplitsNameAmongOthersForAClass() {
    assertThat(layout("exam", "test").classNames()).containsExactly("exam", "test");
  }

  @Test
  void refusesFoldersThatHaveTheSameFoldersBelow() {
    assertThatThrownBy(
            () -> layout("fold1/cat", "fold1/dog", "fold2/cat/big", "fold2/dog", "fold3/emu"))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("fold1 and fold2 both have folders cat and dog")
        .hasMessageContaining("give CLASS/IMAGE");
  }

  @Test
  void leavesTooManyClassesToTheCaller() {
    String[] folders =
        IntStream.rangeClosed(0, Dataset.MAX_CLASSES)
            .boxed()
            .flatMap(i -> Stream.of(i + "/cat", i + "/dog"))
            .toArray(String[]::new);

    assertThat(layout(folders).classNames()).hasSize(Dataset.MAX_CLASSES + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // classes by kind
        "pets/cat pets/dog cars/red cars/blue",
        // one folder more in each class
        "pets/images cars/images",
        // one name by chance
        "pets/cat pets/other cars/red cars/other",
        // images in a class folder itself
        "pets pets/old pets/new cars/old cars/new"
      })
  void readsClassesWithFoldersBelow(String folders) {
    assertThat(layout(folders.split(" ")).classNames()).containsExactly("cars", "pets");
  }

  @Test
  void looksIntoOneFolderOfAnyName() {
    assertThat(layout("training/cat", "training/dog").classNames()).containsExactly("cat", "dog");
    assertThat(layout("test/cat", "test/dog").classNames()).containsExactly("cat", "dog");
    assertThat(layout("training/train/cat", "training/train/dog", "training/test/cat").classNames())
        .containsExactly("cat", "dog");
  }
}
