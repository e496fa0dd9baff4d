package org.polyring;

/**
 * A plan as the core says it; made by native code only. Server i has two indexes and two shares,
 * from 2 i on, flow i two ends, which are numbers of servers.
 */
record PlanArrays(double moved, long sample, String[] servers, int[] indexes, double[] shares,
    int[] ends, double[] moving) {

  PlannedServer server(int i) {
    return new PlannedServer(servers[i], ChangeArrays.index(indexes[2 * i]),
        ChangeArrays.index(indexes[2 * i + 1]), shares[2 * i], shares[2 * i + 1]);
  }

  Flow flow(int i) {
    return new Flow(servers[ends[2 * i]], servers[ends[2 * i + 1]], moving[i]);
  }
}
