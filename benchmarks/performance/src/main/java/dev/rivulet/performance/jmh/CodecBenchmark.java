package dev.rivulet.performance.jmh;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.network.VerifiedCheckpoint;
import dev.rivulet.network.Weights;
import dev.rivulet.performance.pipeline.PublishedModel;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Events to bytes and back: a batch of 32 images, a prediction, a checkpoint. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodecBenchmark {
  private static final int BATCH = 32;

  private final ImageBatch batch = batch();
  private final byte[] batchBytes = batch.toRecord("topic").value();
  private final Weights weights = PublishedModel.weights(1);
  private final ModelDescription model = PublishedModel.describe(1, weights);
  private final byte[] checkpoint = weights.toSafeTensors(model.toMetadata()).toBytes();
  private final Prediction prediction = prediction(model);
  private final byte[] predictionBytes = EventJson.write(prediction);

  @Benchmark
  public byte[] writeABatch() {
    return batch.toRecord("topic").value();
  }

  @Benchmark
  public LabelledImages readABatch() {
    return LabelledImages.fromTensors(SafeTensors.read(batchBytes));
  }

  @Benchmark
  public byte[] writeAPrediction() {
    return EventJson.write(prediction);
  }

  @Benchmark
  public Prediction readAPrediction() {
    return EventJson.read(predictionBytes, Prediction.class);
  }

  @Benchmark
  public byte[] writeACheckpoint() {
    return weights.toSafeTensors(model.toMetadata()).toBytes();
  }

  @Benchmark
  public VerifiedCheckpoint readAndVerifyACheckpoint() {
    return VerifiedCheckpoint.of(checkpoint);
  }

  private static ImageBatch batch() {
    byte[] images = new byte[BATCH * LabelledImages.IMAGE_BYTES];
    Random random = new Random(1);
    random.nextBytes(images);
    int[] labels = random.ints(BATCH, 0, 10).toArray();
    return ImageBatch.parts("run", 0, 1, 0, new LabelledImages(images, labels)).get(0);
  }

  private static Prediction prediction(ModelDescription model) {
    Map<String, Double> byClass = new LinkedHashMap<>();
    model.classes().forEach(name -> byClass.put(name, 1.0 / 3 / model.classes().size()));
    Instant now = Instant.now();
    return new Prediction(
        "image-1",
        model.classes().get(0),
        1.0 / 3,
        byClass,
        new Prediction.Model(
            model.run(),
            model.epoch(),
            model.dataset(),
            model.validationAccuracy(),
            model.sha256()),
        Optional.of(new Prediction.Source("images", 0, 1)),
        now,
        now,
        1.5);
  }
}
