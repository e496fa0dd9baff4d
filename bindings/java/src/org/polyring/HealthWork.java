package org.polyring;

/** What is to be done for a server that is {@link HealthState#REJOINING}. */
public enum HealthWork {
  /** Nothing. */
  NONE,
  /** Delete the keys whose change failed, then report {@link Seen#CLEANED}. */
  REPAIR,
  /** Empty it, then report {@link Seen#CLEANED}. */
  FLUSH;

  /** The order above is that of the numbers in {@code polyring/health.h}. */
  private static final HealthWork[] ALL = values();

  static HealthWork of(int number) {
    return ALL[number];
  }
}
