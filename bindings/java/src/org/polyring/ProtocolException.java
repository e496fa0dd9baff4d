package org.polyring;

/**
 * The server answered something else than was asked. Nothing of it is used.
 */
public final class ProtocolException extends PolyringException {
  private static final long serialVersionUID = 1;

  ProtocolException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
