import com.schooner.MemCached.SchoonerSockIOPool;
import com.whalin.MemCached.MemCachedClient;
import com.whalin.MemCached.SockIOPool;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Greg Whalin's Memcached-Java-Client. Usage: java Gwhalin native|old-compat|new-compat|consistent,
 * with "-plain" behind it to leave keys as they are, which it otherwise URL-encodes.
 */
final class Gwhalin extends Adapter {
  private static final List<String> HASHES =
      List.of("native", "old-compat", "new-compat", "consistent"); // by the client's numbers

  private final boolean plain;
  private final int hash;
  private int pools;
  private List<String> names;
  private SockIOPool pool;
  private SchoonerSockIOPool inside;
  private MemCachedClient client;

  Gwhalin(String configuration) {
    plain = configuration.endsWith("-plain");
    hash = HASHES.indexOf(configuration.replaceAll("-plain$", ""));
    if (hash < 0) throw new IllegalArgumentException(configuration);
  }

  @Override
  void servers(List<Server> servers) throws Exception {
    if (pool != null) pool.shutDown();
    pool = null;
    Maven.resolve(servers);
    names = new ArrayList<>();
    var weights = new Integer[servers.size()];
    for (Server s : servers) {
      if (s.host().contains(":")) throw new Skip("IPv6: it takes what is before the first colon");
      weights[names.size()] = s.weight();
      names.add(s.host() + ":" + s.port());
    }
    String name = "pool" + pools++; // a pool of the same name would keep the sum of the weights
    var fresh = SockIOPool.getInstance(name);
    fresh.setServers(names.toArray(new String[0]));
    if (Arrays.stream(weights).anyMatch(Objects::nonNull)) fresh.setWeights(weights);
    fresh.setHashingAlg(hash);
    fresh.initialize();
    pool = fresh;
    client = new MemCachedClient(name);
    client.setSanitizeKeys(!plain);
    inside = SchoonerSockIOPool.getInstance(name);
  }

  /** It does not check keys, nor read the second line that a server answers to a long one. */
  private String checked(byte[] key) throws Exception {
    String sent = plain ? text(key) : URLEncoder.encode(text(key), StandardCharsets.UTF_8);
    int length = sent.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > 250) throw new IllegalArgumentException("length of the key sent");
    return sent;
  }

  /** All that places keys is private; the public way connects to the server that it finds. */
  @Override
  int locate(byte[] key) throws Exception {
    Method bucket =
        SchoonerSockIOPool.class.getDeclaredMethod("getBucket", String.class, Integer.class);
    bucket.setAccessible(true);
    Field field = SchoonerSockIOPool.class
        .getDeclaredField(hash == SockIOPool.CONSISTENT_HASH ? "consistentBuckets" : "buckets");
    field.setAccessible(true);
    Object at = bucket.invoke(inside, checked(key), null);
    return names.indexOf(field.get(inside) instanceof List<?> slots
        ? slots.get(((Long) at).intValue()) : ((Map<?, ?>) field.get(inside)).get(at));
  }

  @Override
  boolean set(byte[] key, byte[] value) throws Exception {
    checked(key);
    return client.set(text(key), value);
  }

  @Override
  byte[] get(byte[] key) throws Exception {
    checked(key);
    return (byte[]) client.get(text(key));
  }

  @Override
  Map<String, Object> many(List<String> keys) throws Exception {
    for (String key : keys) checked(key.getBytes(StandardCharsets.UTF_8));
    return client.getMulti(keys.toArray(new String[0]));
  }

  @Override
  boolean store(byte[] key, Object value) throws Exception {
    checked(key);
    return client.set(text(key), value);
  }

  @Override
  Object fetch(byte[] key) throws Exception {
    checked(key);
    return client.get(text(key));
  }

  public static void main(String[] arguments) throws Exception {
    new Gwhalin(arguments[0]).serve("Memcached-Java-Client "
        + Maven.version(MemCachedClient.class) + " java servers,locate,set,get,many,store,fetch");
    System.exit(0); // its threads would keep the program alive
  }
}
