package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.polyring.Health;
import org.polyring.HealthBuilder;
import org.polyring.HealthState;
import org.polyring.HealthWork;
import org.polyring.InvalidArgumentException;
import org.polyring.InvalidKeyException;
import org.polyring.InvalidProfileException;
import org.polyring.InvalidServersException;
import org.polyring.OnDead;
import org.polyring.Rejoin;
import org.polyring.Ring;
import org.polyring.Route;
import org.polyring.RouteKind;
import org.polyring.Seen;
import org.polyring.VitalSigns;

/** Events and times in, states and routes out. */
class HealthTest {
  private static final String[] SEVEN = {"s1", "s2:11211:2", "s3", "s4", "s5:11211:5", "s6", "s7"};
  private static final Duration NONE = Duration.ZERO;

  private static Duration micros(long count) {
    return Duration.ofNanos(1000 * count);
  }

  private static HealthBuilder three() {
    return Health.builder().servers("a", "b", "c").seed(7);
  }

  private static String key(Health health, String server) {
    return IntStream.range(0, 10_000).mapToObj(i -> "key:" + i)
        .filter(it -> health.route(it, NONE).home().equals(server)).findFirst().orElseThrow();
  }

  @Test
  void oneRefusedConnectionIsDown() {
    try (Health health = three().build()) {
      assertEquals(List.of("a", "b", "c"), health.servers());
      assertEquals(List.of(), health.gutter());
      assertEquals(Ring.DEFAULT_PROFILE, health.profile());
      assertEquals("Health[profile=" + Ring.DEFAULT_PROFILE + ", servers=3]", health.toString());
      assertEquals(List.of(), health.log());
      assertEquals(Optional.empty(), health.nextDue());
      assertEquals(new VitalSigns(HealthState.UP, Seen.ANSWERED, HealthWork.NONE, NONE,
          Optional.empty(), Optional.empty(), 0, 0), health.signs(1));
      health.report("b", Seen.UNREACHED, micros(5));
      VitalSigns signs = health.signs("b");
      assertEquals(signs, health.signs(1));
      assertEquals(HealthState.DOWN, signs.state());
      assertEquals(Seen.UNREACHED, signs.reason());
      assertEquals(micros(5), signs.since());
      assertEquals(Optional.of(micros(5)), signs.downSince());
      assertEquals(health.nextDue(), signs.nextProbe());
      long next = signs.nextProbe().orElseThrow().toMillis();
      assertTrue(next >= 750 && next <= 1250, () -> "jitter: " + next);
      assertEquals(HealthState.UP, health.signs("a").state());
      assertEquals(List.of("5 b UP -> DOWN UNREACHED"), health.log());
      assertEquals(List.of(), health.log());
    }
  }

  /** Every state and event, and after each step the words of the core for them. */
  @Test
  void namesAreThoseOfTheCore() {
    TreeSet<HealthState> states = new TreeSet<>();
    TreeSet<Seen> reasons = new TreeSet<>();
    try (Health health = three().detectShare(0).detectGarbled(1).build()) {
      health.report(0, Seen.UNANSWERED, micros(1));
      check(health, states, reasons);
      health.report(0, Seen.ANSWERED, micros(2));
      check(health, states, reasons);
      health.report(0, Seen.GARBLED, micros(3));
      check(health, states, reasons);
      probe(health, Seen.PROBE_FAILED);
      check(health, states, reasons);
      probe(health, Seen.PROBE_ANSWERED);
      assertEquals(1, health.log().size()); // -> PROBING
      probe(health, Seen.PROBE_ANSWERED);
      assertEquals(HealthWork.REPAIR, health.signs(0).work());
      check(health, states, reasons);
      health.report(0, Seen.NOT_CLEANED, NONE);
      check(health, states, reasons);
      health.report(0, Seen.FORGOTTEN, NONE);
      probe(health, Seen.PROBE_ANSWERED);
      check(health, states, reasons);
      probe(health, Seen.PROBE_ANSWERED);
      assertEquals(HealthWork.FLUSH, health.signs(0).work());
      health.report(0, Seen.CLEANED, NONE);
      check(health, states, reasons);
      assertEquals(HealthWork.NONE, health.signs(0).work());
      health.report(0, Seen.TAKEN_OUT, NONE);
      check(health, states, reasons);
      health.report(0, Seen.PUT_BACK, NONE);
      check(health, states, reasons);
      health.report(1, Seen.UNREACHED, NONE);
      assertTrue(health.log().get(0).endsWith(" b UP -> DOWN UNREACHED"));
    }
    assertEquals(new TreeSet<>(List.of(HealthState.values())), states);
    reasons.addAll(List.of(Seen.UNREACHED, Seen.FORGOTTEN)); // as above
    assertEquals(new TreeSet<>(List.of(Seen.values())), reasons);
  }

