package dev.rivulet.local.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.events.checkpoint.ModelSelection;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints that are on the topic, and which of them is selected.
 *
 * @param selected the one that the selection means; absent if it is not there
 * @param models in the order of their publication
 */
public record ModelListing(
    @JsonProperty(required = true) ModelSelection selection,
    Optional<ModelSummary> selected,
    @JsonProperty(required = true) List<ModelSummary> models) {

  public ModelListing {
    models = List.copyOf(models);
  }
}
