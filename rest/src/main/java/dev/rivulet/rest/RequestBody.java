package dev.rivulet.rest;

import java.io.IOException;
import java.io.InputStream;

/** Reads what a client sends, so that its failures are told from the service's own. */
public final class RequestBody {
  private RequestBody() {}

  /**
   * The body, or its first {@code most} bytes.
   *
   * @throws BrokenBodyException if it ends before its time
   */
  public static byte[] read(InputStream body, int most) throws BrokenBodyException {
    try {
      return body.readNBytes(most);
    } catch (IOException e) {
      throw new BrokenBodyException(e);
    }
  }

  /**
   * Some of the body's next bytes, as {@link InputStream#read(byte[], int, int)}.
   *
   * @throws BrokenBodyException if it ends before its time
   */
  public static int read(InputStream body, byte[] into, int at, int most)
      throws BrokenBodyException {
    try {
      return body.read(into, at, most);
    } catch (IOException e) {
      throw new BrokenBodyException(e);
    }
  }
}
