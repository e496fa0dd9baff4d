package org.polyring;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a key goes: what {@link Health#route(String, Duration)} returns.
 *
 * @param kind whither
 * @param home the server that the ring says
 * @param server where the key goes now, or nothing if it goes nowhere
 * @param ttlMost how long an item may live there, or nothing if that is as it is given
 * @param homeIndex the index of the home
 * @param serverIndex the index of the server, of one of the gutter among those; or nothing
 */
public record Route(RouteKind kind, String home, Optional<String> server,
    Optional<Duration> ttlMost, int homeIndex, OptionalInt serverIndex) {

  static Route of(long[] numbers, String[] servers, String[] gutter) {
    RouteKind kind = RouteKind.of((int) numbers[0]);
    int home = (int) numbers[1];
    int server = (int) numbers[2];
    boolean leads = kind != RouteKind.NOWHERE;
    String[] among = kind == RouteKind.GUTTER ? gutter : servers;
    return new Route(kind, servers[home], leads ? Optional.of(among[server]) : Optional.empty(),
        numbers[3] == 0 ? Optional.empty() : Optional.of(Micros.of(numbers[3])), home,
        leads ? OptionalInt.of(server) : OptionalInt.empty());
  }
}
