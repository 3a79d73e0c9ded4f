package dev.rivulet.export;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.network.Weights;
import java.util.Optional;

/**
 * A network and what is known of how it came about.
 *
 * @param run the run that trained it; absent if its events are gone
 * @param epoch the epoch at whose end the weights were these; absent if they are from the middle of
 *     one
 */
public record TrainedModel(
    ModelDescription description,
    Weights weights,
    Optional<TrainingRun> run,
    Optional<EpochCompleted> epoch) {}
