package org.polyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.Map;

/**
 * Of a call on many keys or servers at least one failed. What completed is {@link #found()}, why
 * the others failed is {@link #failures()}; together they have every key. The status is "PARTIAL".
 */
public final class PartialException extends PolyringException {
  private static final long serialVersionUID = 1;

  /** What completed. */
  private final transient Map<?, ?> found;

  /** What failed. */
  private final transient Map<?, PolyringException> failures;

  PartialException(Map<?, ?> found, Map<?, PolyringException> failures, int count) {
    super("PARTIAL", message(failures, count), "", -1);
    this.found = Collections.unmodifiableMap(found);
    this.failures = Collections.unmodifiableMap(failures);
    initCause(failures.values().iterator().next());
  }

  /**
   * Tells what the call would have returned, had nothing failed.
   *
   * @param <K> the class of the keys: as it was in the call; for servers String
   * @return values, {@link Outcome}s or texts by key, or by server; immutable
   */
  @SuppressWarnings("unchecked") // an exception cannot have the call's K
  public <K> Map<K, Object> found() {
    return found == null ? Map.of() : (Map<K, Object>) found;
  }

  /**
   * Tells why the others failed.
   *
   * @param <K> the class of the keys: as it was in the call; for servers String
   * @return the failures by key, or by server; immutable, and empty in a copy that was serialized
   */
  @SuppressWarnings("unchecked")
  public <K> Map<K, PolyringException> failures() {
    return failures == null ? Map.of() : (Map<K, PolyringException>) failures;
  }

  private static String message(Map<?, PolyringException> failures, int count) {
    var first = failures.entrySet().iterator().next();
    Object name = first.getKey() instanceof byte[] key ? new String(key, UTF_8) : first.getKey();
    return String.format("%d of %d failed; the first, \"%s\": %s", failures.size(), count, name,
        first.getValue().getMessage());
  }
}
