package org.polyring;

import java.time.Duration;
import java.util.Optional;

/**
 * How a server is: what {@link Health#signs(int)} returns. Times are those that the health was told.
 *
 * @param state the state
 * @param reason what was seen when it changed last
 * @param work what is to be done for a server that is {@link HealthState#REJOINING}
 * @param since when it came into this state
 * @param downSince when it was last spoken to; nothing while it is
 * @param nextProbe when it is to be probed, {@link HealthState#DOWN} or
 *     {@link HealthState#PROBING}; nothing while a probe is on its way
 * @param probesFailed how often the time to the next probe was doubled
 * @param unanswered calls without an answer, in a row
 */
public record VitalSigns(HealthState state, Seen reason, HealthWork work, Duration since,
    Optional<Duration> downSince, Optional<Duration> nextProbe, long probesFailed,
    long unanswered) {

  static VitalSigns of(long[] numbers) {
    HealthState state = HealthState.of((int) numbers[0]);
    boolean waits = (state == HealthState.DOWN || state == HealthState.PROBING)
        && numbers[5] != Long.MAX_VALUE;
    return new VitalSigns(state, Seen.of((int) numbers[1]),
        state == HealthState.REJOINING ? HealthWork.of((int) numbers[2]) : HealthWork.NONE,
        Micros.of(numbers[3]), state.serves() ? Optional.empty() : Optional.of(Micros.of(numbers[4])),
        waits ? Optional.of(Micros.of(numbers[5])) : Optional.empty(), numbers[6], numbers[7]);
  }
}
