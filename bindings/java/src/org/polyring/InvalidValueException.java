package org.polyring;

/**
 * A value that has no form on the server: nothing was sent. Or what lies on the server cannot be
 * read, or is of another class than was asked for.
 */
public final class InvalidValueException extends InvalidArgumentException {
  private static final long serialVersionUID = 1;

  InvalidValueException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
