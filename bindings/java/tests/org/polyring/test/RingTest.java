package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.polyring.Flow;
import org.polyring.InvalidArgumentException;
import org.polyring.Placement;
import org.polyring.Plan;
import org.polyring.PlannedServer;
import org.polyring.Ring;

/** What a ring answers. */
class RingTest {
  private static final List<String> SERVERS =
      List.of("10.0.0.1:11211", "cache2=10.0.0.2:11212:3", "unix:/run/memcached.sock");
  private static final List<String> PLACES =
      List.of("10.0.0.1:11211", "10.0.0.2:11212", "unix:/run/memcached.sock");
  private static final String MODULA = "libmemcached/modula";

  @Test
  void constructFromText() {
    try (Ring text = new Ring("  " + String.join("  ", SERVERS) + " ", MODULA);
        Ring list = new Ring(SERVERS, MODULA)) {
      assertEquals(PLACES, text.servers());
      assertArrayEquals(text.locateIndexes(keys(200)), list.locateIndexes(keys(200)));
    }
  }

  @Test
  void constructFromList() {
    List<String> servers = new ArrayList<>(SERVERS);
    try (Ring ring = new Ring(servers, MODULA)) {
      servers.clear();
      assertEquals(PLACES, ring.servers());
    }
  }

  @Test
  void defaultProfile() {
    try (Ring text = new Ring("a b");
        Ring list = new Ring(List.of("a", "b"));
        Ring empty = new Ring("a b", "")) {
      assertEquals(Ring.DEFAULT_PROFILE, text.profile());
      assertEquals(Ring.DEFAULT_PROFILE, list.profile());
      assertEquals(Ring.DEFAULT_PROFILE, empty.profile());
    }
  }

  @Test
  void overrides() {
    try (Ring alias = new Ring("a b", "ketama");
        Ring idle = new Ring("a b", "libmemcached/modula,hash=one_at_a_time");
        Ring override = new Ring("a b", "libmemcached/modula,hash=crc")) {
      assertEquals("libmemcached/ketama-weighted", alias.profile());
      assertEquals("libmemcached/modula", idle.profile());
      assertEquals("libmemcached/modula,hash=crc", override.profile());
    }
  }

  @Test
  void profilesListed() {
    List<String> profiles = Ring.profiles();
    assertTrue(profiles.contains(Ring.DEFAULT_PROFILE), profiles.toString());
    assertTrue(profiles.contains("spymemcached/ketama"), profiles.toString());
    assertEquals(profiles.size(), new HashSet<>(profiles).size());
    assertThrows(UnsupportedOperationException.class, () -> profiles.add("mine"));
  }

  @Test
  void oneObjectAServer() {
    try (Ring ring = new Ring(SERVERS)) {
      assertSame(ring.locate("a"), ring.locate("a"));
      assertSame(ring.locate("a"), ring.locateMany(List.of("a")).get(0));
      assertSame(ring.locate("a"), ring.servers().get(ring.locateIndexes(List.of("a"))[0]));
    }
  }

