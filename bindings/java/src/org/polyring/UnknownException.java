package org.polyring;

/**
 * The request was sent and no answer came in time: a change may have been made, or not.
 */
public final class UnknownException extends PolyringException {
  private static final long serialVersionUID = 1;

  UnknownException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
