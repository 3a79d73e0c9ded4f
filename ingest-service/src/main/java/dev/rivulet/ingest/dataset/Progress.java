package dev.rivulet.ingest.dataset;

/** Is told how far a long step has come: bytes of a download, images of a folder. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress SILENT = (done, total) -> {};

  /**
   * @param done never less than in the call before
   * @param total -1 if unknown
   */
  void update(long done, long total);
}
