package dev.rivulet.network;

import java.util.Locale;

/** Why a checkpoint was not loaded: a closed list, so it can label a metric. */
public enum RefusalReason {
  /** Not a safetensors blob. */
  FORMAT,
  /** Its description is missing, malformed or damaged. */
  DESCRIPTION,
  /** Names, shapes or types of another network, or values that are not finite. */
  WEIGHTS,
  /** Its class names do not match the network's outputs. */
  CLASSES,
  /** The weights are not those that the description's checksum was made of. */
  CHECKSUM,
  /** The network answers images with something else than probabilities. */
  ANSWERS,
  /** The engine cannot run it. */
  ENGINE;

  /** Lower case, for example {@code checksum}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
