package org.polyring;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a key goes: what {@link Health#route(String, Duration)} returns.
 *
 * @param kind whither
 * @param home the server that the ring says
 * @param homeIndex the index of that one
 * @param server where the key goes now, or nothing if it goes nowhere
 * @param index the index of that one, among the servers of the gutter if it is one of them
 * @param ttlMost how long an item may live there, or nothing if that is as it is given
 */
public record Route(RouteKind kind, String home, int homeIndex, Optional<String> server,
    OptionalInt index, Optional<Duration> ttlMost) {

  static Route of(long[] numbers, String[] servers, String[] gutter) {
    RouteKind kind = RouteKind.of((int) numbers[0]);
    int home = (int) numbers[1];
    int index = (int) numbers[2];
    boolean leads = kind != RouteKind.NOWHERE;
    String[] among = kind == RouteKind.GUTTER ? gutter : servers;
    return new Route(kind, servers[home], home, leads ? Optional.of(among[index]) : Optional.empty(),
        leads ? OptionalInt.of(index) : OptionalInt.empty(),
        numbers[3] == 0 ? Optional.empty() : Optional.of(Micros.of(numbers[3])));
  }
}
