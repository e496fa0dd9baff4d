package org.polyring;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A call failed. The message is one sentence: the input, the rule that it breaks, and the place.
 *
 * <p>What is thrown is always one of the subclasses; each kind of failure has its own.
 */
public class PolyringException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The status of failures that the Java side finds itself. */
  static final String INVALID_ARGUMENT = "INVALID_ARGUMENT";

  /** The name of the status, see {@link #status()}. */
  private final String status;

  /** The server concerned, see {@link #server()}. */
  private final String server;

  /** The place of the offence or -1, see {@link #position()}. */
  private final int position;

  /** The key concerned or null, see {@link #key()}. */
  private byte[] key;

  /** How far the call had come, see {@link #stage()}. */
  private String stage = "NONE";

  /** The time from the call to the failure, see {@link #spent()}. */
  private Duration spent = Duration.ZERO;

  /** What the system call said, see {@link #errno()}. */
  private int errno;

  PolyringException(String status, String message, String server, int position) {
    super(message);
    this.status = status;
    this.server = server;
    this.position = position;
  }

  /**
   * Tells what kind of failure this is, by the name that all languages share.
   *
   * @return the name of a status in {@code polyring/status.h}, such as "INVALID_KEY"
   */
  public String status() {
    return status;
  }

  /**
   * Tells which server is concerned.
   *
   * @return the server as it was spelled (a very long one is cut), or "" if it is none in
   *     particular
   */
  public String server() {
    return server;
  }

  /**
   * Tells where in the input the offence is.
   *
   * @return an offset in bytes (of the UTF-8 form, if the input was text), or nothing if the whole
   *     input is concerned
   */
  public OptionalInt position() {
    return position < 0 ? OptionalInt.empty() : OptionalInt.of(position);
  }

  /**
   * Tells which key is concerned.
   *
   * @return the key's bytes, or nothing if it is none in particular
   */
  public Optional<byte[]> key() {
    return Optional.ofNullable(key).map(byte[]::clone);
  }

  /**
   * Tells how far a call to a server had come.
   *
   * @return NONE, WAITING (for a free connection), RESOLVING, CONNECTING, SENDING or RECEIVING
   */
  public String stage() {
    return stage;
  }

  /**
   * Tells how long a call to a server took until it failed.
   *
   * @return the time from the call to the failure, to the microsecond
   */
  public Duration spent() {
    return spent;
  }

  /**
   * Tells what the operating system said.
   *
   * @return errno, or 0 where no system call is to blame
   */
  public int errno() {
    return errno;
  }

  void happened(String stage, Duration spent, int errno) {
    this.stage = stage;
    this.spent = spent;
    this.errno = errno;
  }

  /** Whether on_error=miss shows it as a miss: as is_fault_of_servers in facade_client.h. */
  boolean isFaultOfServers() {
    return this instanceof UnavailableException || this instanceof UnknownException
        || this instanceof ProtocolException || this instanceof ServerException
        || this instanceof InvalidValueException || this instanceof MismatchException
        || status.equals("TOO_LARGE");
  }

  PolyringException about(byte[] key) {
    this.key = key.clone();
    return this;
  }
}
