package org.polyring;

/**
 * The server could not do what was asked (status "SERVER_FAILED"), or does not take it (status
 * "REFUSED"). The message has what it said.
 */
public final class ServerException extends PolyringException {
  private static final long serialVersionUID = 1;

  ServerException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
