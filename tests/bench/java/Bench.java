import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.polyring.Ring;

/**
 * The CPU time of one locate(byte[]) through the binding and through a hand-written one:
 * interleaved, many repeats, minima compared. Exits 1 if the ratio is above the bar.
 */
final class Bench {
  private static final double BAR = 1.25;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final int REPEATS = 25;
  private static final int CALLS = 500_000;
  private static final String SERVERS = "10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String PROFILE = "libmemcached/modula";

  public static void main(String[] arguments) {
    byte[] key = "user:12345".getBytes(UTF_8);
    String text = "user:12345";
    List<String> texts = new ArrayList<>();
    byte[][] keys = new byte[100][];
    int[] ends = new int[100];
    for (int i = 0; i < 100; i++) {
      texts.add("user:" + (12300 + i));
      keys[i] = texts.get(i).getBytes(UTF_8);
      ends[i] = 10 * (i + 1);
    }
    byte[] flat = String.join("", texts).getBytes(UTF_8);
    int[] indexes = new int[100];
    Handwritten handwritten = new Handwritten(SERVERS, PROFILE);
    Ring ring = new Ring(SERVERS, PROFILE);

    Map<String, IntUnaryOperator> ways = new LinkedHashMap<>();
    ways.put("handwritten", calls -> {
      int sum = 0;
      for (int i = 0; i < calls; i++) {
        sum += handwritten.locate(key).length();
      }
      return sum;
    });
    ways.put("locate(byte[])", calls -> {
      int sum = 0;
      for (int i = 0; i < calls; i++) {
        sum += ring.locate(key).length();
      }
      return sum;
    });
    ways.put("locate(String)", calls -> {
      int sum = 0;
      for (int i = 0; i < calls; i++) {
        sum += ring.locate(text).length();
      }
      return sum;
    });
    ways.put("locateMany(Collection)", calls -> {
      int sum = 0;
      for (int i = 0; i < calls; i += 100) {
        sum += ring.locateMany(texts).size();
      }
      return sum;
    });
    ways.put("locateIndexes(byte[][])", calls -> {
      int sum = 0;
      for (int i = 0; i < calls; i += 100) {
        sum += ring.locateIndexes(keys)[0];
      }
      return sum;
    });
    ways.put("locateIndexes, flat", calls -> {
      int sum = 0;
      for (int i = 0; i < calls; i += 100) {
        ring.locateIndexes(flat, ends, indexes);
        sum += indexes[99];
      }
      return sum;
    });
    Map<String, double[]> times = measure(ways);
    times.forEach((way, each) -> System.out.printf("%-24s minimum %5.1f  median %5.1f ns a key%n",
        way, each[0], each[each.length / 2]));
    double ratio = times.get("locate(byte[])")[0] / times.get("handwritten")[0];
    double batch = times.get("locateMany(Collection)")[0] / times.get("locate(String)")[0];
    System.out.printf("locateMany / locate(String) %.2f%n", batch);
    System.out.printf("java: time of locate(byte[]) / hand-written: ratio %.2f (bar %.2f)%n",
        ratio, BAR);
    System.exit(ratio > BAR ? 1 : 0);
  }

  /** Nanoseconds a call, ascending, of each way; the first repeats only warm up. */
  private static Map<String, double[]> measure(Map<String, IntUnaryOperator> ways) {
    Map<String, double[]> times = new LinkedHashMap<>();
    ways.keySet().forEach(way -> times.put(way, new double[REPEATS]));
    int sum = 0;
    for (int repeat = -5; repeat < REPEATS; repeat++) {
      for (Map.Entry<String, IntUnaryOperator> way : ways.entrySet()) {
        long start = CLOCK.getCurrentThreadCpuTime();
        sum += way.getValue().applyAsInt(CALLS);
        if (repeat >= 0) {
          times.get(way.getKey())[repeat] =
              (CLOCK.getCurrentThreadCpuTime() - start) / (double) CALLS;
        }
      }
    }
    times.values().forEach(Arrays::sort);
    if (sum == 42) {
      System.out.println(); // the sum is used, or the calls would be optimized away
    }
    return times;
  }
}
