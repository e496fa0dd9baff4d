import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The line protocol of tests/bench/c/serve.h, for Java. */
final class Serve {
  static final int KEY_SIZE = 20;
  private static final long WARM_UP = 3_000_000_000L;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private Serve() {}

  /** What is asked: the first {@code keys} keys, on so many servers, under a profile. */
  record Question(List<String> keys, int servers, String profile) {}

  /** What is measured, again and again, and where it says that the keys are. */
  interface Work {
    void pass();

    int[] indexes();
  }

  /** What a question needs before it can be measured. */
  interface Way {
    Work prepare(Question asked) throws IOException;
  }

  static String server(int i) {
    return "10." + (i >> 16 & 255) + "." + (i >> 8 & 255) + "." + (i & 255);
  }

  private static List<String> keys(String file) throws IOException {
    String text = Files.readString(Path.of(file), US_ASCII);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i + KEY_SIZE <= text.length(); i += KEY_SIZE) {
      keys.add(text.substring(i, i + KEY_SIZE));
    }
    return keys;
  }

  /** Nanoseconds of this thread's CPU for one pass, once the compiler has settled. */
  private static double measure(Work work, int passes, boolean cold) {
    long end = System.nanoTime() + (cold ? WARM_UP : 0);
    do {
      work.pass();
    } while (System.nanoTime() < end);
    long start = CLOCK.getCurrentThreadCpuTime();
    for (int pass = 0; pass < passes; pass++) {
      work.pass();
    }
    return (CLOCK.getCurrentThreadCpuTime() - start) / (double) passes;
  }

  /** Ways are named by job and way, as in "locate one"; the opener makes clients. */
  static void answer(String name, String file, Map<String, Way> ways, Clients.Opener opener)
      throws Exception {
    List<String> all = keys(file);
    Set<String> warm = new HashSet<>();
    System.out.println(name + ", Java " + System.getProperty("java.version"));
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      String[] words = line.split(" ");
      List<String> keys = all.subList(0, Integer.parseInt(words[3]));
      if (!words[2].matches("\\d+")) {
        System.out.println(Clients.answer(words, keys, opener));
        continue;
      }
      Way way = ways.get(words[0] + " " + words[1]);
      if (way == null) {
        System.out.println("skip not something it does");
        continue;
      }
      Work work = way.prepare(new Question(keys, Integer.parseInt(words[2]), words[5]));
      double figure = measure(work, Integer.parseInt(words[4]), warm.add(line));
      System.out.printf(Locale.ROOT, "%.3f %d%n",
          words[0].equals("locate") ? figure / keys.size() : figure,
          IntStream.of(work.indexes()).asLongStream().sum());
    }
  }
}
