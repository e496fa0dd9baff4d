package org.polyring;

import java.util.Map;
import java.util.function.Function;

/**
 * What a call on many keys or servers came to, as native code says it.
 *
 * @param found an empty map
 * @param failures an empty map
 * @param hides whether failures that servers are to blame for are in neither
 * @param reader reads what an operation found; null: its outcome is the result
 */
record Results<K, T>(Map<K, T> found, Map<K, PolyringException> failures, boolean hides,
    Function<Answer, T> reader) {

  /** Adds what became of one key or server; the key is null for a server. */
  @SuppressWarnings("unchecked") // without a reader T is Outcome
  void add(K name, byte[] key, int status, Answer answer) {
    if (status < 0) {
      PolyringException failure = answer.failure();
      if (!hides || !failure.isFaultOfServers()) {
        failures.put(name, key == null ? failure : failure.about(key));
      }
    } else if (reader == null) {
      found.put(name, (T) Outcome.of(status));
    } else if (status == Outcome.OK.ordinal()) {
      found.put(name, reader.apply(answer));
    }
  }

  /** What was found; or else throws, if at least one of so many failed. */
  Map<K, T> whole(int count) {
    if (failures.isEmpty()) {
      return found;
    }
    throw new PartialException(found, failures, count);
  }
}
