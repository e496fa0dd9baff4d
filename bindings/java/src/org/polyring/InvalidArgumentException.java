package org.polyring;

/** An argument breaks a rule of the call. */
public class InvalidArgumentException extends PolyringException {
  private static final long serialVersionUID = 1;

  InvalidArgumentException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
