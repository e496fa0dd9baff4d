package org.polyring;

/**
 * The server belongs to another topology than the client's, and the setting on_mismatch is refuse.
 */
public final class MismatchException extends PolyringException {
  private static final long serialVersionUID = 1;

  MismatchException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
