package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.polyring.Change;
import org.polyring.InvalidArgumentException;
import org.polyring.InvalidProfileException;
import org.polyring.InvalidServersException;
import org.polyring.InvalidTopologyException;
import org.polyring.PolyringException;
import org.polyring.Ring;
import org.polyring.Topology;

/** What a topology does; the scenarios are those of bindings/python/tests/test_topology.py. */
class TopologyTest {
  private static final List<String> SERVERS =
      List.of("a=10.0.0.1:11211:2", "10.0.0.2", "c=unix:/run/c.sock");
  private static final String MODULA = "libmemcached/modula";
  private static final String TEXT = """
      {"polyring": 1, "epoch": 7, "profile": "libmemcached/modula",
       "servers": ["a=10.0.0.1:11211:2", "10.0.0.2", "c=unix:/run/c.sock"],
       "settings": {"on_dead": "mi\u00df \uD83D\uDE00", "replicas": -2, "sticky": true}}""";

  @Test
  void topologyFromTextAndList() {
    Topology topology = new Topology(String.join(" ", SERVERS), MODULA, 7);
    assertEquals(topology, new Topology(SERVERS, MODULA, 7));
    assertEquals(topology, new Topology(String.join("\n", SERVERS) + "\t", MODULA, 7));
    assertEquals(new Topology("a"), new Topology(List.of("a"), "ketama"));
    assertEquals(new Topology("a", "ketama"), new Topology(List.of("a")));
    for (List<String> servers : List.of(List.of("good", "a b"), List.of("good", ""))) {
      var failure = refused(InvalidServersException.class, "INVALID_SERVERS",
          () -> new Topology(servers));
      var ring = assertThrows(InvalidServersException.class, () -> new Ring(servers));
      assertEquals(ring.getMessage(), failure.getMessage());
      assertEquals(ring.position(), failure.position());
      assertTrue(failure.position().getAsInt() >= 4);
    }
  }

  @Test
  void topologyParts() {
    try (Topology topology = Topology.parse(TEXT); Topology next = topology.withServers("b")) {
      assertEquals(7, topology.epoch());
      assertEquals(MODULA, topology.profile());
      assertEquals(SERVERS, topology.servers());
      assertEquals(List.of(Map.entry("on_dead", "mi\u00df \uD83D\uDE00"),
          Map.entry("replicas", "-2"), Map.entry("sticky", "true")),
          List.copyOf(topology.settings().entrySet()));
      assertThrows(UnsupportedOperationException.class, () -> topology.settings().clear());
      assertThrows(UnsupportedOperationException.class, () -> topology.servers().set(0, "x"));
      assertEquals(topology.settings(), next.settings());
      assertEquals(8, next.epoch());
      assertEquals("Topology[profile=libmemcached/modula, epoch=7]", topology.toString());
    }
  }

  @Test
  void topologyTextIsUnicode() {
    Topology topology = Topology.parse(TEXT.getBytes(UTF_8));
    assertEquals(Topology.parse(TEXT), topology);
    assertEquals(Topology.parse(TEXT.replace("\uD83D\uDE00", "\\ud83d\\ude00")), topology);
    assertTrue(topology.text().contains("mi\u00df \uD83D\uDE00"), topology.text());
  }

  @Test
  void topologiesAreValues() {
    Topology topology = Topology.parse(TEXT);
    Topology again = Topology.parse(topology.text());
    Topology other = topology.withServers(SERVERS);
    assertEquals(topology, again);
    assertEquals(topology.hashCode(), again.hashCode());
    assertEquals(topology.digest(), again.digest());
    assertNotEquals(topology, other);
    assertNotEquals(topology.digest(), other.digest());
    assertNotEquals(topology, null);
    assertTrue(List.of(other, topology).contains(again));
    again.close();
    assertEquals(topology, again);
  }

