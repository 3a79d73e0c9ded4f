package dev.rivulet.ingest.dataset;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Finds the data set that a user named: {@code auto}, {@code cifar10}, {@code shapes} or a path.
 */
public final class Datasets {
  public static final String AUTO = "auto";

  private final Path dataFolder;
  private final CifarDownload download;

  /**
   * @param dataFolder where downloads are kept
   */
  public Datasets(Path dataFolder, CifarDownload download) {
    this.dataFolder = dataFolder;
    this.download = download;
  }

  /**
   * Loads a data set into memory.
   *
   * @param wanted {@code auto} (cifar10, or shapes with a warning that says why), {@code cifar10}
   *     (downloaded once), {@code shapes}, or the path of a folder or archive
   * @param progress is told bytes while downloading, images while reading a folder, and in the end
   *     that all images are there
   * @throws DatasetException if it cannot be had, in one line that says what to do
   */
  public LoadedDataset load(String wanted, Progress progress) throws InterruptedException {
    LoadedDataset loaded =
        switch (wanted.strip()) {
          case AUTO -> auto(progress);
          case CifarDataset.NAME -> cifar(progress);
          case ShapesDataset.NAME -> shapes(List.of());
          default -> path(wanted.strip(), progress);
        };
    int images = loaded.dataset().train().size() + loaded.dataset().validation().size();
    progress.update(images, images);
    return loaded;
  }

  private LoadedDataset auto(Progress progress) throws InterruptedException {
    try {
      return cifar(progress);
    } catch (DatasetException e) {
      return shapes(
          List.of(
              "CIFAR-10 cannot be had, so this run uses the built-in shapes: " + e.getMessage()));
    }
  }

  private LoadedDataset cifar(Progress progress) throws InterruptedException {
    Path source = CifarDataset.isIn(dataFolder) ? dataFolder : download.fetch(dataFolder, progress);
    return new LoadedDataset(CifarDataset.read(source), CifarDataset.NAME, List.of());
  }

  private static LoadedDataset shapes(List<String> warnings) {
    return new LoadedDataset(ShapesDataset.create(), ShapesDataset.NAME, warnings);
  }

  private static LoadedDataset path(String wanted, Progress progress) throws InterruptedException {
    Path path = absolute(wanted);
    if (!Files.exists(path)) {
      throw new DatasetException(
          "data set %s is neither auto, cifar10 or shapes nor an existing path; check the spelling"
              .formatted(wanted));
    }
    if (!Files.isReadable(path)) {
      throw new DatasetException(
          "data set %s may not be read by this user; change its permissions".formatted(path));
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    boolean folder = Files.isDirectory(path);
    if (name.endsWith(".tar.gz") || name.endsWith(".tgz") || folder && CifarDataset.isIn(path)) {
      return new LoadedDataset(CifarDataset.read(path), path.toString(), List.of());
    }
    if (folder || name.endsWith(".zip")) {
      return FolderDataset.read(path, progress);
    }
    throw new DatasetException(
        "data set %s is no folder, zip or CIFAR-10 tar.gz; name one of these".formatted(path));
  }

  private static Path absolute(String wanted) {
    try {
      return Path.of(wanted).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new DatasetException(
          "data set %s can be no path here (%s); check the spelling, or start ingest-service with LC_ALL=C.UTF-8 if it has letters beyond ASCII"
              .formatted(wanted, e.getReason()),
          e);
    }
  }
}
