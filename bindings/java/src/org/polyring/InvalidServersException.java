package org.polyring;

/** The list of servers is malformed, or the profile's client does not take it. */
public final class InvalidServersException extends InvalidArgumentException {
  private static final long serialVersionUID = 1;

  InvalidServersException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
