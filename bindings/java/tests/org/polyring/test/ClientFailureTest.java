package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.polyring.Client;
import org.polyring.ClientBuilder;
import org.polyring.InvalidArgumentException;
import org.polyring.Outcome;
import org.polyring.PartialException;
import org.polyring.PolyringException;
import org.polyring.Rejoin;
import org.polyring.Ring;
import org.polyring.UnavailableException;
import org.polyring.UnknownException;

/** Servers that are dead or silent, clients that are closed, and clients in many threads. */
class ClientFailureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void aDeadServerIsNoMiss() throws Exception {
    try (Memcached alive = new Memcached(); Memcached dead = new Memcached();
        Client client = neverDown(alive, dead).build();
        Client tolerant = neverDown(alive, dead).onError("miss").build();
        Ring ring = client.ring()) {
      Map<String, Object> items = new LinkedHashMap<>();
      for (long i = 0; i < 50; i++) {
        items.put("k" + i, i);
      }
      client.setMany(items);
      dead.kill();
      String key = items.keySet().stream().filter(it -> ring.locate(it).equals(dead.toString()))
          .findFirst().orElseThrow();
      assertThrows(PolyringException.class, () -> client.get(key)); // it may be lost on the way
      var failure = assertThrows(UnavailableException.class, () -> client.get(key));
      assertEquals("UNAVAILABLE", failure.status());
      assertEquals(dead.toString(), failure.server());
      assertArrayEquals(key.getBytes(UTF_8), failure.key().orElseThrow());
      assertNotEquals("NONE", failure.stage());
      assertTrue(failure.spent().compareTo(PATIENCE) < 0, failure.spent().toString());
      assertThrows(UnavailableException.class, () -> client.get(key, Object.class));
      assertThrows(UnavailableException.class, () -> client.set(key, 1));

      var partial = assertThrows(PartialException.class, () -> client.getMany(items.keySet()));
      assertEquals(items.keySet(), union(partial));
      assertTrue(partial.found().size() > 0 && partial.failures().size() > 0);
      partial.found().forEach((name, value) -> assertEquals(items.get(name), value));
      assertEquals(UnavailableException.class, partial.failures().get(key).getClass());
      partial = assertThrows(PartialException.class, () -> client.setMany(items));
      assertEquals(items.keySet(), union(partial));
      partial = assertThrows(PartialException.class, client::version);
      assertEquals(List.of(dead.toString()), List.copyOf(partial.failures().keySet()));
      assertEquals(List.of(alive.toString()), List.copyOf(partial.found().keySet()));

      assertNull(tolerant.get(key));
      assertEquals("other", tolerant.get(key, "other"));
      assertNull(tolerant.gets(key));
      assertEquals(OptionalLong.empty(), tolerant.counter(key));
      Map<String, Object> found = tolerant.getMany(items.keySet());
      assertTrue(found.size() > 0 && found.size() < items.size());
      assertThrows(UnavailableException.class, () -> tolerant.set(key, 1));
      assertThrows(PartialException.class, () -> tolerant.deleteMany(items.keySet()));
    }
  }

  /** A client that asks a server which failed again with the next call. */
  private static ClientBuilder neverDown(Memcached... servers) {
    return Client.builder()
        .servers(Stream.of(servers).map(Memcached::toString).toArray(String[]::new))
        .timeout(PATIENCE).detectHard(0).detectSoft(0).detectShare(0).rejoin(Rejoin.IMMEDIATE);
  }

  private static Set<String> union(PartialException partial) {
    Map<String, Object> all = new LinkedHashMap<>(partial.found());
    partial.<String>failures().forEach((key, failure) -> assertNull(all.put(key, failure)));
    return all.keySet();
  }

  @Test
  void aSilentServerLeavesTheOutcomeUnknown() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getByName("127.0.0.1"));
        Client client = Client.builder().servers("127.0.0.1:" + silent.getLocalPort())
            .protocol("text").onMismatch("ignore").timeout(Duration.ofMillis(100)).build()) {
      var failure = assertThrows(UnknownException.class, () -> client.set("k", 1));
      assertEquals("UNKNOWN", failure.status());
      assertEquals("RECEIVING", failure.stage());
      assertTrue(failure.spent().toMillis() >= 99, failure.spent().toString());
    }
  }

  @Test
  void aValueAboveTheLimitIsRefused() throws Exception {
    try (Memcached server = new Memcached();
        Client client = Client.builder().servers(server.toString()).maxValue(1000)
            .timeout(PATIENCE).compress("none").build()) {
      client.set("k", 1);
      var failure = assertThrows(InvalidArgumentException.class,
          () -> client.set("k", new byte[1001]));
      assertEquals("TOO_LARGE", failure.status());
      assertNull(client.get("k"));
    }
  }

  @Test
  void aClosedClientRefusesEveryCall() {
    Client client = Client.connect("127.0.0.1 127.0.0.2");
    client.close();
    client.close();
    byte[] key = {'k'};
    Duration ttl = Duration.ofSeconds(1);
    for (Executable call : List.<Executable>of(() -> client.get("k"), () -> client.bytes().get(key),
        () -> client.gets("k"), () -> client.item("k", null, null), () -> client.set("k", 1),
        () -> client.add("k", 1), () -> client.replace("k", 1, ttl), () -> client.append("k", ""),
        () -> client.prepend("k", ""), () -> client.cas("k", 1, 1), () -> client.delete("k"),
        () -> client.invalidate("k", ttl), () -> client.touch("k", ttl),
        () -> client.incr("k", 1), () -> client.decr("k", 1, 1, ttl), () -> client.counter("k"),
        () -> client.setCounter("k", 1), () -> client.getMany(List.of("k")),
        () -> client.setMany(Map.of()), () -> client.deleteMany(List.of()),
        () -> client.touchMany(List.of(), ttl), () -> client.flushAll(), () -> client.stats(""),
        () -> client.version(), () -> client.dump("a"), () -> client.verbosity(1),
        () -> client.ping(), () -> client.setTopology("c"), () -> client.addServer("c"),
        () -> client.removeServer("a"), () -> client.topology(), () -> client.ring(),
        () -> client.statistics(), () -> client.events(), () -> client.setting("timeout"),
        () -> client.tick(ttl))) {
      var failure = assertThrows(IllegalStateException.class, call);
      assertEquals("the client is closed", failure.getMessage());
    }
    assertEquals("Client[closed]", client.toString());
  }

  @Test
  void threadsShareAClientAndOneClosesIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (Memcached one = new Memcached(); Memcached two = new Memcached()) {
      for (int round = 0; round < 3; round++) {
        long before = sockets();
        Client client = Client.builder().servers(one.toString(), two.toString()).timeout(PATIENCE)
            .connectTimeout(Duration.ofSeconds(5)).build();
        CountDownLatch started = new CountDownLatch(16);
        List<Future<Long>> users = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          users.add(threads.submit(user(client, "u" + i + ":", started)));
        }
        started.await();
        assertTrue(sockets() > before);
        client.close();
        for (Future<Long> it : users) {
          assertTrue(it.get() >= 100);
        }
        assertEquals(before, sockets());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Ends when the client is closed, and only then. */
  private static Callable<Long> user(Client client, String name, CountDownLatch started) {
    return () -> {
      for (long calls = 0;; calls++) {
        if (calls == 100) {
          started.countDown();
        }
        try {
          String key = name + calls % 7;
          assertEquals(Outcome.OK, client.set(key, name + calls));
          assertEquals(name + calls, client.get(key));
          assertEquals(Map.of(key, name + calls), client.getMany(List.of(key, "absent")));
        } catch (IllegalStateException closed) {
          return calls;
        }
      }
    };
  }

  @Test
  void noCallToALiveServerWaitsForAnother() throws Exception {
    int half = 32;
    ExecutorService threads = Executors.newFixedThreadPool(2 * half);
    try (Memcached live = new Memcached(); Memcached stopped = new Memcached();
        Client client = Client.builder().servers(live.toString(), stopped.toString())
            .timeout(Duration.ofSeconds(30)).connectTimeout(PATIENCE).build();
        Ring ring = client.ring()) {
      List<String> keys = IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();
      keys.forEach(key -> client.set(key, key));
      Map<String, List<String>> placed =
          keys.stream().collect(Collectors.groupingBy(ring::locate));
      stopped.stop();
      List<Future<Long>> waiting = reads(client, threads, half, placed.get(stopped.toString()));
      while (client.statistics().get(1).connections() < half) { // a call each, on its way
        assertFalse(waiting.stream().anyMatch(Future::isDone));
        Thread.sleep(1);
      }
      List<Future<Long>> going = reads(client, threads, half, placed.get(live.toString()));
      for (Future<Long> it : going) {
        assertEquals(100, it.get());
      }
      assertFalse(waiting.stream().anyMatch(Future::isDone));
      stopped.goOn();
      for (Future<Long> it : waiting) {
        assertEquals(100, it.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** What so many threads do, which read keys 100 times: how often they found the value. */
  private static List<Future<Long>> reads(Client client, ExecutorService threads, int count,
      List<String> keys) {
    Callable<Long> user = () -> IntStream.range(0, 100).mapToObj(i -> keys.get(i % keys.size()))
        .filter(key -> key.equals(client.get(key))).count();
    return IntStream.range(0, count).mapToObj(i -> threads.submit(user)).toList();
  }

  private static long sockets() throws Exception {
    long count = 0;
    try (var files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path file : files) {
        count += isSocket(file) ? 1 : 0;
      }
    }
    return count;
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  void aForgottenClientIsClosed() throws Exception {
    try (Memcached server = new Memcached()) {
      long before = sockets();
      for (int i = 0; i < 20; i++) {
        Client.connect(server.toString()).ping();
      }
      for (int tries = 0; sockets() > before && tries < 500; tries++) {
        System.gc();
        Thread.sleep(10);
      }
      assertEquals(before, sockets());
    }
  }
}
