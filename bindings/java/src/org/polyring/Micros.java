package org.polyring;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** Times as the core has them, in microseconds. */
final class Micros {
  private static final Duration MOST = of(Long.MAX_VALUE);

  private Micros() {}

  /** Never less than the time; what is beyond the core's numbers is the last of them. */
  static long of(Duration time, String name) {
    Objects.requireNonNull(time, name);
    if (time.compareTo(MOST) >= 0) {
      return Long.MAX_VALUE;
    }
    if (time.compareTo(MOST.negated()) <= 0) {
      return -Long.MAX_VALUE;
    }
    return time.getSeconds() * 1_000_000L + (time.getNano() + 999) / 1000;
  }

  static Duration of(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
