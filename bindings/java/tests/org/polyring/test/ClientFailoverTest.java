package org.polyring.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polyring.Client;
import org.polyring.ClientBuilder;
import org.polyring.Event;
import org.polyring.InvalidArgumentException;
import org.polyring.OnDead;
import org.polyring.Outcome;
import org.polyring.PolyringException;
import org.polyring.Rejoin;
import org.polyring.Ring;
import org.polyring.UnavailableException;

/** Servers that are killed or stopped, and come back, beside programs at work. */
class ClientFailoverTest {
  private static final int THREADS = 8;
  private static final Duration BUDGET = Duration.ofMillis(20);

  private final List<Memcached> servers = new ArrayList<>();
  private final List<String> keys = IntStream.range(0, 200).mapToObj(i -> "key:" + i).toList();

  @BeforeEach
  void begin() throws Exception {
    for (int i = 0; i < 4; i++) {
      servers.add(new Memcached());
    }
  }

  @AfterEach
  void end() {
    servers.forEach(Memcached::close);
  }

  /** Probes come fast, so that the test does not last; calls may last, so that no live one fails. */
  private ClientBuilder builder() {
    return Client.builder().servers(servers.stream().map(Memcached::toString).toArray(String[]::new))
        .timeout(Duration.ofSeconds(2)).probeInterval(Duration.ofMillis(50))
        .settle(Duration.ofMillis(100));
  }

  private Map<String, List<String>> placed(Client client) {
    try (Ring ring = client.ring()) {
      return keys.stream().collect(Collectors.groupingBy(ring::locate));
    }
  }

  /** Waits for so many changes that say this, one a server, and does something meanwhile. */
  private static void await(Client client, String change, int count, Runnable meanwhile)
      throws InterruptedException {
    int missing = count;
    for (int tries = 0; missing > 0; tries++) {
      assertTrue(tries < 3000, change);
      meanwhile.run();
      for (Event event : client.events()) {
        if (event.kind().equals("HEALTH") && event.text().contains(change)) {
          missing--;
        }
      }
      Thread.sleep(5);
    }
  }