  @Test
  void batchAgreesWithSingle() {
    List<String> keys = keys(500);
    byte[][] bytes = keys.stream().map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new);
    try (Ring ring = new Ring(SERVERS)) {
      List<String> many = ring.locateMany(keys);
      int[] indexes = ring.locateIndexes(keys);
      assertEquals(many, ring.locateMany(bytes));
      assertArrayEquals(indexes, ring.locateIndexes(bytes));
      assertEquals(3, Arrays.stream(indexes).distinct().count());
      for (int i = 0; i < bytes.length; i++) {
        String server = ring.servers().get(indexes[i]);
        assertSame(server, ring.locate(bytes[i]));
        assertSame(server, ring.locate(keys.get(i)));
        assertSame(server, many.get(i));
      }
    }
  }

  @Test
  void explainAgrees() {
    try (Ring ring = new Ring(SERVERS)) {
      for (String key : keys(200)) {
        Placement placement = ring.explain(key);
        assertSame(ring.locate(key), placement.server());
        assertSame(placement.server(), ring.servers().get(placement.index()));
        assertEquals(placement, ring.explain(key.getBytes(UTF_8)));
      }
    }
  }

  @Test
  void batchOfFlatKeys() {
    try (Ring ring = new Ring(SERVERS)) {
      int[] indexes = {7, 7, 7, 7};
      ring.locateIndexes("onetwothree and more".getBytes(UTF_8), new int[] {3, 6, 11}, indexes);
      int[] expected = Arrays.copyOf(ring.locateIndexes(List.of("one", "two", "three")), 4);
      expected[3] = 7;
      assertArrayEquals(expected, indexes);
    }
  }

  @Test
  void batchOfNothing() {
    try (Ring ring = new Ring(SERVERS)) {
      assertEquals(List.of(), ring.locateMany(List.of()));
      assertEquals(0, ring.locateIndexes(new byte[0][]).length);
      ring.locateIndexes(new byte[0], new int[0], new int[0]);
    }
  }

  @Test
  void refusedKeys() {
    List<String> keys = List.of("good", "", "k".repeat(251), "fine");
    try (Ring ring = new Ring(SERVERS)) {
      String good = ring.locate("good");
      String fine = ring.locate("fine");
      assertEquals(Arrays.asList(good, null, null, fine), ring.locateMany(keys));
      int[] indexes = ring.locateIndexes(keys);
      assertArrayEquals(new int[] {-1, -1}, Arrays.copyOfRange(indexes, 1, 3));
      assertEquals(fine, ring.servers().get(indexes[3]));
    }
  }

  @Test
  void explainFields() {
    try (Ring ring = new Ring(SERVERS)) {
      Placement placement = ring.explain("user:17");
      assertArrayEquals("user:17".getBytes(UTF_8), placement.key());
      assertArrayEquals("user:17".getBytes(UTF_8), placement.sentKey());
      assertArrayEquals("user:17".getBytes(UTF_8), placement.hashedText());
      assertTrue(placement.hash().get().compareTo(placement.point().get()) <= 0);
      assertTrue(placement.point().get().bitLength() <= 32);
      String label = new String(placement.label(), UTF_8);
      assertTrue(label.startsWith(placement.server().substring(0, 8)), label);
      assertEquals(List.of(), placement.ties());
      assertTrue(placement.why().length() > 0);
    }
  }

  @Test
  void explainFieldsWithoutSign() {
    try (Ring ring = new Ring(SERVERS)) {
      List<BigInteger> hashes = keys(100).stream().map(k -> ring.explain(k).hash().get()).toList();
      assertTrue(Collections.min(hashes).signum() >= 0);
      assertTrue(Collections.max(hashes).bitLength() == 32);
    }
  }

  @Test
  void changedRings() {
    Ring ring = new Ring(SERVERS, MODULA);
    try (Ring more = ring.withServer("10.0.0.4:11211")) {
      assertEquals(PLACES, ring.servers());
      assertEquals("10.0.0.4:11211", more.servers().get(3));
      assertEquals(ring.fingerprint(), more.withoutServer(3).fingerprint());
      assertEquals(ring.fingerprint(), more.withoutServer("10.0.0.4:11211").fingerprint());
      List<String> all = new ArrayList<>(SERVERS);
      all.add("10.0.0.4:11211");
      ring.close();
      assertArrayEquals(new Ring(all, MODULA).locateIndexes(keys(200)),
          more.locateIndexes(keys(200)));
    }
    Ring twice = new Ring("a a", MODULA);
    for (Executable call : List.<Executable>of(() -> twice.withoutServer("a"),
        () -> twice.withoutServer("b\n"), () -> twice.withoutServer(-1),
        () -> twice.withoutServer(2), () -> twice.withoutServer(Integer.MIN_VALUE))) {
      var failure = assertThrows(InvalidArgumentException.class, call);
      assertEquals("INVALID_ARGUMENT", failure.status());
      assertTrue(failure.getMessage().matches("[ -~]+"), failure.getMessage());
    }
  }

  @Test
  void fingerprintsAndPlans() {
    try (Ring ring = new Ring(SERVERS, MODULA); Ring more = ring.withServer("10.0.0.4")) {
      assertTrue(ring.fingerprint().matches("pr1:[0-9a-f]{64}"), ring.fingerprint());
      assertEquals(new Plan(0, true, 0, ring.plan(ring).servers(), List.of()), ring.plan(ring));
      Plan plan = ring.plan(more, 1000);
      assertTrue(plan.exact());
      assertEquals(plan.moved(), plan.flows().stream().mapToDouble(Flow::share).sum(), 1e-12);
      PlannedServer last = plan.servers().get(3);
      assertEquals("10.0.0.4", last.server());
      assertEquals(OptionalInt.empty(), last.oldIndex());
      assertEquals(OptionalInt.of(3), last.newIndex());
      assertThrows(UnsupportedOperationException.class, () -> plan.flows().clear());
      assertThrows(UnsupportedOperationException.class, () -> plan.servers().clear());
      Plan hashes = ring.plan(new Ring(SERVERS, MODULA + ",hash=crc"), 1000);
      assertEquals(1000, hashes.sample());
      assertTrue(!hashes.exact() && hashes.moved() > 0);
      for (long sample : new long[] {-1, 1L << 32, Long.MAX_VALUE}) {
        assertThrows(InvalidArgumentException.class, () -> ring.plan(ring, sample));
      }
    }
  }

  @Test
  void placementsAreValues() {
    byte[] key = {'k'};
    try (Ring ring = new Ring(SERVERS)) {
      Placement placement = ring.explain(key);
      assertEquals(ring.explain("k"), placement);
      assertEquals(ring.explain("k").hashCode(), placement.hashCode());
      key[0] = 'x';
      assertEquals(ring.explain("k"), placement);
      assertNotEquals(ring.explain(key), placement);
      assertTrue(ring.explain("\u00e4b").toString()
          .startsWith("Placement[key=%C3%A4b, sentKey=%C3%A4b"));
    }
  }

  @Test
  void notChanged() {
    try (Ring ring = new Ring(SERVERS)) {
      assertThrows(UnsupportedOperationException.class, () -> ring.servers().set(0, "x"));
      List<String> located = ring.locateMany(List.of("a"));
      located.set(0, "mine");
      assertNotEquals("mine", ring.locate("a"));
      assertThrows(UnsupportedOperationException.class, () -> ring.explain("a").ties().add(1));
    }
  }

  @Test
  void ringsPrintThemselves() {
    Ring ring = new Ring(SERVERS, MODULA);
    assertEquals("Ring[profile=libmemcached/modula, servers=3]", ring.toString());
    ring.close();
    assertEquals("Ring[profile=libmemcached/modula, servers=3, closed]", ring.toString());
  }

  private static List<String> keys(int count) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add("key:" + i);
    }
    return keys;
  }
}
