package org.polyring;

/** There is no such profile, or it cannot take an override that the text asks for. */
public final class InvalidProfileException extends InvalidArgumentException {
  private static final long serialVersionUID = 1;

  InvalidProfileException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
