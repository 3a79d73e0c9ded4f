package dev.rivulet.ingest.dataset;

import java.util.List;
import java.util.Optional;

/**
 * A data set with where it came from and what its user should know.
 *
 * @param source {@code cifar10}, {@code shapes} or an absolute path: what {@link Datasets#load}
 *     takes to load the very same again
 * @param warnings one line each: that it is a fallback and why, which images were skipped
 */
public record LoadedDataset(Dataset dataset, String source, List<String> warnings) {
  public LoadedDataset {
    warnings = List.copyOf(warnings);
  }

  /** All warnings in one text, if there are any. */
  public Optional<String> warning() {
    return warnings.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", warnings));
  }
}
