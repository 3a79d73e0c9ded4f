package dev.rivulet.ingest.dataset;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.image.ImageRejectedException;
import dev.rivulet.ingest.dataset.ClassLayout.LabelledFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Reads a folder or a zip with one sub-folder of images per class, any sizes, decoding on all
 * cores.
 *
 * <p>The layout is {@code train/CLASS/…} and {@code test/CLASS/…} (or what {@link SplitFolders} are
 * called else), or {@code CLASS/…}, of which a tenth becomes the validation split. Images are in
 * the order of their names, whatever the file system's.
 */
public final class FolderDataset {
  // a folder of that name is another data set
  private static final Set<String> RESERVED = Set.of(CifarDataset.NAME, ShapesDataset.NAME);
  private static final int MAX_NAMED = 10;
  private static final int MAX_UNREADABLE_PERCENT = 5;
  // enough to see that a file is too long
  private static final int MAX_READ_BYTES = ImageDecoder.DEFAULT_MAX_BYTES + 1;
  private static final int PROGRESS_STEP_IMAGES = 250;

  private final Path source;
  private final String ownName;
  private final String name;
  private final Progress progress;
  private final ImageDecoder decoder = new ImageDecoder();
  private final ReadingMemory memory = ReadingMemory.ofHeap();
  private final SortedMap<String, String> unreadable = new TreeMap<>();
  private int totalImages;
  private int doneImages;

  private FolderDataset(Path source, Progress progress) {
    this.source = source;
    String fileName = String.valueOf(source.toAbsolutePath().normalize().getFileName());
    this.ownName = fileName.replaceFirst("(?i)\\.zip$", "");
    this.name = RESERVED.contains(ownName) ? ownName + "-folder" : ownName;
    this.progress = progress;
  }

  /**
   * Reads and decodes all images.
   *
   * @param source a folder or a zip file
   * @param progress is told images
   * @throws DatasetException if there are no two classes of readable images, or more than 5 % of
   *     the images are unreadable
   * @throws InterruptedException soon after this thread is interrupted
   */
  public static LoadedDataset read(Path source, Progress progress) throws InterruptedException {
    return new FolderDataset(source, progress).read();
  }

  private LoadedDataset read() throws InterruptedException {
    try (ImageFiles files = ImageFiles.open(source)) {
      ClassLayout layout = layout(files.names());
      totalImages = layout.train().size() + layout.validation().size();
      checkMemory();
      Split train = decode(files, layout.train());
      Split validation = decode(files, layout.validation());
      checkUnreadable();
      List<String> warnings = new ArrayList<>();
      if (!name.equals(ownName)) {
        warnings.add("this is not Rivulet's %s, so it is called %s".formatted(ownName, name));
      }
      warnings.addAll(layout.warnings());
      warnings.addAll(unreadableWarnings());
      return new LoadedDataset(
          Dataset.of(name, layout.classNames(), train, validation),
          source.toAbsolutePath().normalize().toString(),
          warnings);
    } catch (IOException e) {
      throw new DatasetException(
          "data set %s cannot be read (%s); check that it is whole and may be read"
              .formatted(source, describe(e)),
          e);
    }
  }

  private ClassLayout layout(List<String> names) {
    if (names.isEmpty()) {
      throw unsuitable("it is empty");
    }
    ClassLayout layout;
    try {
      layout = ClassLayout.of(names);
    } catch (DatasetException e) {
      throw new DatasetException("data set %s: %s".formatted(source, e.getMessage()), e);
    }
    int classes = layout.classNames().size();
    if (classes == 0) {
      throw unsuitable("it has no class folders");
    }
    if (classes == 1) {
      throw unsuitable("it has images of one class only, " + layout.classNames().get(0));
    }
    if (classes > Dataset.MAX_CLASSES) {
      throw unsuitable("it has %d classes, more than %d".formatted(classes, Dataset.MAX_CLASSES));
    }
    // here already, before all images are decoded
    Dataset.checkNames(name, layout.classNames());
    return layout;
  }

  private DatasetException unsuitable(String what) {
    return new DatasetException(
        "data set %s: %s; give a folder or zip of train/CLASS/IMAGE and test/CLASS/IMAGE, or of CLASS/IMAGE"
            .formatted(source, what));
  }

  /** The rest of the heap is for {@link ReadingMemory} and for decoding. */
  private void checkMemory() {
    long neededBytes = (long) totalImages * (Split.IMAGE_BYTES + Short.BYTES);
    long heapBytes = Runtime.getRuntime().maxMemory();
    if (neededBytes > heapBytes / 4 * 3) {
      throw new DatasetException(
          "data set %s: its %d images take %d MB, too much for %d MB of memory; give ingest more: RIVULET_INGEST_MEMORY with docker compose, _JAVA_OPTIONS=-Xmx%dm with ./rivulet"
              .formatted(
                  source,
                  totalImages,
                  neededBytes >> 20,
                  heapBytes >> 20,
                  (neededBytes / 3 * 4 >> 20) + 1));
    }
  }

  private Split decode(ImageFiles files, List<LabelledFile> images) throws InterruptedException {
    Thread waiting = Thread.currentThread();
    Split split = new Split(images.size());
    BitSet failed = new BitSet();
    IntStream.range(0, images.size())
        .parallel()
        .forEach(
            i -> {
              if (waiting.isInterrupted()) {
                return;
              }
              LabelledFile image = images.get(i);
              try {
                split.put(i, image.label(), pixels(files, image.name()));
                count();
              } catch (IOException | ImageRejectedException e) {
                skip(failed, i, image.name(), describe(e));
              }
            });
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return failed.isEmpty() ? split : split.without(failed);
  }

  private byte[] pixels(ImageFiles files, String name) throws IOException {
    long bytes = Math.min(files.size(name), MAX_READ_BYTES);
    try (ReadingMemory.Share share = memory.take(bytes)) {
      return decoder.decode(files.read(name, MAX_READ_BYTES));
    }
  }

  private synchronized void skip(BitSet failed, int index, String name, String why) {
    failed.set(index);
    unreadable.put(name, why);
    count();
  }

  private synchronized void count() {
    doneImages++;
    if (doneImages % PROGRESS_STEP_IMAGES == 0 || doneImages == totalImages) {
      progress.update(doneImages, totalImages);
    }
  }

  private void checkUnreadable() {
    if (unreadable.size() * 100L > (long) MAX_UNREADABLE_PERCENT * totalImages) {
      String first = unreadable.firstKey();
      throw new DatasetException(
          "data set %s: %d of %d images cannot be read, for example %s (%s); repair or remove them"
              .formatted(source, unreadable.size(), totalImages, first, unreadable.get(first)));
    }
  }

  private List<String> unreadableWarnings() {
    List<String> warnings = new ArrayList<>();
    unreadable.forEach(
        (file, why) -> {
          if (warnings.size() < MAX_NAMED) {
            warnings.add("skipped %s: %s".formatted(file, why));
          }
        });
    if (unreadable.size() > MAX_NAMED) {
      warnings.add("skipped %d unreadable images in all".formatted(unreadable.size()));
    }
    return warnings;
  }

  private static String describe(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().replaceAll("\\s+", " ");
  }
}
