package dev.rivulet.network;

import ai.djl.Device;
import java.util.HashMap;
import java.util.Map;

/**
 * A {@link TorchScript} that all who want the same program have in common: the engine takes several
 * times as long to load one as to run it. It is closed by the last of them.
 */
final class SharedScript implements AutoCloseable {
  private record Key(String methods, Device device) {}

  // guarded by itself
  private static final Map<Key, SharedScript> SCRIPTS = new HashMap<>();

  private final Key key;
  private final TorchScript script;
  private int users;

  private SharedScript(Key key) {
    this.key = key;
    script = new TorchScript(key.methods, key.device);
  }

  /** The program of these methods; the caller closes it. */
  static SharedScript of(String methods, Device device) {
    synchronized (SCRIPTS) {
      SharedScript shared = SCRIPTS.computeIfAbsent(new Key(methods, device), SharedScript::new);
      shared.users++;
      return shared;
    }
  }

  TorchScript get() {
    return script;
  }

  /** To be called once by each who has it. */
  @Override
  public void close() {
    synchronized (SCRIPTS) {
      users--;
      if (users == 0) {
        SCRIPTS.remove(key);
        script.close();
      }
    }
  }
}
