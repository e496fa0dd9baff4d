package org.polyring;

/** What a completed operation came to. Failures are {@link PolyringException}s. */
public enum Outcome {
  /** It was done. */
  OK,
  /** There is no such item. */
  MISS,
  /** The condition of the store does not hold: there is such an item, or none. */
  NOT_STORED,
  /** The item was changed since it was read. */
  EXISTS;

  /** The order above is that of the numbers in {@code polyring/status.h}. */
  private static final Outcome[] ALL = values();

  static Outcome of(int status) {
    return ALL[status];
  }

  /**
   * Tells whether the operation did what it was for.
   *
   * @return true for {@link #OK} only
   */
  public boolean ok() {
    return this == OK;
  }
}
