package org.polyring;

/** Where keys of a server go that is not spoken to. */
public enum OnDead {
  /** Nowhere: a key has one home. */
  MISS,
  /** To the next server that is spoken to, for a short time. */
  NEXT,
  /** To a server of a second ring, for a short time. */
  GUTTER,
  /** Where the profile's own client would send them. */
  NATIVE
}
