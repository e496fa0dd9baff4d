package org.polyring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client did with one server since it knows it.
 *
 * @param server the server as it was spelled
 * @param exchanges requests that were sent, a batch counting once
 * @param operations operations, each of a batch counting
 * @param hits gets that found an item
 * @param misses gets that found none
 * @param bytesSent bytes that were sent
 * @param bytesReceived bytes that were received
 * @param connects connections that were made
 * @param connectFailures connections that could not be made
 * @param connections connections that are open now
 * @param mismatches how often the server knew another topology
 * @param failures operations that failed, by the names of their statuses; immutable
 * @param latency exchanges by how long they took: so many took no longer than the time before
 *     them, and longer than the one before that; what the longest time has may have taken even
 *     longer. Immutable
 * @param state how the server is now
 * @param inDoubt keys whose change failed, and which are not yet deleted
 * @param refused operations that were not sent, as the server is not spoken to
 * @param redirected operations that went elsewhere instead
 * @param probes probes that were begun
 */
public record Statistics(String server, long exchanges, long operations, long hits, long misses,
    long bytesSent, long bytesReceived, long connects, long connectFailures, long connections,
    long mismatches, Map<String, Long> failures, Map<Duration, Long> latency,
    HealthState state, long inDoubt, long refused, long redirected, long probes) {
  static List<Statistics> list(byte[] bytes) {
    Answer answer = new Answer(bytes);
    List<Statistics> all = new ArrayList<>();
    while (answer.hasMore()) {
      all.add(new Statistics(answer.text(), answer.whole(), answer.whole(), answer.whole(),
          answer.whole(), answer.whole(), answer.whole(), answer.whole(), answer.whole(),
          answer.whole(), answer.whole(), failures(answer), latency(answer),
          HealthState.of(answer.number()), answer.whole(), answer.whole(), answer.whole(),
          answer.whole()));
    }
    return Collections.unmodifiableList(all);
  }

  private static Map<String, Long> failures(Answer answer) {
    Map<String, Long> failures = new LinkedHashMap<>();
    for (String name; !(name = answer.text()).isEmpty();) {
      failures.put(name, answer.whole());
    }
    return Collections.unmodifiableMap(failures);
  }

  private static Map<Duration, Long> latency(Answer answer) {
    Map<Duration, Long> latency = new LinkedHashMap<>();
    for (long limit; (limit = answer.whole()) >= 0;) {
      latency.put(Micros.of(limit), answer.whole());
    }
    return Collections.unmodifiableMap(latency);
  }
}