  private static void probe(Health health, Seen seen) {
    Duration now = health.nextDue().orElseThrow();
    assertEquals(OptionalInt.of(0), health.due(now));
    assertEquals(HealthState.PROBING, health.signs(0).state());
    assertEquals(Optional.empty(), health.signs(0).nextProbe());
    assertEquals(OptionalInt.empty(), health.due(now));
    health.report(0, seen, now);
  }

  /** The last line of the log says what the signs say; the states of all lines are collected. */
  private static void check(Health health, TreeSet<HealthState> states, TreeSet<Seen> reasons) {
    List<String> log = health.log();
    for (String line : log) {
      String[] words = line.split(" ");
      states.add(HealthState.valueOf(words[4]));
      reasons.add(Seen.valueOf(words[5]));
    }
    VitalSigns signs = health.signs(0);
    String last = log.get(log.size() - 1);
    assertTrue(last.endsWith(" -> " + signs.state() + " " + signs.reason()), last);
    assertTrue(last.startsWith(signs.since().toNanos() / 1000 + " a "), last);
  }

  @Test
  void aServerThatStartedAnewIsUpAtOnce() {
    try (Health health = three().build()) {
      Duration probed = null;
      for (int i = 0; i < 3; i++) {
        health.report(i, Seen.UNREACHED, NONE);
      }
      for (int i = 0; i < 3; i++) {
        probed = health.nextDue().orElseThrow();
        int server = health.due(probed).orElseThrow();
        switch (i) {
          case 0 -> health.report(server, Seen.PROBE_ANSWERED, probed);
          case 1 -> health.report(server, Seen.PROBE_ANSWERED, probed, probed);
          default -> health.report(health.servers().get(server), Seen.PROBE_ANSWERED, probed,
              probed.minus(micros(1)));
        }
        assertEquals(i == 2 ? HealthState.UP : HealthState.PROBING, health.signs(server).state());
      }
    }
  }

  @Test
  void routes() {
    try (Health health = three().onDead(OnDead.NEXT).build();
        Ring ring = new Ring(List.of("a", "b", "c"))) {
      String key = key(health, "b");
      assertEquals("b", ring.locate(key));
      Route home = new Route(RouteKind.HOME, "b", Optional.of("b"), Optional.empty(), 1,
          OptionalInt.of(1));
      assertEquals(home, health.route(key, NONE));
      assertEquals(home, health.route(key.getBytes(UTF_8), NONE));
      health.report("b", Seen.UNREACHED, NONE);
      Route route = health.route(key, NONE);
      assertEquals(RouteKind.STAND_IN, route.kind());
      assertEquals("b", route.home());
      assertEquals(1, route.homeIndex());
      assertEquals(health.servers().get(route.serverIndex().orElseThrow()), route.server().orElseThrow());
      assertTrue(List.of("a", "c").contains(route.server().orElseThrow()));
      assertEquals(Optional.of(Duration.ofSeconds(10)), route.ttlMost());
      assertEquals(route, health.route(key.getBytes(UTF_8), NONE));
      health.report("a", Seen.UNREACHED, NONE); // more than a third
      assertEquals(new Route(RouteKind.NOWHERE, "b", Optional.empty(), Optional.empty(), 1,
          OptionalInt.empty()), health.route(key, NONE));
    }
  }

  @Test
  void routesToTheGutter() {
    try (Health health = three().gutter("x", "y").onDead(OnDead.GUTTER)
        .standInTtl(Duration.ofSeconds(3)).build(); Ring gutter = new Ring(List.of("x", "y"))) {
      assertEquals(List.of("x", "y"), health.gutter());
      health.report("b", Seen.UNREACHED, NONE);
      for (int i = 0; i < 100; i++) {
        Route route = health.route("key:" + i, NONE);
        if (route.kind() != RouteKind.HOME) {
          assertEquals(RouteKind.GUTTER, route.kind());
          assertEquals(gutter.locate("key:" + i), route.server().orElseThrow());
          assertEquals(gutter.servers().get(route.serverIndex().orElseThrow()),
              route.server().orElseThrow());
          assertEquals(Optional.of(Duration.ofSeconds(3)), route.ttlMost());
        }
      }
      assertEquals(RouteKind.GUTTER, health.route(key(health, "b"), NONE).kind());
    }
    var failure = assertThrows(InvalidArgumentException.class,
        () -> three().onDead(OnDead.GUTTER).build());
    assertTrue(failure.getMessage().contains("gutter"), failure.getMessage());
    failure = assertThrows(InvalidArgumentException.class,
        () -> three().onDead(OnDead.NATIVE).profile("libmemcached/modula").build());
    assertEquals("NOT_SUPPORTED", failure.status());
  }

