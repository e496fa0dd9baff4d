package org.polyring;

/** Where keys of a server go that is not spoken to. */
public enum OnDead {
  /** Nowhere: a key has one home. */
  MISS,
  /** To the next server that is spoken to, for a short time. */
  NEXT,
  /** To a server of a second ring, for a short time. */
  GUTTER,
  /**
   * Where the client that the profile is named after sends them, for a short time; not with profiles
   * of which that is not known.
   */
  NATIVE
}
