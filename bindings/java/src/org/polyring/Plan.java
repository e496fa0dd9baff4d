package org.polyring;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What moves if one ring is replaced by another: what {@link Ring#plan(Ring)} returns.
 *
 * @param moved the share of the keys that move
 * @param exact whether the shares are computed, not counted
 * @param sample the number of keys that were tried, or 0 if the plan is exact; of a share s from n
 *     keys the standard error is sqrt(s * (1 - s) / n)
 * @param servers the servers of both rings, those of the old one first; immutable
 * @param flows what goes from where to where, the greatest share first; immutable
 */
public record Plan(double moved, boolean exact, long sample, List<PlannedServer> servers,
    List<Flow> flows) {

  static Plan of(PlanArrays made) {
    List<PlannedServer> servers = IntStream.range(0, made.servers().length).mapToObj(made::server)
        .toList();
    List<Flow> flows = IntStream.range(0, made.moving().length).mapToObj(made::flow).toList();
    return new Plan(made.moved(), made.sample() == 0, made.sample(), servers, flows);
  }
}
