package dev.rivulet.events.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * The event on {@code training-metrics}: how one epoch of a run went; exactly one per epoch.
 *
 * @param epoch 1 to {@code epochs}
 * @param images how many were trained in the epoch
 * @param imagesPerSecond trained images per second of training and data wait
 * @param learningRate of the epoch's last step
 * @param parameters trainable ones of the network
 * @param validation of the model: the moving average of the weights, if the recipe has one
 * @param validationDetail what the validation images were taken for; older trainers did not say
 * @param rawValidation of the weights themselves, if the model is their moving average
 */
public record EpochCompleted(
    @JsonProperty(required = true) String run,
    @JsonProperty(required = true) int epoch,
    @JsonProperty(required = true) int epochs,
    @JsonProperty(required = true) String dataset,
    @JsonProperty(required = true) LossAndAccuracy train,
    @JsonProperty(required = true) LossAndAccuracy validation,
    @JsonProperty(required = true) PhaseSeconds seconds,
    @JsonProperty(required = true) int images,
    @JsonProperty(required = true) double imagesPerSecond,
    @JsonProperty(required = true) String device,
    @JsonProperty(required = true) int batchSize,
    @JsonProperty(required = true) double learningRate,
    @JsonProperty(required = true) int parameters,
    @JsonProperty(required = true) Instant completedAt,
    Optional<ValidationDetail> validationDetail,
    Optional<LossAndAccuracy> rawValidation) {

  public EpochCompleted {
    validationDetail = validationDetail == null ? Optional.empty() : validationDetail;
    rawValidation = rawValidation == null ? Optional.empty() : rawValidation;
  }

  /** The same without what the validation images were taken for, which is most of it. */
  public EpochCompleted withoutDetail() {
    return new EpochCompleted(
        run,
        epoch,
        epochs,
        dataset,
        train,
        validation,
        seconds,
        images,
        imagesPerSecond,
        device,
        batchSize,
        learningRate,
        parameters,
        completedAt,
        Optional.empty(),
        rawValidation);
  }

  /** The record key: {@code run/epoch}. */
  public String key() {
    return run + "/" + epoch;
  }
}