  @Test
  void keysOfLiveServersStay() {
    try (Health health = Health.builder().servers(SEVEN).onDead(OnDead.NEXT).deadMost(6).build()) {
      List<String> keys = IntStream.range(0, 2000).mapToObj(i -> "key:" + i).toList();
      List<String> homes = keys.stream().map(it -> health.route(it, NONE).home()).toList();
      health.report(4, Seen.UNREACHED, NONE);
      health.report(1, Seen.UNREACHED, NONE);
      for (int i = 0; i < keys.size(); i++) {
        Route route = health.route(keys.get(i), NONE);
        boolean dead = homes.get(i).equals("s5:11211") || homes.get(i).equals("s2:11211");
        assertEquals(dead, !route.server().orElseThrow().equals(homes.get(i)), keys.get(i));
      }
    }
  }

  /** Each setter reaches its column, whose name the core says. */
  @Test
  void columnsOfThePolicy() {
    Duration nothing = Duration.ZERO;
    Map<String, HealthBuilder> wrong = new LinkedHashMap<>();
    wrong.put("detect_hard", three().detectHard(-1));
    wrong.put("detect_soft", three().detectSoft(1_000_001));
    wrong.put("detect_share", three().detectShare(101));
    wrong.put("detect_garbled", three().detectGarbled(21));
    wrong.put("probe_interval", three().probeInterval(nothing));
    wrong.put("probe_most", three().probeMost(Duration.ofMillis(900)));
    wrong.put("settle", three().settle(Duration.ofDays(400_000_000)));
    wrong.put("steady", three().steady(Duration.ofSeconds(Long.MIN_VALUE)));
    wrong.put("stand_in_ttl", three().standInTtl(Duration.ofMillis(999)));
    wrong.put("dead_most", three().deadMost(65_536));
    wrong.forEach((name, builder) -> {
      var failure = assertThrows(InvalidArgumentException.class, builder::build);
      assertEquals("the policy's " + name + " is out of its range", failure.getMessage());
    });
    assertThrows(NullPointerException.class, () -> three().onDead(null));
    assertThrows(NullPointerException.class, () -> three().settle(null));
    for (Rejoin rejoin : Rejoin.values()) { // what each does before the server is UP
      try (Health health = three().rejoin(rejoin).build()) {
        health.report(0, Seen.UNREACHED, NONE);
        probe(health, Seen.PROBE_ANSWERED);
        probe(health, Seen.PROBE_ANSWERED);
        HealthWork work = health.signs(0).work();
        assertEquals(switch (rejoin) {
          case AUTO, REPAIR -> HealthWork.REPAIR;
          case FLUSH_FIRST -> HealthWork.FLUSH;
          default -> HealthWork.NONE;
        }, work);
        assertEquals(work == HealthWork.NONE ? HealthState.UP : HealthState.REJOINING,
            health.signs(0).state());
      }
    }
  }

  @Test
  void aSeedDecidesTheJitter() {
    TreeSet<Duration> seeded = new TreeSet<>();
    TreeSet<Duration> random = new TreeSet<>();
    for (int i = 0; i < 8; i++) {
      seeded.add(firstProbe(three()));
      random.add(firstProbe(Health.builder().servers("a", "b", "c")));
    }
    assertEquals(1, seeded.size());
    assertTrue(random.size() > 4, random::toString);
  }

  private static Duration firstProbe(HealthBuilder builder) {
    try (Health health = builder.build()) {
      health.report(0, Seen.UNREACHED, NONE);
      return health.nextDue().orElseThrow();
    }
  }

  @Test
  void refusesWhatIsWrong() {
    try (Health health = three().build();
        Health twins = Health.builder().servers("a", "a").build()) {
      for (Executable call : List.<Executable>of(() -> health.report(3, Seen.ANSWERED, NONE),
          () -> health.report(-1, Seen.ANSWERED, NONE), () -> health.signs(Integer.MIN_VALUE),
          () -> health.signs("d"), () -> health.signs(""), () -> health.report("d", Seen.CLEANED, NONE),
          () -> health.signs("\uD800"), () -> health.route("\uDC00", NONE), () -> twins.signs("a"))) {
        assertThrows(InvalidArgumentException.class, call);
      }
      byte[] key = new byte[300];
      var failure = assertThrows(InvalidKeyException.class, () -> health.route(key, NONE));
      assertTrue(failure.getMessage().length() > 0);
      for (Executable call : List.<Executable>of(() -> health.report(0, null, NONE),
          () -> health.report(0, Seen.ANSWERED, null), () -> health.report((String) null, Seen.CLEANED, NONE),
          () -> health.report(0, Seen.PROBE_ANSWERED, NONE, null), () -> health.due(null),
          () -> health.route((String) null, NONE), () -> health.route("k", null),
          () -> health.signs(null), () -> three().servers((String[]) null),
          () -> three().profile(null), () -> three().servers("a", null).build())) {
        assertThrows(NullPointerException.class, call);
      }
      assertEquals(List.of(), health.log());
    }
    assertThrows(InvalidServersException.class, () -> Health.builder().build());
    assertThrows(InvalidServersException.class, () -> three().servers("a b").build());
    assertThrows(InvalidServersException.class, () -> three().gutter("a:b:c").build());
    assertThrows(InvalidProfileException.class, () -> three().profile("nobody").build());
  }

