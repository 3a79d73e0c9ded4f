package dev.rivulet.network;

import ai.djl.Device;
import java.util.HashMap;
import java.util.Map;

/**
 * One user's hold on a {@link TorchScript} that all who want the same program have in common: the
 * engine takes several times as long to load one as to run it. The program is closed when the last
 * of them has let go.
 */
final class SharedScript implements AutoCloseable {
  private record Key(String methods, Device device) {}

  private static final class Loaded {
    private final TorchScript script;
    private int users;

    private Loaded(Key key) {
      script = new TorchScript(key.methods, key.device);
    }
  }

  // guarded by itself, with all that is in it
  private static final Map<Key, Loaded> SCRIPTS = new HashMap<>();

  private final Key key;
  private final TorchScript script;
  private boolean closed;

  private SharedScript(Key key, TorchScript script) {
    this.key = key;
    this.script = script;
  }

  /** The program of these methods; the caller closes it. */
  static SharedScript of(String methods, Device device) {
    Key key = new Key(methods, device);
    synchronized (SCRIPTS) {
      Loaded loaded = SCRIPTS.computeIfAbsent(key, Loaded::new);
      loaded.users++;
      return new SharedScript(key, loaded.script);
    }
  }

  /** How many programs are loaded in this process. */
  static int loaded() {
    synchronized (SCRIPTS) {
      return SCRIPTS.size();
    }
  }

  TorchScript get() {
    return script;
  }

  @Override
  public void close() {
    synchronized (SCRIPTS) {
      if (closed) {
        return;
      }
      closed = true;
      Loaded loaded = SCRIPTS.get(key);
      loaded.users--;
      if (loaded.users == 0) {
        SCRIPTS.remove(key);
        script.close();
      }
    }
  }
}
