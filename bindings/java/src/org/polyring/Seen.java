package org.polyring;

/**
 * What was seen of a server. The first four are of calls, and count only while it is spoken to: an
 * answer to a call that began before it went down changes nothing.
 */
public enum Seen {
  /** A call was answered in time. */
  ANSWERED,
  /** No connection: refused, unreachable, or its name does not resolve. */
  UNREACHED,
  /** The time was over, or the connection lost, before the answer was here. */
  UNANSWERED,
  /** What came was no reply to what was asked. */
  GARBLED,
  /** A probe on a new connection was answered. */
  PROBE_ANSWERED,
  /** A probe was not answered in time, or wrongly. */
  PROBE_FAILED,
  /** What was missed is undone, and acknowledged. */
  CLEANED,
  /** Undoing it failed. */
  NOT_CLEANED,
  /** The keys whose change failed are no longer all known. */
  FORGOTTEN,
  /** An operator takes it out. */
  TAKEN_OUT,
  /** An operator puts it back: it is probed. */
  PUT_BACK;

  /** The order above is that of the numbers in {@code polyring/health.h}. */
  private static final Seen[] ALL = values();

  static Seen of(int number) {
    return ALL[number];
  }
}
