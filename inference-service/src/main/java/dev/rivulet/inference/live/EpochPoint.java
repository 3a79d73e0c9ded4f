package dev.rivulet.inference.live;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import java.time.Instant;

/**
 * One epoch as the live page draws it.
 *
 * @param secondsSoFar of this and all epochs before it
 * @param detailed whether there is a confusion matrix or a list of mistakes to ask for
 */
record EpochPoint(
    String run,
    int epoch,
    int epochs,
    String dataset,
    LossAndAccuracy train,
    LossAndAccuracy validation,
    PhaseSeconds seconds,
    double secondsSoFar,
    int images,
    double imagesPerSecond,
    String device,
    int batchSize,
    double learningRate,
    int parameters,
    Instant completedAt,
    boolean detailed) {

  static EpochPoint of(EpochCompleted event, double secondsBefore) {
    return new EpochPoint(
        event.run(),
        event.epoch(),
        event.epochs(),
        event.dataset(),
        event.train(),
        event.validation(),
        event.seconds(),
        secondsBefore + event.seconds().total(),
        event.images(),
        event.imagesPerSecond(),
        event.device(),
        event.batchSize(),
        event.learningRate(),
        event.parameters(),
        event.completedAt(),
        event.validationDetail().isPresent());
  }
}
