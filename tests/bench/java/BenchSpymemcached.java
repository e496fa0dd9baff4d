import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import net.spy.memcached.AddrUtil;
import net.spy.memcached.KetamaConnectionFactory;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.MemcachedNode;
import net.spy.memcached.NodeLocator;
import net.spy.memcached.internal.OperationFuture;

/** spymemcached's ketama. Usage: java BenchSpymemcached VERSION KEYS_FILE. */
final class BenchSpymemcached {
  // The smallest queue and buffer a node can have: 10,000 nodes of the usual size fill the heap.
  private static final KetamaConnectionFactory FACTORY = new KetamaConnectionFactory(1, 1, 0);

  /** The client's own nodes, none of them connected. */
  private static List<MemcachedNode> nodes(int count) throws IOException {
    List<MemcachedNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      nodes.add(FACTORY.createMemcachedNode(
          new InetSocketAddress(InetAddress.getByAddress(address), 11211), null, 1));
    }
    return nodes;
  }

  /** getPrimary, one call a key. */
  private static final class One implements Serve.Work {
    private final List<MemcachedNode> nodes;
    private final NodeLocator locator;
    private final String[] keys;
    private final MemcachedNode[] found;

    One(Serve.Question asked) throws IOException {
      nodes = nodes(asked.servers());
      locator = FACTORY.createLocator(nodes);
      keys = asked.keys().toArray(new String[0]);
      found = new MemcachedNode[keys.length];
    }

    @Override
    public void pass() {
      for (int i = 0; i < keys.length; i++) {
        found[i] = locator.getPrimary(keys[i]);
      }
    }

    @Override
    public int[] indexes() {
      return Arrays.stream(found).mapToInt(nodes::indexOf).toArray();
    }
  }

  /** A locator of nodes that exist. */
  private static final class Build implements Serve.Work {
    private final List<MemcachedNode> nodes;
    private final List<String> keys;
    private NodeLocator built;

    Build(Serve.Question asked) throws IOException {
      nodes = nodes(asked.servers());
      keys = asked.keys();
    }

    @Override
    public void pass() {
      built = FACTORY.createLocator(nodes);
    }

    @Override
    public int[] indexes() {
      return keys.stream().mapToInt(key -> nodes.indexOf(built.getPrimary(key))).toArray();
    }
  }

  /** As patient as Polyring's. */
  private static final class Patient extends KetamaConnectionFactory {
    @Override
    public long getOperationTimeout() {
      return 10_000;
    }
  }

  /** The client, with ketama as its one setting but for that. */
  private record Talk(MemcachedClient client) implements Clients.Kind {
    static Talk open(String[] places, String profile) throws IOException {
      MemcachedClient client = new MemcachedClient(new Patient(),
          AddrUtil.getAddresses(Arrays.asList(places)));
      // As long as it has no connection to a server, it stores that one's keys on others.
      while (client.getAvailableServers().size() < places.length) {
        LockSupport.parkNanos(1_000_000);
      }
      return new Talk(client);
    }

    @Override
    public int get(String key) {
      return ((byte[]) client.get(key)).length;
    }

    @Override
    public int set(String key, byte[] value) {
      try {
        return client.set(key, 0, value).get() ? 1 : 0;
      } catch (InterruptedException | ExecutionException failure) {
        throw new IllegalStateException(failure);
      }
    }

    @Override
    public int gets(List<String> keys) {
      int sum = 0;
      for (Object value : client.getBulk(keys).values()) {
        sum += ((byte[]) value).length;
      }
      return sum;
    }

    @Override
    public int sets(Map<String, byte[]> items) throws Exception {
      List<OperationFuture<Boolean>> futures = new ArrayList<>();
      items.forEach((key, value) -> futures.add(client.set(key, 0, value)));
      int sum = 0;
      for (OperationFuture<Boolean> future : futures) {
        sum += future.get() ? 1 : 0;
      }
      return sum;
    }

    @Override
    public void close() {
      client.shutdown();
    }
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
    java.util.logging.LogManager.getLogManager().reset();
    Serve.answer("spymemcached " + arguments[0], arguments[1],
        Map.of("locate one", One::new, "build list", Build::new), Talk::open);
  }
}