  @Test
  void topologyErrorsNameThePlace() {
    String text = TEXT.replace("\"epoch\"", "\n\"epochs\"");
    var failure = refused(InvalidTopologyException.class, "INVALID_TOPOLOGY",
        () -> Topology.parse(text));
    assertTrue(failure.getMessage().startsWith("line 2, column 1: \"epochs\""),
        failure.getMessage());
    assertEquals(OptionalInt.of(text.indexOf("\"epochs\"")), failure.position());
    String bad = TEXT.replace("10.0.0.2", "10.0.0.2:x");
    var server = refused(InvalidServersException.class, "INVALID_SERVERS",
        () -> Topology.parse(bad));
    assertEquals("10.0.0.2:x", server.server());
    assertEquals(OptionalInt.of(bad.indexOf("\"10.0.0.2")), server.position());
    refused(InvalidProfileException.class, "INVALID_PROFILE", () -> new Topology("a", "x"));
  }

  @Test
  void topologyLimits() {
    Topology last = new Topology("a", "ketama", (1L << 53) - 1);
    assertEquals((1L << 53) - 1, last.epoch());
    for (Executable call : List.<Executable>of(() -> last.withServers("b"),
        () -> new Topology("a", "ketama", 1L << 53), () -> new Topology("a", "ketama", -1),
        () -> new Topology("a", "ketama", Long.MAX_VALUE), () -> last.moveBucket(0, "a"),
        () -> last.moveBucket(Long.MIN_VALUE, "a"))) {
      refused(InvalidArgumentException.class, "INVALID_ARGUMENT", call);
    }
    byte[] text = Arrays.copyOf(TEXT.getBytes(UTF_8), (1 << 23) + 1);
    Arrays.fill(text, TEXT.getBytes(UTF_8).length, text.length, (byte) ' ');
    refused(InvalidArgumentException.class, "TOO_LARGE", () -> Topology.parse(text));
    assertEquals(Topology.parse(TEXT), Topology.parse(Arrays.copyOf(text, 1 << 23)));
    String[] servers = new String[65536];
    Arrays.setAll(servers, i -> "h" + i);
    List<String> most = Arrays.asList(servers).subList(0, 65535);
    assertEquals(most, new Topology(most, MODULA).servers());
    refused(InvalidArgumentException.class, "TOO_LARGE",
        () -> new Topology(Arrays.asList(servers), MODULA));
  }

  @Test
  void hostileTopologies() {
    for (String text : List.of("", "\0", TEXT + "\0", TEXT.replace("on_dead", "on\\u0000"),
        "[".repeat(100_000), "{\"a\":".repeat(5000), TEXT.substring(1), "\uFEFF" + TEXT)) {
      var failure = refused(InvalidTopologyException.class, "INVALID_TOPOLOGY",
          () -> Topology.parse(text));
      assertTrue(failure.position().getAsInt() <= text.getBytes(UTF_8).length);
    }
    for (byte[] text : new byte[][] {{}, {-1}, {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}}) {
      refused(InvalidTopologyException.class, "INVALID_TOPOLOGY", () -> Topology.parse(text));
    }
    Topology topology = new Topology("a");
    for (Executable call : List.<Executable>of(() -> Topology.parse("\uD83D"),
        () -> new Topology("\uD83D"), () -> topology.withServers(List.of("a", "\uDE00")),
        () -> topology.moveBucket(0, "\uD83D"), () -> new Ring("a").withServer("\uD83D"),
        () -> new Ring("a").withoutServer("\uD83D"))) {
      var failure = assertThrows(InvalidArgumentException.class, call);
      assertTrue(failure.getMessage().contains("lone surrogate"), failure.getMessage());
    }
  }

  @Test
  void hostileNulls() {
    Topology topology = new Topology("a");
    named("text", () -> Topology.parse((String) null));
    named("text", () -> Topology.parse((byte[]) null));
    named("servers", () -> new Topology((String) null));
    named("servers", () -> new Topology((List<String>) null));
    named("servers[1]", () -> new Topology(Arrays.asList("a", null)));
    named("profile", () -> new Topology("a", null));
    named("servers", () -> topology.withServers((String) null));
    named("servers", () -> topology.withServers((List<String>) null));
    named("server", () -> topology.moveBucket(0, null));
    named("other", () -> topology.diff(null));
  }

