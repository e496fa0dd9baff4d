package org.polyring;

/**
 * The text is no topology: no JSON, or a member that is unknown, missing or of the wrong kind. The
 * message begins with line and column, and {@link #position()} is the offset of the offence.
 */
public final class InvalidTopologyException extends InvalidArgumentException {
  private static final long serialVersionUID = 1;

  InvalidTopologyException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
