import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A client, doing what it is told: caller.py says what all callers do. */
abstract class Caller {
  record Call(long start, long took, char said) {}

  static final String VALUE = "v".repeat(100);

  final List<String> events = new ArrayList<>();

  /** Whether it was done; other exceptions than NotDone are failures. */
  abstract boolean set(String key, String value) throws Exception;

  /** The value, or null. */
  abstract String get(String key) throws Exception;

  void listen() {}

  /** The server got nothing of it. */
  static final class NotDone extends Exception {}

  static long now() {
    return System.nanoTime() / 1000;
  }

  private String attempt(boolean store, String key, String value) {
    try {
      if (store) return set(key, value) ? "o" : "f";
      String found = get(key);
      return found == null ? "m" : "o " + found;
    } catch (NotDone failure) {
      return "n";
    } catch (Exception failure) {
      return "f";
    }
  }

  private void calls(double seconds, long pause) throws Exception {
    for (int i = 0; i < 200; i++) attempt(true, "key:" + i, VALUE);
    System.out.println("begin");
    List<Call> calls = new ArrayList<>();
    for (long end = now() + (long) (seconds * 1e6); now() < end;) {
      long chance = (calls.size() * 2654435761L & 0xFFFFFFFFL) >> 8, start = now();
      char said = attempt(chance % 5 == 0, "key:" + chance / 5 % 200, VALUE).charAt(0);
      calls.add(new Call(start, now() - start, said));
      listen();
      if (pause > 0) Thread.sleep(pause);
    }
    var text = new StringBuilder();
    for (Call call : calls) {
      text.append(call.start).append(' ').append(call.took).append(' ').append(call.said)
          .append('\n');
    }
    for (String event : events) text.append(event).append('\n');
    events.clear();
    System.out.print(text);
  }

  void run(String version) throws Exception {
    System.out.println("ready " + version);
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line; (line = in.readLine()) != null;) {
      String[] words = line.split(" ");
      if (words[0].equals("calls")) {
        calls(Double.parseDouble(words[1]), Long.parseLong(words[2]));
        System.out.println("end");
      } else {
        boolean store = words[0].equals("set");
        System.out.println(attempt(store, words[1], store ? words[2] : null));
      }
    }
    System.exit(0); // a client may have threads
  }

  /** What stands behind client, servers and timeout. */
  static List<String> settings(String[] words) {
    return Arrays.asList(words).subList(3, words.length);
  }
}
