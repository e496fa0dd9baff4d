package org.polyring;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Of a call on many keys or servers at least one failed. What completed is {@link #found()}, why
 * the others failed is {@link #failures()}; together they have every key. The status is "PARTIAL".
 */
public final class PartialException extends PolyringException {
  private static final long serialVersionUID = 1;

  /** What completed. */
  private final transient Map<String, Object> found;

  /** What failed. */
  private final transient Map<String, PolyringException> failures;

  PartialException(Map<String, ?> found, Map<String, PolyringException> failures, int count) {
    super("PARTIAL", message(failures, count), "", -1);
    this.found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
    this.failures = Collections.unmodifiableMap(failures);
    initCause(failures.values().iterator().next());
  }

  /**
   * Tells what the call would have returned, had nothing failed.
   *
   * @return values, {@link Outcome}s or texts by key, or by server; immutable
   */
  public Map<String, Object> found() {
    return found == null ? Map.of() : found;
  }

  /**
   * Tells why the others failed.
   *
   * @return the failures by key, or by server; immutable, and empty in a copy that was serialized
   */
  public Map<String, PolyringException> failures() {
    return failures == null ? Map.of() : failures;
  }

  private static String message(Map<String, PolyringException> failures, int count) {
    var first = failures.entrySet().iterator().next();
    return String.format("%d of %d failed; the first, \"%s\": %s", failures.size(), count,
        first.getKey(), first.getValue().getMessage());
  }
}
