package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polyring.Client;
import org.polyring.HealthState;
import org.polyring.InvalidArgumentException;
import org.polyring.InvalidKeyException;
import org.polyring.InvalidServersException;
import org.polyring.InvalidValueException;
import org.polyring.Item;
import org.polyring.Items;
import org.polyring.Outcome;
import org.polyring.PartialException;
import org.polyring.Ring;
import org.polyring.Statistics;
import org.polyring.Topology;

/** What a client does with servers that live. */
class ClientTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Object NONE = new Object();
  private static Memcached one;
  private static Memcached two;
  private Client client;

  @BeforeAll
  static void start() throws Exception {
    one = new Memcached();
    two = new Memcached();
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  @BeforeEach
  void connect() {
    client = Client.builder().servers(one.toString(), two.toString())
        .timeout(Duration.ofSeconds(10)).connectTimeout(Duration.ofSeconds(5)).build();
    client.flushAll();
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void everyKindOfValueComesBack() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("list", List.of(1L, 2.5, "\u00e9\ud83d\ude00\0", List.of(), Map.of("k", false)));
    map.put("none", null);
    String long1 = "?".repeat(100_000);
    for (Object value : Arrays.asList(null, true, false, 0L, Long.MIN_VALUE, Long.MAX_VALUE, 0.1,
        -1e300, "", "text", "\u00e9\ud83d\ude00\0?", long1, List.of(), Map.of(), map)) {
      assertEquals(Outcome.OK, client.set("k", value));
      assertEquals(value, client.get("k"));
      assertEquals(value, client.get("k", NONE));
    }
    for (byte[] bytes : new byte[][] {{}, {0, -1, 13, 10}, new byte[1024], new byte[200_000]}) {
      client.set("k", bytes);
      assertArrayEquals(bytes, client.get("k", byte[].class));
    }
    Object[][] widened = {{(byte) -1, -1L}, {(short) 7, 7L}, {-5, -5L}, {0.5f, 0.5}};
    for (Object[] it : widened) {
      client.set("k", it[0]);
      assertEquals(it[1], client.get("k"));
    }
  }

  @Test
  void aValueIsReadAsAClass() {
    client.set("k", 300);
    assertEquals(300, client.get("k", Integer.class));
    assertEquals((short) 300, client.get("k", Short.class));
    var failure = assertThrows(InvalidValueException.class, () -> client.get("k", Byte.class));
    assertEquals("the value is a java.lang.Long, and is asked for as a java.lang.Byte",
        failure.getMessage());
    assertArrayEquals("k".getBytes(UTF_8), failure.key().orElseThrow());
    assertThrows(InvalidValueException.class, () -> client.get("k", String.class));
    client.set("k", 0.5);
    assertEquals(0.5f, client.get("k", Float.class));
    assertNull(client.get("none", Integer.class));
  }

  @Test
  void whatIsNoValueIsRefusedByName() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    endless.add(endless);
    Map<Object, Object> keys = new HashMap<>();
    keys.put(5, 1);
    Object deep = List.of();
    for (int i = 0; i < 64; i++) {
      deep = List.of(deep);
    }
    refused(BigInteger.ONE, "a java.math.BigInteger has no form");
    refused(List.of(new int[0]), "a int[] has no form");
    refused(keys, "a java.lang.Integer");
    refused(Collections.singletonMap(null, 1), "one is null");
    refused(endless, "64 deep");
    refused(deep, "64 deep");
    refused("\ud800", "lone surrogate, U+D800, at index 0");
    refused(List.of("a\udfff"), "lone surrogate, U+DFFF, at index 1");
    assertNull(client.get("k"));
  }

  private void refused(Object value, String reason) {
    var failure = assertThrows(InvalidValueException.class, () -> client.set("k", value));
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    assertEquals("INVALID_VALUE", failure.status());
    assertThrows(InvalidValueException.class, () -> client.setMany(Map.of("k", value)));
  }

  @Test
  void conditions() {
    assertEquals(Outcome.NOT_STORED, client.replace("k", 1));
    assertEquals(Outcome.OK, client.add("k", "b", HOUR));
    assertEquals(Outcome.NOT_STORED, client.add("k", 2));
    assertEquals(Outcome.OK, client.append("k", "c"));
    assertEquals(Outcome.OK, client.prepend("k", "a"));
    assertEquals("abc", client.get("k"));
    Item item = client.gets("k");
    assertEquals("abc", item.value());
    assertEquals(Outcome.OK, client.cas("k", 3, item.cas(), HOUR));
    assertEquals(Outcome.EXISTS, client.cas("k", 4, item.cas()));
    assertFalse(Outcome.EXISTS.ok());
    assertEquals(3L, client.get("k"));
    assertEquals(Outcome.OK, client.replace("k", 5, HOUR));
    assertEquals(Outcome.OK, client.touch("k", HOUR));
    assertEquals(5L, client.getAndTouch("k", Duration.ofSeconds(-1)));
    assertEquals(NONE, client.get("k", NONE));
    assertEquals(Outcome.MISS, client.touch("k", HOUR));
    assertEquals(Outcome.MISS, client.cas("k", 4, item.cas()));
    assertEquals(Outcome.NOT_STORED, client.append("k", "x"));
    client.set("k", 1);
    assertEquals(Outcome.OK, client.delete("k"));
    assertEquals(Outcome.MISS, client.delete("k"));
    assertNull(client.gets("k"));
  }

  @Test
  void counters() {
    assertEquals(OptionalLong.empty(), client.incr("n", 1));
    assertEquals(OptionalLong.empty(), client.counter("n"));
    assertEquals(OptionalLong.of(7), client.incr("n", 5, 7, HOUR));
    assertEquals(OptionalLong.of(12), client.incr("n", 5, 7, HOUR));
    assertEquals(OptionalLong.of(0), client.decr("n", 20));
    assertEquals(OptionalLong.of(9), client.decr("m", 1, 9, HOUR));
    assertEquals(Outcome.OK, client.setCounter("n", Long.MAX_VALUE, HOUR));
    assertEquals(OptionalLong.of(Long.MAX_VALUE), client.counter("n"));
    assertEquals("9223372036854775808",
        Long.toUnsignedString(client.incr("n", 1).getAsLong()));
    assertThrows(InvalidArgumentException.class, () -> client.incr("n", -1));
  }

  @Test
  void bytesAreKeysToo() {
    Items<byte[]> items = client.bytes();
    byte[] key = "k\u00e9".getBytes(UTF_8);
    assertEquals(Outcome.OK, items.set(key, "v", HOUR));
    assertEquals("v", client.get("k\u00e9"));
    assertEquals("v", items.gets(key).value());
    assertEquals("v", items.get(key, String.class));
    assertEquals(Outcome.OK, items.setCounter(key, 1));
    assertEquals(OptionalLong.of(2), items.incr(key, 1));
    assertEquals(Outcome.OK, items.delete(key));
    assertThrows(NullPointerException.class, () -> items.get(null));
    for (String bad : List.of("", "x".repeat(251), "x".repeat(100_000))) {
      var failure = assertThrows(InvalidKeyException.class, () -> client.get(bad));
      assertArrayEquals(bad.getBytes(UTF_8), failure.key().orElseThrow());
    }
  }

  @Test
  void bytesAreKeysOfManyToo() {
    Items<byte[]> items = client.bytes();
    Map<byte[], Object> values = new LinkedHashMap<>();
    for (int i = 255; i >= 0; i--) {
      values.put(new byte[] {'k', (byte) i}, (long) i);
    }
    Map<byte[], Outcome> outcomes = items.setMany(values, HOUR);
    assertEquals(256, outcomes.size());
    assertEquals(Outcome.OK, outcomes.get(new byte[] {'k', -1}));
    List<byte[]> keys = new ArrayList<>(values.keySet());
    keys.add(7, new byte[] {'x', 0});
    Map<byte[], Object> found = items.getMany(keys);
    assertEquals(255L, found.get(new byte[] {'k', -1}));
    assertFalse(found.containsKey(new byte[] {'x', 0}));
    assertEquals(List.copyOf(values.values()), List.copyOf(found.values()));
    keys.remove(7);
    assertArrayEquals(keys.toArray(), found.keySet().toArray());
    assertEquals(Map.of("kA", 65L, "kB", 66L), client.getMany(List.of("kA", "kB", "x")));
    byte[] one = {'k', 1};
    byte[] absent = {'x', -1};
    assertEquals(List.of(Outcome.OK, Outcome.MISS),
        List.copyOf(items.touchMany(List.of(one, absent), HOUR).values()));
    assertEquals(items.deleteMany(List.of(absent)), items.deleteMany(List.of(absent)));
    assertEquals(Outcome.OK, items.deleteMany(List.of(one)).get(new byte[] {'k', 1}));
    var failure = assertThrows(PartialException.class,
        () -> items.getMany(List.of(new byte[251], new byte[] {'k', 2})));
    assertEquals(2L, failure.found().get(new byte[] {'k', 2}));
    var reason = failure.failures().get(new byte[251]);
    assertEquals(InvalidKeyException.class, reason.getClass());
    assertArrayEquals(new byte[251], reason.key().orElseThrow());
    assertThrows(NullPointerException.class, () -> items.getMany(Arrays.asList(one, null)));
  }

  @Test
  void timesToLive() {
    client.set("k", 1, Duration.ofMillis(999_500));
    long left = client.item("k", null, null).ttl().toSeconds();
    assertTrue(left > 900 && left <= 1000, "ttl " + left);
    client.set("k", 1, Duration.ofMillis(1));
    assertNotEquals(null, client.item("k", null, null).ttl()); // it does not live for ever
    client.set("k", 1, Duration.ofMillis(-1));
    assertNull(client.get("k"));
    client.set("k", 1, Duration.ZERO);
    assertNull(client.item("k", null, null).ttl());
    client.set("k", 1, Duration.ofDays(60));
    left = client.item("k", null, null).ttl().toDays();
    assertTrue(left >= 59, "days " + left);
  }

  @Test
  void itemsTellOfThemselves() {
    client.set("k", "abc", HOUR);
    assertFalse(client.item("k", null, null).hitBefore());
    Item item = client.item("k", null, null);
    assertEquals("abc", item.value());
    assertEquals(3, item.size());
    assertTrue(item.hitBefore());
    assertFalse(item.won() || item.stale() || item.alreadyWon());
    assertEquals(item.cas(), client.gets("k").cas());
    assertNotEquals(0, item.cas());
    assertTrue(client.item("k", null, Duration.ofHours(2)).won());
    assertTrue(client.item("k", null, Duration.ofHours(2)).alreadyWon());
    assertEquals(Outcome.OK, client.invalidate("k", HOUR));
    assertTrue(client.item("k", null, null).stale());
    assertNull(client.item("other", null, null));
    assertTrue(client.item("other", HOUR, null).won());
    assertTrue(client.item("other", HOUR, null).alreadyWon());
  }

  @Test
  void many() {
    Map<String, Object> items = new LinkedHashMap<>();
    for (int i = 0; i < 1000; i++) {
      items.put("many" + i, i % 2 == 0 ? (Object) (long) i : List.of("v" + i));
    }
    Map<String, Outcome> outcomes = client.setMany(items, HOUR);
    assertEquals(new ArrayList<>(items.keySet()), new ArrayList<>(outcomes.keySet()));
    assertTrue(outcomes.values().stream().allMatch(Outcome::ok));
    List<String> keys = new ArrayList<>(items.keySet());
    keys.add(500, "absent");
    assertEquals(items, client.getMany(keys));
    assertEquals(List.of("many3", "many1"),
        new ArrayList<>(client.getMany(List.of("many3", "x", "many1")).keySet()));
    assertEquals(Map.of("many1", Outcome.OK, "absent", Outcome.MISS),
        client.touchMany(List.of("many1", "absent"), HOUR));
    assertEquals(Map.of("many1", Outcome.OK, "absent", Outcome.MISS),
        client.deleteMany(List.of("many1", "absent")));
    assertEquals(Map.of(), client.getMany(List.of()));
    assertEquals(Map.of(), client.setMany(Map.of()));
    assertThrows(NullPointerException.class,
        () -> client.setMany(Collections.singletonMap(null, 1)));
    for (int i = 0; i < 30; i++) { // more room than is kept for the next call
      items.put("large" + i, "x".repeat(100_000 + i));
    }
    assertTrue(client.setMany(items).values().stream().allMatch(Outcome::ok));
    assertEquals(items, client.getMany(items.keySet()));
  }

  @Test
  void aBadKeyOfManyHidesNoOther() {
    client.set("a", 1);
    var failure = assertThrows(PartialException.class,
        () -> client.getMany(List.of("a", "", "b")));
    assertEquals(Map.of("a", 1L), failure.found());
    assertEquals(List.of(""), List.copyOf(failure.failures().keySet()));
    assertEquals(InvalidKeyException.class, failure.failures().get("").getClass());
    assertEquals("PARTIAL", failure.status());
  }

  @Test
  void aBadValueOfManyHidesNoOther() {
    var failure = assertThrows(PartialException.class,
        () -> client.setMany(Map.of("a", 1, "b", Double.NaN, "c", List.of(new byte[3]))));
    assertEquals(Map.of("a", Outcome.OK), failure.found());
    for (String key : List.of("b", "c")) {
      var reason = failure.failures().get(key);
      assertEquals(InvalidValueException.class, reason.getClass());
      assertArrayEquals(key.getBytes(UTF_8), reason.key().orElseThrow());
      assertTrue(reason.getMessage().contains("\"" + key + "\""), reason.getMessage());
    }
  }

  @Test
  void everyServerIsAsked() {
    client.set("k", 1);
    String name = one.toString();
    List<String> both = List.of(name, two.toString());
    assertEquals(both, List.copyOf(client.ping().keySet()));
    assertEquals(Map.of(name, Outcome.OK), client.ping(name));
    assertEquals(both, List.copyOf(client.version().keySet()));
    assertTrue(client.version(name).get(name).matches("\\d+\\.\\d+\\.\\d+.*"));
    assertEquals(both, List.copyOf(client.stats("").keySet()));
    assertTrue(Integer.parseInt(client.stats("", name).get(name).get("pid")) > 0);
    assertEquals("67108864", client.stats("settings", name).get(name).get("maxbytes"));
    assertTrue(String.join("", client.dump().values()).contains("key=k"));
    assertEquals(2, client.verbosity(0).size());
    assertEquals(1, client.verbosity(0, name).size());
    assertEquals(1, client.flushAll(Duration.ofHours(9), name).size());
    assertEquals(1L, client.get("k"));
    assertEquals(2, client.flushAll().size());
    assertNull(client.get("k"));
    assertThrows(RuntimeException.class, () -> client.ping("other:1"));
  }

  @Test
  void onlyATopologyOfTheGivenProfileIsTaken() {
    try (Client made = Client.builder().servers(one.toString(), two.toString())
        .profile("libmemcached/modula").build();
        Topology same = new Topology(one.toString(), "libmemcached/modula", 7);
        Topology other = new Topology(one.toString(), "ketama", 8)) {
      made.setTopology(same);
      assertEquals(same, made.topology());
      assertThrows(InvalidArgumentException.class, () -> made.setTopology(other));
      assertEquals(same, made.topology());
    }
  }

  @Test
  void theTopologyChangesInUse() {
    try (Topology before = client.topology(); Ring ring = client.ring()) {
      assertEquals(List.of(one.toString(), two.toString()), ring.servers());
      client.removeServer(two.toString());
      client.addServer(two.toString());
      try (Topology after = client.topology()) {
        assertEquals(before.epoch() + 2, after.epoch());
        client.setTopology(after);
      }
      assertThrows(InvalidArgumentException.class, () -> client.setTopology(before));
    }
    client.setTopology(one.toString());
    assertEquals(1, client.ring().servers().size());
    assertThrows(InvalidServersException.class, () -> client.addServer("a:b:c:d"));
    assertThrows(InvalidArgumentException.class, () -> client.removeServer("nobody:1"));
    assertThrows(InvalidArgumentException.class, () -> client.addServer(""));
    assertTrue(client.events().stream().anyMatch(it -> it.kind().equals("TOPOLOGY_CHANGED")));
    assertTrue(client.events().isEmpty());
  }

  @Test
  void statistics() {
    try (Client alone = Client.builder().servers(one.toString()).announce(false).build()) {
      alone.set("k", 1);
      alone.get("k");
      alone.get("absent");
      Statistics it = alone.statistics().get(0);
      assertEquals(one.toString(), it.server());
      assertEquals(List.of(3L, 1L, 1L), List.of(it.operations(), it.hits(), it.misses()));
      assertEquals(3, it.latency().values().stream().mapToLong(n -> n).sum());
      assertEquals(1, it.connects());
      assertTrue(it.bytesSent() > 0 && it.bytesReceived() > 0);
      assertEquals(Map.of(), it.failures());
      assertEquals(HealthState.UP, it.state());
      assertEquals(List.of(0L, 0L, 0L, 0L),
          List.of(it.inDoubt(), it.refused(), it.redirected(), it.probes()));
      assertEquals("CONNECTED", alone.events().get(0).kind());
    }
  }

  @Test
  void settings() {
    try (Client made = Client.builder().servers("127.0.0.1", "127.0.0.2").profile("libmemcached/modula")
        .readTimeout(Duration.ofMillis(7)).writeTimeout(Duration.ofNanos(1_500_001))
        .idleTimeout(Duration.ofMinutes(2)).maxConnections(3).maxValue(1 << 21).protocol("text")
        .dialect("raw").compress("none").compressFrom(5).decodeText(true).onError("miss")
        .onMismatch("refuse").announce(false).setting("connect_timeout", "9ms").build()) {
      String[][] expected = {{"profile", "libmemcached/modula"}, {"read_timeout", "7000us"},
        {"write_timeout", "1501us"}, {"connect_timeout", "9000us"}, {"idle_timeout", "120000000us"},
        {"max_connections", "3"}, {"max_value", "2097152"}, {"protocol", "text"},
        {"dialect", "raw"}, {"compress", "none"}, {"compress_from", "5"}, {"decode_text", "true"},
        {"on_error", "miss"}, {"on_mismatch", "refuse"}, {"announce", "false"}};
      for (String[] it : expected) {
        assertEquals(it[1], made.setting(it[0]), it[0]);
      }
      assertNull(made.setting("nothing"));
      assertNull(made.setting("x".repeat(100)));
      assertEquals(2, made.ring().servers().size());
    }
    try (Client url = Client.connect("memcached://127.0.0.1,127.0.0.2/?profile=ketama&timeout=1s");
        Topology topology = new Topology("127.0.0.1 127.0.0.2");
        Client copy = Client.builder().topology(topology).build()) {
      assertEquals("1000000us", url.setting("timeout"));
      assertEquals(topology, copy.topology());
    }
    assertThrows(InvalidArgumentException.class,
        () -> Client.builder().servers("127.0.0.1").setting("x y", "&=%").build());
    assertThrows(InvalidArgumentException.class,
        () -> Client.builder().servers("127.0.0.1").readTimeout(Duration.ofSeconds(-1)).build());
    assertThrows(InvalidServersException.class, () -> Client.builder().servers("a b"));
    assertThrows(InvalidServersException.class, () -> Client.connect("a:b:c:d"));
  }
}
