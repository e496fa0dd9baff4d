package org.polyring;

/**
 * A server cannot be reached, or all connections to it were in use until the deadline (status "BUSY").
 * Nothing was sent.
 */
public final class UnavailableException extends PolyringException {
  private static final long serialVersionUID = 1;

  UnavailableException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
