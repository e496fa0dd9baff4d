package org.polyring.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.polyring.InvalidArgumentException;
import org.polyring.InvalidKeyException;
import org.polyring.InvalidProfileException;
import org.polyring.InvalidServersException;
import org.polyring.InvalidTopologyException;
import org.polyring.PolyringException;
import org.polyring.Ring;

/** What a ring refuses, and how it says so. */
class FailureTest {
  @Test
  void errorsNameTheServer() {
    for (Executable call : List.<Executable>of(() -> new Ring("good:11211 bad:port"),
        () -> new Ring(List.of("good:11211", "bad:port")))) {
      var failure = assertThrows(InvalidServersException.class, call);
      assertEquals("bad:port", failure.server());
      assertEquals("INVALID_SERVERS", failure.status());
      assertTrue(failure.getMessage().contains("bad:port"), failure.getMessage());
      assertTrue(failure.position().getAsInt() >= 10, failure.position().toString());
    }
  }

  @Test
  void hostileServers() {
    for (String servers : List.of("", "   ", "a:1:-2", "a:1:nan", "a:1:inf", "a:1:99999999999999",
        "a:70000", "[::1", "%zz", "=a")) {
      assertThrows(InvalidServersException.class, () -> new Ring(servers), servers);
    }
    assertThrows(InvalidServersException.class, () -> new Ring(List.of()));
    assertThrows(InvalidServersException.class, () -> new Ring(List.of("a b")));
    assertThrows(InvalidServersException.class, () -> new Ring(List.of("a", "")));
  }

  @Test
  void limits() {
    String[] servers = new String[65536];
    Arrays.setAll(servers, i -> "10.0." + i / 256 + "." + i % 256);
    List<String> most = Arrays.asList(servers).subList(0, 65535);
    try (Ring ring = new Ring(most, "libmemcached/modula")) {
      assertEquals(most, ring.servers());
    }
    var failure = assertThrows(InvalidArgumentException.class,
        () -> new Ring(Arrays.asList(servers), "libmemcached/modula"));
    assertEquals("TOO_LARGE", failure.status(), failure.getMessage());
  }

  @Test
  void errorsNameTheNearestProfile() {
    var failure =
        assertThrows(InvalidProfileException.class, () -> new Ring("a", "libmemcached/modulo"));
    assertTrue(failure.getMessage().contains("libmemcached/modula"), failure.getMessage());
    assertEquals("INVALID_PROFILE", failure.status());
    assertEquals("", failure.server());
  }

  @Test
  void hostileProfiles() {
    for (String profile : List.of("ketama,hash", "ketama,hash=sha3", "ketama,hsh=md5",
        "ketama,points=many")) {
      assertThrows(InvalidProfileException.class, () -> new Ring("a", profile), profile);
    }
  }

  @Test
  void errorsNameTheKey() {
    try (Ring ring = new Ring("a b")) {
      var failure = assertThrows(InvalidKeyException.class, () -> ring.locate("k".repeat(251)));
      assertTrue(failure.getMessage().contains("250"), failure.getMessage());
      assertEquals("", failure.server());
      var again = assertThrows(InvalidKeyException.class, () -> ring.explain("k".repeat(251)));
      assertEquals(failure.getMessage(), again.getMessage());
    }
  }

  @Test
  void errorTree() {
    assertEquals(RuntimeException.class, PolyringException.class.getSuperclass());
    assertEquals(PolyringException.class, InvalidArgumentException.class.getSuperclass());
    for (Class<?> type : List.of(InvalidKeyException.class, InvalidServersException.class,
        InvalidProfileException.class, InvalidTopologyException.class)) {
      assertEquals(InvalidArgumentException.class, type.getSuperclass());
    }
  }

  @Test
  void hostileEnds() {
    byte[] keys = "onetwo".getBytes();
    int[] indexes = {7, 7};
    try (Ring ring = new Ring("a b")) {
      for (int[] ends : new int[][] {{4, 3}, {3, 7}, {-1, 3}, {3, Integer.MIN_VALUE},
          {Integer.MAX_VALUE, 6}}) {
        var failure = assertThrows(InvalidArgumentException.class,
            () -> ring.locateIndexes(keys, ends, indexes), Arrays.toString(ends));
        assertTrue(failure.getMessage().startsWith("ends["), failure.getMessage());
      }
      var failure = assertThrows(InvalidArgumentException.class,
          () -> ring.locateIndexes(keys, new int[] {3, 2}, indexes));
      assertEquals("ends[1] is 2: it must lie from 3, where the part before it ends, to 6, the "
          + "number of bytes", failure.getMessage());
      assertThrows(InvalidArgumentException.class,
          () -> ring.locateIndexes(keys, new int[] {3, 6}, new int[1]));
      assertArrayEquals(new int[] {7, 7}, indexes);
    }
  }

  @Test
  void hostileNulls() {
    try (Ring ring = new Ring("a b")) {
      byte[] bytes = {1};
      int[] ends = {1};
      named("servers", () -> new Ring((String) null));
      named("servers", () -> new Ring((List<String>) null));
      named("servers[1]", () -> new Ring(Arrays.asList("a", null)));
      named("profile", () -> new Ring("a", null));
      named("profile", () -> new Ring(List.of("a"), null));
      named("key", () -> ring.locate((byte[]) null));
      named("key", () -> ring.locate((String) null));
      named("key", () -> ring.explain((byte[]) null));
      named("key", () -> ring.explain((String) null));
      named("server", () -> ring.withServer(null));
      named("server", () -> ring.withoutServer(null));
      named("other", () -> ring.plan(null));
      named("keys", () -> ring.locateMany((List<String>) null));
      named("keys", () -> ring.locateMany((byte[][]) null));
      named("keys[0]", () -> ring.locateMany(Collections.singletonList(null)));
      named("keys", () -> ring.locateIndexes((List<String>) null));
      named("keys", () -> ring.locateIndexes((byte[][]) null));
      named("keys[1]", () -> ring.locateIndexes(new byte[][] {{1}, null}));
      named("keys", () -> ring.locateIndexes(null, ends, ends));
      named("ends", () -> ring.locateIndexes(bytes, null, ends));
      named("indexes", () -> ring.locateIndexes(bytes, ends, null));
    }
  }

  private static void named(String parameter, Executable call) {
    assertEquals(parameter, assertThrows(NullPointerException.class, call).getMessage());
  }
}
