package org.polyring;

/** The profile's client refuses this key: empty, too long, or with bytes that it does not send. */
public final class InvalidKeyException extends InvalidArgumentException {
  private static final long serialVersionUID = 1;

  InvalidKeyException(String status, String message, String server, int position) {
    super(status, message, server, position);
  }
}
