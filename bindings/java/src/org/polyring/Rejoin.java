package org.polyring;

/** What is done before a server that answers again is spoken to. */
public enum Rejoin {
  /** {@link #REPAIR} with {@link OnDead#MISS}, else {@link #FLUSH_FIRST}. */
  AUTO,
  /** The keys whose change failed are deleted; all, if these are unknown. */
  REPAIR,
  /** It is emptied, once for all clients. */
  FLUSH_FIRST,
  /** Nothing; for a time misses are filled from the stand-in. */
  WARM,
  /** Nothing: it may hold old values. */
  IMMEDIATE
}