  @Test
  void topologyLivesAlone() throws Exception {
    Topology topology = Topology.parse(TEXT);
    Ring ring = topology.ring();
    List<Change> changes = topology.diff(new Topology("z", MODULA));
    topology.close();
    assertTrue(ring.servers().contains(ring.locate("k:1")));
    assertEquals(new Change("epoch", Optional.empty(), Optional.of("7"), Optional.of("0"),
        OptionalInt.empty(), OptionalInt.empty()), changes.get(0));
    assertThrows(UnsupportedOperationException.class, () -> changes.clear());
  }

  @Test
  void aClosedTopologyRefusesEveryCall() {
    Topology topology = new Topology("a b");
    Topology open = new Topology("a");
    topology.close();
    topology.close();
    for (Executable call : List.<Executable>of(topology::profile, topology::epoch,
        topology::servers, topology::settings, topology::text, topology::digest, topology::ring,
        () -> topology.withServers("a"), () -> topology.withServers(List.of("a")),
        () -> topology.moveBucket(0, "a"), () -> topology.diff(open),
        () -> open.diff(topology))) {
      var failure = assertThrows(IllegalStateException.class, call);
      assertEquals("the topology is closed", failure.getMessage());
    }
    assertEquals("Topology[profile=libmemcached/ketama-weighted, epoch=0, closed]",
        topology.toString());
  }

  @Test
  void threadsShareATopology() throws Exception {
    Topology topology = Topology.parse(TEXT);
    Callable<Boolean> user = () -> {
      for (int i = 0; i < 50; i++) {
        try (Ring ring = topology.ring(); Ring again = Topology.parse(topology.text()).ring()) {
          assertEquals(0, ring.plan(again, 100).moved());
          assertEquals(List.of(), topology.diff(Topology.parse(TEXT)));
        }
      }
      return true;
    };
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> users = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        users.add(threads.submit(user));
      }
      for (Future<Boolean> it : users) {
        assertTrue(it.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void doesNotLeakForgottenTopologies() throws Exception {
    String[] servers = new String[2000];
    Arrays.setAll(servers, i -> "n" + i + "=10.0." + i / 250 + "." + i % 250);
    Topology topology = new Topology(Arrays.asList(servers), MODULA);
    Topology other = topology.withServers("a");
    long before = resident();
    for (int i = 0; i < 300; i++) { // each would keep about a megabyte in all
      assertEquals(i + 1, new Topology(topology.servers(), MODULA, i).withServers("a").epoch());
      assertTrue(topology.diff(other).size() > 2000);
      assertTrue(topology.ring().plan(other.ring()).moved() > 0.99);
      assertThrows(InvalidTopologyException.class, () -> Topology.parse(topology.text() + "x"));
      if (i % 20 == 19) {
        System.gc();
        Thread.sleep(20);
      }
    }
    long grown = resident() - before;
    assertTrue(grown < 150L << 20, "the process has grown by " + (grown >> 20) + " MiB");
  }

  /** Bytes of memory that the process occupies. */
  private static long resident() throws Exception {
    String statm = Files.readString(Path.of("/proc/self/statm"));
    return Long.parseLong(statm.split(" ")[1]) * 4096;
  }

  private static PolyringException refused(Class<? extends PolyringException> type, String status,
      Executable call) {
    PolyringException failure = assertThrows(type, call);
    assertEquals(type, failure.getClass());
    assertEquals(status, failure.status(), failure.getMessage());
    assertTrue(failure.getMessage().matches("[ -~]+"), failure.getMessage());
    return failure;
  }

  private static void named(String parameter, Executable call) {
    assertEquals(parameter, assertThrows(NullPointerException.class, call).getMessage());
  }
}
