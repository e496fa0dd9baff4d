package org.polyring;

import java.time.Duration;

/**
 * A value and what its server tells of it. {@link Items#gets} asks for value, cas and flags
 * only.
 *
 * @param value the value
 * @param cas a number that each change of the item changes
 * @param ttl how long it has to live, in whole seconds; null: for ever, or not asked
 * @param lastAccess how long ago it was accessed, in whole seconds
 * @param hitBefore whether it was read before
 * @param size bytes of the value as it lies there
 * @param won whether this client is to make the item anew
 * @param stale whether it was invalidated
 * @param alreadyWon whether another client is making it anew
 * @param flags the number that lies beside the value, from 0 to 2^32 - 1
 */
public record Item(Object value, long cas, Duration ttl, Duration lastAccess, boolean hitBefore,
    long size, boolean won, boolean stale, boolean alreadyWon, long flags) {
  static Item of(byte[] bytes, boolean hasAll) {
    Answer answer = new Answer(bytes);
    long cas = answer.whole();
    long ttl = answer.whole();
    Duration lastAccess = Duration.ofSeconds(answer.whole());
    boolean hitBefore = answer.truth();
    long size = answer.whole();
    boolean won = answer.truth();
    boolean stale = answer.truth();
    boolean alreadyWon = answer.truth();
    long flags = answer.whole();
    return new Item(answer.value(), cas, hasAll && ttl >= 0 ? Duration.ofSeconds(ttl) : null,
        lastAccess, hitBefore, size, won, stale, alreadyWon, flags);
  }
}
