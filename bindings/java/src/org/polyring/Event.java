package org.polyring;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Something that a client noticed. No event holds a key or a value.
 *
 * @param kind CONNECTED, CONNECT_FAILED, DISCONNECTED, MISMATCH, ANNOUNCED, TOPOLOGY_CHANGED,
 *     TOPOLOGY_REFUSED, HEALTH or NOT_CLEANED
 * @param time when it was, to the microsecond
 * @param number events are counted from 1; where one is missing, the queue was full
 * @param server the server concerned as it was spelled, or ""
 * @param text a sentence; of HEALTH the {@link HealthState} before, the one after, and what was
 *     {@link Seen}: "UP -> DOWN UNREACHED"
 */
public record Event(String kind, Instant time, long number, String server, String text) {
  static List<Event> list(byte[] bytes) {
    Answer answer = new Answer(bytes);
    List<Event> events = new ArrayList<>();
    while (answer.hasMore()) {
      events.add(new Event(answer.text(), Instant.EPOCH.plus(answer.whole(), ChronoUnit.MICROS),
          answer.whole(), answer.text(), answer.text()));
    }
    return Collections.unmodifiableList(events);
  }
}