  @Test
  void theLiveOnesNoticeNothing() throws Exception {
    Set<String> dead = Set.of(servers.get(1).toString(), servers.get(2).toString());
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (Client client = builder().build()) {
      Map<String, List<String>> placed = placed(client);
      assertEquals(4, placed.size());
      Work work = new Work(client, placed, dead);
      List<Future<Void>> users = IntStream.range(0, THREADS)
          .mapToObj(i -> threads.submit(work.user(i))).toList();
      work.awaitRounds();
      servers.get(1).kill();
      servers.get(2).stop();
      await(client, " -> DOWN UN", 2, () -> {});
      work.areDown.set(true);
      work.awaitRounds();
      work.isOver.set(true);
      for (Future<Void> it : users) {
        it.get(); // throws what failed there
      }

      servers.get(1).start();
      servers.get(2).goOn();
      await(client, "REJOINING -> UP", 2, () -> client.tick(BUDGET));
      for (String key : keys) {
        assertEquals(Outcome.OK, client.set(key, "again"), key);
        assertEquals("again", client.get(key));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Threads that set and get, each a key of every server in turn. */
  private static final class Work {
    final AtomicBoolean areDown = new AtomicBoolean();
    final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicIntegerArray rounds = new AtomicIntegerArray(THREADS);
    private final Client client;
    private final Map<String, List<String>> placed;
    private final Set<String> dead;

    Work(Client client, Map<String, List<String>> placed, Set<String> dead) {
      this.client = client;
      this.placed = placed;
      this.dead = dead;
    }

    Callable<Void> user(int number) {
      return () -> {
        while (!isOver.get()) {
          int round = rounds.get(number);
          placed.forEach((server, keys) -> {
            if (dead.contains(server)) {
              mayFail(keys.get(number));
            } else {
              String key = keys.get(number);
              assertEquals(Outcome.OK, client.set(key, key + round));
              assertEquals(key + round, client.get(key));
            }
          });
          rounds.incrementAndGet(number);
        }
        return null;
      };
    }

    /** Once the server is down nothing is sent, so that nothing is waited for. */
    private void mayFail(String key) {
      boolean isDown = areDown.get();
      try {
        assertEquals(Outcome.OK, client.set(key, "x"));
        assertEquals("x", client.get(key));
        assertTrue(!isDown, "a server that is down has answered");
      } catch (PolyringException failure) {
        if (isDown) {
          assertEquals(UnavailableException.class, failure.getClass());
          assertEquals("NONE", failure.stage());
          assertTrue(failure.getMessage().contains("it is down"), failure.getMessage());
        }
      }
    }

    /** Until every thread has begun and ended some. */
    void awaitRounds() throws InterruptedException {
      for (int i = 0; i < THREADS; i++) {
        for (int end = rounds.get(i) + 20; rounds.get(i) < end;) {
          Thread.sleep(1);
        }
      }
    }
  }

  @Test
  void aReadOfWhatIsDownCanBeAMiss() throws Exception {
    try (Client client = builder().onError("miss").build()) {
      keys.forEach(it -> client.set(it, it));
      String place = servers.get(3).toString();
      String key = placed(client).get(place).get(0);
      servers.get(3).kill();
      assertNull(client.get(key));
      await(client, " -> DOWN UN", 1, () -> assertNull(client.get(key)));
      assertEquals("other", client.get(key, "other"));
      Map<String, Object> found = client.getMany(keys);
      assertEquals(keys.size() - placed(client).get(place).size(), found.size());
      found.forEach((name, value) -> assertEquals(name, value));
      var failure = assertThrows(UnavailableException.class, () -> client.set(key, 1));
      assertTrue(failure.getMessage().contains("it is down"), failure.getMessage());
      assertEquals(place, failure.server());
    }
  }

  @Test
  void aStandInServesMeanwhile() throws Exception {
    try (Client client = builder().onDead(OnDead.NEXT).build()) {
      keys.forEach(it -> client.set(it, "old"));
      String place = servers.get(0).toString();
      String key = placed(client).get(place).get(0);
      servers.get(0).kill();
      await(client, " -> DOWN UN", 1, () -> {
        try {
          client.get(key);
        } catch (PolyringException failure) {
          assertEquals(place, failure.server());
        }
      });
      assertNull(client.get(key));
      assertEquals(Outcome.OK, client.set(key, "new"));
      assertEquals("new", client.get(key));
      Duration ttl = client.item(key, null, null).ttl();
      assertTrue(ttl.compareTo(Duration.ofSeconds(10)) <= 0 && !ttl.isNegative(), ttl::toString);
      servers.get(0).start();
      await(client, "REJOINING -> UP", 1, () -> client.tick(BUDGET));
      assertNull(client.get(key));
    }
  }

  @Test
  void ticksOfAnyLength() {
    try (Client client = builder().build()) {
      client.tick(Duration.ZERO);
      client.tick(Duration.ofDays(1));
      for (Duration wrong : List.of(Duration.ofNanos(-1000), Duration.ofSeconds(86_401),
          Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(Long.MIN_VALUE))) {
        assertThrows(InvalidArgumentException.class, () -> client.tick(wrong));
      }
      assertThrows(NullPointerException.class, () -> client.tick(null));
    }
  }

  /** Each setter sets the setting of its name. */
  @Test
  void settings() {
    try (Client usual = Client.connect("a");
        Client client = Client.builder().servers("a").onDead(OnDead.NEXT).rejoin(Rejoin.IMMEDIATE)
        .detectHard(2).detectSoft(4).detectShare(60).detectGarbled(5)
        .probeInterval(Duration.ofMillis(6)).probeMost(Duration.ofMillis(7))
        .settle(Duration.ofNanos(8_000_001)).steady(Duration.ofMillis(9))
        .standInTtl(Duration.ofSeconds(11)).deadMost(12).build()) {
      String[][] expected = {{"on_dead", "next"}, {"rejoin", "immediate"}, {"detect_hard", "2"},
          {"detect_soft", "4"}, {"detect_share", "60"}, {"detect_garbled", "5"},
          {"probe_interval", "6000us"}, {"probe_most", "7000us"}, {"settle", "8001us"},
          {"steady", "9000us"}, {"stand_in_ttl", "11000000us"}, {"dead_most", "12"}};
      for (String[] it : expected) {
        assertEquals(it[1], client.setting(it[0]), it[0]);
        assertNotEquals(it[1], usual.setting(it[0]), it[0]);
      }
    }
    assertThrows(InvalidArgumentException.class,
        () -> Client.builder().servers("a").detectShare(101).build());
    assertThrows(InvalidArgumentException.class,
        () -> Client.builder().servers("a").settle(Duration.ofSeconds(Long.MIN_VALUE)).build());
  }
}