  @Test
  void timesOfAnySize() {
    Duration last = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    Duration first = Duration.ofSeconds(Long.MIN_VALUE);
    try (Health health = three().onDead(OnDead.NEXT).build()) {
      health.report(0, Seen.UNANSWERED, first);
      health.report(0, Seen.UNREACHED, NONE);
      health.report(0, Seen.PROBE_ANSWERED, NONE, last);
      health.report(1, Seen.ANSWERED, first); // counts as the time of the last event
      assertEquals(HealthState.DOWN, health.signs(0).state());
      assertEquals(OptionalInt.empty(), health.due(first));
      assertEquals(List.of("-2305843009213693952 a UP -> SUSPECT UNANSWERED",
          "0 a SUSPECT -> DOWN UNREACHED"), health.log());
      assertEquals(RouteKind.HOME, health.route(key(health, "b"), last).kind());
    }
  }

  @Test
  void theLogForgetsTheOldest() {
    try (Health health = three().detectHard(0).detectShare(0).build()) {
      for (int i = 0; i < 1000; i++) {
        health.report(0, i % 2 == 0 ? Seen.UNREACHED : Seen.ANSWERED, micros(i));
        health.report(1, i % 2 == 0 ? Seen.UNREACHED : Seen.ANSWERED, micros(i));
      }
      List<String> lines = health.log();
      assertEquals(1025, lines.size());
      assertEquals(2000 - 1024 + " lines were lost", lines.get(0));
      assertEquals("999 b SUSPECT -> UP ANSWERED", lines.get(1024));
    }
  }

  @Test
  void aClosedHealthRefusesEveryCall() {
    Health health = three().build();
    health.close();
    health.close();
    byte[] key = {'k'};
    for (Executable call : List.<Executable>of(() -> health.report(0, Seen.ANSWERED, NONE),
        () -> health.report("a", Seen.ANSWERED, NONE, NONE), () -> health.due(NONE),
        () -> health.nextDue(), () -> health.signs(0), () -> health.signs("a"),
        () -> health.route("k", NONE), () -> health.route(key, NONE), () -> health.log(),
        () -> health.servers(), () -> health.gutter(), () -> health.profile())) {
      var failure = assertThrows(IllegalStateException.class, call);
      assertEquals("the health is closed", failure.getMessage());
    }
    assertTrue(health.toString().endsWith(", closed]"));
  }

  /** Each thread has a server of its own: the log has as many lines as if they took turns. */
  @Test
  void threadsShareAHealth() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(7);
    try (Health health = Health.builder().servers(SEVEN).detectHard(0).detectShare(0)
        .onDead(OnDead.NEXT).build()) {
      List<Future<Integer>> users = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        int server = i;
        users.add(threads.submit(() -> {
          int lines = 0;
          for (int j = 0; j < 3000; j++) {
            health.report(server, j % 2 == 0 ? Seen.UNREACHED : Seen.ANSWERED, micros(j));
            health.route("key:" + j, micros(j));
            lines += j % 10 == 0 ? health.log().size() : 0;
          }
          return lines;
        }));
      }
      long lines = 0;
      for (Future<Integer> it : users) {
        lines += it.get();
      }
      assertEquals(21_000, lines + health.log().size());
      for (int i = 0; i < 7; i++) {
        assertEquals(HealthState.UP, health.signs(i).state());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void doesNotLeakForgottenHealths() throws Exception {
    String[] servers = IntStream.range(0, 1000).mapToObj(i -> "10.0.0." + i).toArray(String[]::new);
    HealthBuilder builder = Health.builder().profile("libmemcached/modula").servers(servers);
    HealthBuilder wrong = Health.builder().profile("libmemcached/modula").servers(servers)
        .gutter(servers).deadMost(-1);
    long before = resident();
    for (int i = 0; i < 300; i++) { // about half a MiB each
      assertEquals(1000, builder.build().servers().size());
      assertThrows(InvalidArgumentException.class, wrong::build);
      if (i % 30 == 29) {
        System.gc();
        Thread.sleep(20);
      }
    }
    long grown = resident() - before;
    assertTrue(grown < 80L << 20, "the process has grown by " + (grown >> 20) + " MiB");
  }

  private static long resident() throws Exception {
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
  }
}
