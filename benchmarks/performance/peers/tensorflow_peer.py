"""The network as the original program has it, in TensorFlow and Keras: model.fit on random images in memory.

usage: tensorflow_peer.py SECONDS THREADS BATCH
Prints images per second of training as one line of JSON.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

MEAN = np.array([0.4913997551666284, 0.48215855929893703, 0.4465309133731618]) * 255
DEVIATION = np.array([0.24703225141799082, 0.24348516474564, 0.26158783926049628]) * 255


class Scale(layers.Layer):
    """One learned factor per channel, which starts small."""

    def build(self, shape):
        self.scale = self.add_weight(
            name="scale", shape=(shape[-1],), initializer=keras.initializers.Constant(1e-6))

    def call(self, x):
        return x * self.scale


def block(x, factor):
    channels = x.shape[-1]
    y = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=factor)(x)
    y = layers.LayerNormalization(epsilon=1e-3)(y)
    y = layers.Activation(lambda value: keras.activations.gelu(value, approximate=False))(y)
    y = layers.Dropout(0.5)(y)
    y = Scale()(layers.Dense(channels)(y))
    return layers.Add()([x, y])


def network(width=32, depths=(2, 4, 2), factors=(2, 4, 2), classes=10):
    pixels = keras.Input((32, 32, 3))
    x = layers.Normalization(mean=MEAN, variance=DEVIATION**2)(pixels)
    x = layers.Conv2D(width, 4, padding="same")(x)
    x = layers.LayerNormalization(epsilon=1e-3)(x)
    for stage, (depth, factor) in enumerate(zip(depths, factors)):
        if stage > 0:
            x = layers.Dense(width << stage)(x)
            x = layers.MaxPooling2D()(x)
            x = layers.LayerNormalization(epsilon=1e-6)(x)
        for _ in range(depth):
            x = block(x, factor)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Activation("relu")(layers.LayerNormalization(epsilon=1e-3)(x))
    return keras.Model(pixels, layers.Dense(classes)(x))


class Clock(keras.callbacks.Callback):
    """Counts steps after a warm-up, and stops when the time is over."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds
        self.steps = 0
        self.compiled = self.begun = self.ended = None

    def on_train_batch_end(self, batch, logs=None):
        now = time.perf_counter()
        if self.compiled is None:
            self.compiled = now  # the first step traces the graph
        elif self.begun is None:
            if now - self.compiled >= self.seconds / 2:
                self.begun = now
        else:
            self.steps += 1
            self.ended = now
            if now - self.begun >= self.seconds:
                self.model.stop_training = True


def main():
    seconds, threads, batch = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    keras.utils.set_random_seed(1)
    model = network()
    if model.count_params() != 170_282:
        sys.exit(f"another network: {model.count_params()} parameters")
    model.compile(
        optimizer=keras.optimizers.Adam(0.002, epsilon=1e-7),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (batch, 32, 32, 3), dtype=np.uint8)
    labels = random.integers(0, 10, batch)
    batches = tf.data.Dataset.from_tensors((images, labels)).repeat()
    clock = Clock(seconds)
    model.fit(batches, epochs=1, steps_per_epoch=1_000_000, verbose=0, callbacks=[clock])
    rate = clock.steps * batch / (clock.ended - clock.begun)
    print(json.dumps({"program": f"TensorFlow {tf.__version__}", "values": {"images/s": rate}}))


if __name__ == "__main__":
    main()
