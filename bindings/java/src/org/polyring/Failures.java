package org.polyring;

/** Makes the exceptions of failures that native code tells of. */
final class Failures {
  private Failures() {}

  /** Called by native code too. The position is -1 if there is none; spent is in microseconds. */
  static PolyringException of(String name, String status, String message, String server,
      int position, String stage, long spent, int errno) {
    PolyringException made = switch (name) {
      case "InvalidKeyException" -> new InvalidKeyException(status, message, server, position);
      case "InvalidServersException" ->
          new InvalidServersException(status, message, server, position);
      case "InvalidProfileException" ->
          new InvalidProfileException(status, message, server, position);
      case "InvalidTopologyException" ->
          new InvalidTopologyException(status, message, server, position);
      case "InvalidValueException" -> new InvalidValueException(status, message, server, position);
      case "UnavailableException" -> new UnavailableException(status, message, server, position);
      case "UnknownException" -> new UnknownException(status, message, server, position);
      case "ProtocolException" -> new ProtocolException(status, message, server, position);
      case "ServerException" -> new ServerException(status, message, server, position);
      case "MismatchException" -> new MismatchException(status, message, server, position);
      case "InvalidArgumentException" ->
          new InvalidArgumentException(status, message, server, position);
      case "OutOfMemoryError" -> throw new OutOfMemoryError("polyring: no native memory");
      default -> new PolyringException(status, message, server, position);
    };
    made.happened(stage, Micros.of(spent), errno);
    return made;
  }
}
