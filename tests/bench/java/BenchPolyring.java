import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.polyring.Client;
import org.polyring.Outcome;
import org.polyring.Ring;

/** Polyring from Java. Usage: java BenchPolyring KEYS_FILE. */
final class BenchPolyring {
  private static final int BATCH = 1000;

  private static Ring ring(Serve.Question asked) {
    return new Ring(IntStream.range(0, asked.servers())
        .mapToObj(i -> Serve.server(i) + ":11211").toList(), asked.profile());
  }

  /** locate(byte[]), one call a key. */
  private static final class One implements Serve.Work {
    private final Ring ring;
    private final byte[][] keys;
    private final String[] found;

    One(Serve.Question asked) {
      ring = ring(asked);
      keys = asked.keys().stream().map(key -> key.getBytes(US_ASCII)).toArray(byte[][]::new);
      found = new String[keys.length];
    }

    @Override
    public void pass() {
      for (int i = 0; i < keys.length; i++) {
        found[i] = ring.locate(keys[i]);
      }
    }

    @Override
    public int[] indexes() {
      return Arrays.stream(found).mapToInt(ring.servers()::indexOf).toArray();
    }
  }

  /** locateIndexes of a String[], as a list. */
  private static final class Strings implements Serve.Work {
    private final Ring ring;
    private final List<List<String>> batches = new ArrayList<>();
    private final List<int[]> found = new ArrayList<>();

    Strings(Serve.Question asked) {
      ring = ring(asked);
      for (int i = 0; i < asked.keys().size(); i += BATCH) {
        int end = Math.min(i + BATCH, asked.keys().size());
        batches.add(Arrays.asList(asked.keys().subList(i, end).toArray(new String[0])));
      }
    }

    @Override
    public void pass() {
      found.clear();
      for (List<String> batch : batches) {
        found.add(ring.locateIndexes(batch));
      }
    }

    @Override
    public int[] indexes() {
      return found.stream().flatMapToInt(Arrays::stream).toArray();
    }
  }

  /** locateIndexes of keys that lie one behind the other. */
  private static final class Flat implements Serve.Work {
    private final Ring ring;
    private final byte[][] batches;
    private final int[] ends = IntStream.rangeClosed(1, BATCH).map(i -> i * Serve.KEY_SIZE)
        .toArray();
    private final int[][] found;

    Flat(Serve.Question asked) {
      ring = ring(asked);
      byte[] all = String.join("", asked.keys()).getBytes(US_ASCII);
      int size = BATCH * Serve.KEY_SIZE;
      batches = IntStream.range(0, all.length / size)
          .mapToObj(i -> Arrays.copyOfRange(all, i * size, (i + 1) * size)).toArray(byte[][]::new);
      found = new int[batches.length][BATCH];
    }

    @Override
    public void pass() {
      for (int i = 0; i < batches.length; i++) {
        ring.locateIndexes(batches[i], ends, found[i]);
      }
    }

    @Override
    public int[] indexes() {
      return Arrays.stream(found).flatMapToInt(Arrays::stream).toArray();
    }
  }

  /** The client, its settings as they are by default. */
  private record Talk(Client client) implements Clients.Kind {
    static Talk open(String[] places, String profile) {
      return new Talk(Client.builder().servers(places).profile(profile)
          .timeout(Duration.ofSeconds(10)).build());
    }

    @Override
    public int get(String key) {
      return client.get(key, byte[].class).length;
    }

    @Override
    public int set(String key, byte[] value) {
      return client.set(key, value).ok() ? 1 : 0;
    }

    @Override
    public int gets(List<String> keys) {
      int sum = 0;
      for (Object value : client.getMany(keys).values()) {
        sum += ((byte[]) value).length;
      }
      return sum;
    }

    @Override
    public int sets(Map<String, byte[]> items) {
      int sum = 0;
      for (Outcome outcome : client.setMany(items).values()) {
        sum += outcome.ok() ? 1 : 0;
      }
      return sum;
    }

    @Override
    public void close() {
      client.close();
    }
  }

  public static void main(String[] arguments) throws Exception {
    String version = Ring.class.getPackage().getImplementationVersion();
    Serve.answer("polyring " + version, arguments[0], Map.of("locate one", One::new,
        "locate strings", Strings::new, "locate flat", Flat::new),
        Talk::open);
  }
}
