import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The jobs of the client rows, the same for every client: those of tests/bench/c/client.h. */
final class Clients {
  private static final int GETS = 100;
  private static final int SETS = 1000;
  private static final byte[] VALUE = new byte[100];
  private static final long WARM_UP = 3_000_000_000L;
  private static final long ENOUGH = 500_000_000L;
  private static final Set<String> WARM = new HashSet<>();

  static {
    Arrays.fill(VALUE, (byte) 'v');
    VALUE[0] = -1; // no text
  }

  private Clients() {}

  /** A client and how it is used: how many bytes were read, or keys stored. */
  interface Kind extends AutoCloseable {
    int get(String key);

    int set(String key, byte[] value);

    int gets(List<String> keys);

    int sets(Map<String, byte[]> items) throws Exception;

    @Override
    void close();
  }

  /** Makes a client of places, such as 127.0.0.1:21001, and a profile. */
  interface Opener {
    Kind open(String[] places, String profile) throws IOException;
  }

  /** What is done with all keys, or items: the sum. */
  private interface Job<T> {
    long run(Kind client, List<T> all) throws Exception;
  }

  private static long get(Kind client, List<String> keys) {
    long sum = 0;
    for (String key : keys) {
      sum += client.get(key);
    }
    return sum;
  }

  private static long set(Kind client, List<String> keys) {
    long sum = 0;
    for (String key : keys) {
      sum += client.set(key, VALUE);
    }
    return sum;
  }

  private static long gets(Kind client, List<String> keys) {
    long sum = 0;
    for (int i = 0; i < keys.size(); i += GETS) {
      sum += client.gets(keys.subList(i, Math.min(i + GETS, keys.size())));
    }
    return sum;
  }

  private static long sets(Kind client, List<Map<String, byte[]>> all) throws Exception {
    long sum = 0;
    for (Map<String, byte[]> items : all) {
      sum += client.sets(items);
    }
    return sum;
  }

  /** What the calls of sets are given. */
  private static List<Map<String, byte[]>> items(List<String> keys) {
    List<Map<String, byte[]>> all = new ArrayList<>();
    for (int i = 0; i < keys.size(); i += SETS) {
      Map<String, byte[]> items = new LinkedHashMap<>();
      keys.subList(i, Math.min(i + SETS, keys.size())).forEach(key -> items.put(key, VALUE));
      all.add(items);
    }
    return all;
  }

  private static <T> long repeat(Kind client, Job<T> job, List<T> all, int passes)
      throws Exception {
    long sum = 0;
    for (int pass = 0; pass < passes; pass++) {
      sum = job.run(client, all);
    }
    return sum;
  }

  /** Deals the keys to threads that share the client. */
  private static long shared(Kind client, List<String> keys, int threads, int passes)
      throws Exception {
    List<Thread> all = new ArrayList<>();
    long[] sums = new long[threads];
    for (int i = 0; i < threads; i++) {
      int own = i;
      List<String> dealt =
          keys.subList(keys.size() * i / threads, keys.size() * (i + 1) / threads);
      all.add(new Thread(() -> {
        try {
          sums[own] = repeat(client, Clients::get, dealt, passes);
        } catch (Exception failure) {
          throw new IllegalStateException(failure); // its sum stays 0
        }
      }));
    }
    all.forEach(Thread::start);
    for (Thread thread : all) {
      thread.join();
    }
    return Arrays.stream(sums).sum();
  }

  private static long once(Kind client, String name, List<String> keys, int passes)
      throws Exception {
    return switch (name) {
      case "get" -> repeat(client, Clients::get, keys, passes);
      case "set" -> repeat(client, Clients::set, keys, passes);
      case "gets" -> repeat(client, Clients::gets, keys, passes);
      case "sets" -> repeat(client, Clients::sets, items(keys), passes);
      case "get/8" -> shared(client, keys, 8, passes);
      case "get/64" -> shared(client, keys, 64, passes);
      default -> -1;
    };
  }

  /** Nanoseconds, of the clock on the wall or of the CPU of all threads; that one ticks in 10 ms. */
  private static long now(String way) {
    return way.equals("wall") ? System.nanoTime()
        : ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
  }

  /** The answer to JOB WAY PLACES KEYS PASSES PROFILE. */
  static String answer(String[] words, List<String> keys, Opener opener) throws Exception {
    String job = words[0];
    int passes = Integer.parseInt(words[4]);
    try (Kind client = opener.open(words[2].split(","), words[5])) {
      if (sets(client, items(keys)) != keys.size()) {
        throw new IllegalStateException("the keys could not be stored");
      }
      long sum = once(client, job, keys, 1);
      if (sum < 0) {
        return "skip not something it does";
      }
      long end = System.nanoTime() + (WARM.add(job) ? WARM_UP : 0);
      while (System.nanoTime() < end) {
        once(client, job, keys, passes);
      }
      long done = 0;
      long start = now(words[1]);
      long spent;
      do { // more often than asked, if the ticks of the clock would show
        sum = once(client, job, keys, passes);
        done += (long) passes * keys.size();
        spent = now(words[1]) - start;
      } while (spent < ENOUGH);
      return String.format(Locale.ROOT, "%.3f %d", (double) spent / done, sum);
    }
  }
}
