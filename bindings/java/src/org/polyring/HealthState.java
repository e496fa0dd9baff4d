package org.polyring;

/** How a server is. {@link #UP} and {@link #SUSPECT} get calls, the other states none. */
public enum HealthState {
  /** It answers. */
  UP,
  /** It failed to answer in time; calls go on. */
  SUSPECT,
  /** It gets no calls until a probe is due. */
  DOWN,
  /** A probe is on its way, or was answered once. */
  PROBING,
  /** It answers, and what was missed is being undone. */
  REJOINING,
  /** An operator has taken it out. */
  OUT;

  /** The order above is that of the numbers in {@code polyring/health.h}. */
  private static final HealthState[] ALL = values();

  static HealthState of(int number) {
    return ALL[number];
  }

  /**
   * Tells whether a server in this state gets calls.
   *
   * @return true for {@link #UP} and {@link #SUSPECT} only
   */
  public boolean serves() {
    return this == UP || this == SUSPECT;
  }
}
