package org.polyring.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.polyring.InvalidArgumentException;
import org.polyring.InvalidKeyException;
import org.polyring.Ring;

/** Closed rings, forgotten rings, and rings in many threads. */
class LifetimeTest {
  @Test
  void aClosedRingRefusesEveryCall() {
    Ring ring = new Ring("a b");
    ring.close();
    ring.close();
    byte[] key = {'k'};
    for (Executable call : List.<Executable>of(() -> ring.locate("k"), () -> ring.locate(key),
        () -> ring.locateMany(List.of("k")), () -> ring.locateMany(new byte[][] {key}),
        () -> ring.locateIndexes(List.of("k")), () -> ring.locateIndexes(new byte[][] {key}),
        () -> ring.locateIndexes(key, new int[] {1}, new int[1]), () -> ring.explain("k"),
        () -> ring.explain(key), () -> ring.servers(), () -> ring.profile(),
        () -> ring.fingerprint(), () -> ring.plan(new Ring("a")), () -> new Ring("a").plan(ring),
        () -> ring.withServer("c"), () -> ring.withoutServer(0), () -> ring.withoutServer("a"))) {
      var failure = assertThrows(IllegalStateException.class, call);
      assertEquals("the ring is closed", failure.getMessage());
    }
  }

  @Test
  void threadsShareARing() throws Exception {
    Ring ring = new Ring("10.0.0.1 10.0.0.2 10.0.0.3");
    List<String> keys = List.of("a", "bb", "ccc");
    List<String> expected = ring.locateMany(keys);
    CountDownLatch started = new CountDownLatch(8);
    Callable<Long> user = () -> {
      for (long calls = 0;; calls++) {
        if (calls == 1000) {
          started.countDown();
        }
        try {
          assertEquals(expected, ring.locateMany(keys));
          assertEquals(expected.get(0), ring.locate("a"));
          assertEquals(expected.get(1), ring.explain("bb").server());
        } catch (IllegalStateException closed) {
          return calls;
        }
      }
    };
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Long>> users = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        users.add(threads.submit(user));
      }
      started.await();
      ring.close();
      for (Future<Long> it : users) {
        assertTrue(it.get() >= 1000);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void doesNotLeakForgottenRings() throws Exception {
    long before = resident();
    for (int i = 0; i < 400; i++) { // about 1 MiB each, as 1000 servers have 160 points each
      assertEquals(1000, new Ring(servers(1000)).servers().size());
      if (i % 20 == 19) {
        System.gc();
        Thread.sleep(20);
      }
    }
    long grown = resident() - before;
    assertTrue(grown < 200L << 20, "the process has grown by " + (grown >> 20) + " MiB");
  }

  @Test
  void doesNotLeakInCalls() throws Exception {
    byte[] bytes = new byte[60_000];
    int[] ends = {60_000};
    int[] indexes = new int[1];
    try (Ring ring = new Ring("a b")) {
      long before = resident();
      for (int i = 0; i < 4000; i++) { // each would keep 240 MB in all
        ring.locateIndexes(bytes, ends, indexes);
        assertThrows(InvalidArgumentException.class,
            () -> ring.locateIndexes(bytes, new int[] {60_001}, indexes));
        assertThrows(InvalidKeyException.class, () -> ring.locate(bytes));
      }
      long grown = resident() - before;
      assertTrue(grown < 120L << 20, "the process has grown by " + (grown >> 20) + " MiB");
    }
  }

  /** A ring that only a native call still uses, compiled code having dropped the reference. */
  @Test
  void aCallKeepsItsRingAlive() throws Exception {
    byte[] bytes = new byte[3_000_000];
    Arrays.fill(bytes, (byte) 'k');
    int[] ends = new int[bytes.length];
    Arrays.setAll(ends, i -> i + 1);
    int[] indexes = new int[ends.length];
    String servers = servers(1000);
    Thread collector = new Thread(() -> {
      while (!Thread.currentThread().isInterrupted()) {
        System.gc();
      }
    });
    byte[] oneKey = {'k'};
    int[] oneEnd = {1};
    try (Ring ring = new Ring("a b")) {
      for (int i = 0; i < 20_000; i++) { // so that the method gets compiled
        ring.locateIndexes(oneKey, oneEnd, indexes);
      }
    }
    collector.start();
    try {
      for (int i = 0; i < 4; i++) {
        new Ring(servers).locateIndexes(bytes, ends, indexes);
        assertEquals(1, Arrays.stream(indexes).distinct().count());
      }
    } finally {
      collector.interrupt();
      collector.join();
    }
  }

  private static String servers(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("10.0.").append(i / 250).append('.').append(i % 250).append(' ');
    }
    return text.toString();
  }

  /** Bytes of memory that the process occupies. */
  private static long resident() throws Exception {
    String statm = Files.readString(Path.of("/proc/self/statm"));
    return Long.parseLong(statm.split(" ")[1]) * 4096;
  }
}
