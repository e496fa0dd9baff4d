import com.netflix.evcache.EVCache;
import com.netflix.evcache.EVCacheLatch;
import com.netflix.evcache.connection.ConnectionFactoryBuilder;
import com.netflix.evcache.pool.EVCacheClientPoolManager;
import com.netflix.evcache.pool.EVCacheServerGroupConfig;
import com.netflix.evcache.pool.ServerGroup;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.util.StringUtils;

/**
 * EVCache, by Netflix, with one server group. Usage: java Evcache ketama|ketama-partial; the latter
 * hashes a key up to its first colon.
 */
final class Evcache extends Adapter {
  private static final String APP = "POLYRING";

  private List<InetSocketAddress> addresses;
  private EVCacheClientPoolManager manager;
  private EVCache client;

  @Override
  void servers(List<Server> servers) throws Exception {
    if (servers.stream().anyMatch(s -> s.weight() != null)) throw new Skip("weights");
    // It waits for the answers of servers that may not run; and is not waited for.
    if (manager != null) CompletableFuture.runAsync(manager::shutdown);
    addresses = Maven.resolve(servers);
    var group = new ServerGroup("zone", "group");
    var nodes = new EVCacheServerGroupConfig(group, new LinkedHashSet<>(addresses), 0, 0, 0);
    manager =
        new EVCacheClientPoolManager(new ConnectionFactoryBuilder(), app -> Map.of(group, nodes));
    client = new EVCache.Builder().setAppName(APP).build(); // of the newest manager
  }

  @Override
  int locate(byte[] key) throws Exception {
    StringUtils.validateKey(text(key), true); // this and the next as every operation does first
    if (text(key).chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("white space");
    }
    var locator = manager.getEVCacheClientPool(APP).getEVCacheClientForRead().getNodeLocator();
    return addresses.indexOf(locator.getPrimary(text(key)).getSocketAddress());
  }

  @Override
  boolean set(byte[] key, byte[] value) throws Exception {
    return store(key, value);
  }

  @Override
  byte[] get(byte[] key) throws Exception {
    return client.get(text(key));
  }

  @Override
  Map<String, Object> many(List<String> keys) throws Exception {
    return client.getBulk(keys);
  }

  @Override
  boolean store(byte[] key, Object value) throws Exception {
    EVCacheLatch latch = client.set(text(key), value, EVCacheLatch.Policy.ALL);
    return latch.await(5, TimeUnit.SECONDS) && latch.getSuccessCount() == 1;
  }

  @Override
  Object fetch(byte[] key) throws Exception {
    return client.get(text(key));
  }

  public static void main(String[] arguments) throws Exception {
    if (!arguments[0].startsWith("ketama")) throw new IllegalArgumentException(arguments[0]);
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
    java.util.logging.LogManager.getLogManager().reset();
    System.setProperty(APP + ".hash.on.partial.key", "" + arguments[0].equals("ketama-partial"));
    new Evcache().serve("EVCache " + Maven.version(EVCache.class)
        + " java servers,locate,set,get,many,store,fetch");
    System.exit(0); // its threads would keep the program alive
  }
}
