package dev.rivulet.rest;

import java.io.IOException;

/** The client broke off, or what it sent cannot be read. */
public final class BrokenBodyException extends IOException {
  private static final long serialVersionUID = 1L;

  BrokenBodyException(IOException cause) {
    super("the body cannot be read: " + cause.getMessage(), cause);
  }
}
