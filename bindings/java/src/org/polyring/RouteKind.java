package org.polyring;

/** Whither a {@link Route} leads. */
public enum RouteKind {
  /** To the server that the ring says. */
  HOME,
  /** To another one of the ring. */
  STAND_IN,
  /** To one of the second ring. */
  GUTTER,
  /** Nowhere: the call fails at once. */
  NOWHERE;

  /** The order above is that of the numbers in {@code polyring/health.h}. */
  private static final RouteKind[] ALL = values();

  static RouteKind of(int number) {
    return ALL[number];
  }
}
