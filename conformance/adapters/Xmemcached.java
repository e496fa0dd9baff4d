import com.google.code.yanf4j.core.Session;
import com.google.code.yanf4j.core.impl.HandlerAdapter;
import com.google.code.yanf4j.nio.NioSessionConfig;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import net.rubyeye.xmemcached.HashAlgorithm;
import net.rubyeye.xmemcached.MemcachedClient;
import net.rubyeye.xmemcached.MemcachedSessionLocator;
import net.rubyeye.xmemcached.XMemcachedClientBuilder;
import net.rubyeye.xmemcached.codec.MemcachedCodecFactory;
import net.rubyeye.xmemcached.impl.ArrayMemcachedSessionLocator;
import net.rubyeye.xmemcached.impl.ElectionMemcachedSessionLocator;
import net.rubyeye.xmemcached.impl.KetamaMemcachedSessionLocator;
import net.rubyeye.xmemcached.impl.LibmemcachedMemcachedSessionLocator;
import net.rubyeye.xmemcached.impl.MemcachedTCPSession;
import net.rubyeye.xmemcached.impl.PHPMemcacheSessionLocator;
import net.rubyeye.xmemcached.utils.ByteUtils;
import net.rubyeye.xmemcached.utils.InetSocketAddressWrapper;

/**
 * xmemcached. Usage: java Xmemcached LOCATOR[-HASH], with LOCATOR array, ketama, ketama-nginx,
 * ketama-gwhalin, libmemcached, php or election, and HASH by the name that Polyring has for it.
 */
final class Xmemcached extends Adapter {
  /** A connection that is never made, to ask a locator about servers that do not run. */
  private static final class Unconnected extends MemcachedTCPSession {
    private final InetSocketAddress address;

    Unconnected(InetSocketAddressWrapper server) {
      super(new NioSessionConfig(null, new HandlerAdapter(), null, new MemcachedCodecFactory(), null,
          null, null, false, 0, 0), 0, null, 0, null);
      address = server.getInetSocketAddress();
      server.setRemoteAddressStr(String.valueOf(address)); // as the first connection does
      setInetSocketAddressWrapper(server);
    }

    @Override
    public InetSocketAddress getRemoteSocketAddress() {
      return address;
    }
  }

  private final String locator;
  private final String hash;
  private List<InetSocketAddress> addresses;
  private int[] weights;
  private MemcachedSessionLocator unconnected;
  private MemcachedClient client;

  Xmemcached(String configuration) {
    var m = Pattern.compile("(array|ketama(?:-nginx|-gwhalin)?|libmemcached|php|election)(?:-(.*))?")
        .matcher(configuration);
    if (!m.matches()) throw new IllegalArgumentException(configuration);
    locator = m.group(1);
    hash = m.group(2);
  }

  private static HashAlgorithm named(String function) {
    String own = function.replaceAll("^java$", "native").replaceAll("^md5$", "ketama")
        .replaceAll("^crc$", "crc32").toUpperCase(Locale.ROOT);
    return HashAlgorithm.valueOf(own.equals("ONE_AT_A_TIME") ? own : own + "_HASH");
  }

  private HashAlgorithm hash(String otherwise) {
    return named(hash == null ? otherwise : hash);
  }

  private MemcachedSessionLocator locator() {
    switch (locator) {
      case "array":
        return new ArrayMemcachedSessionLocator(hash("java"));
      case "php":
        return new PHPMemcacheSessionLocator(hash("java"));
      case "election":
        return new ElectionMemcachedSessionLocator(hash("election"));
      case "libmemcached":
        return new LibmemcachedMemcachedSessionLocator(100, hash("one_at_a_time"));
      case "ketama-gwhalin":
        return new KetamaMemcachedSessionLocator(hash("md5"), false, true);
      default:
        return new KetamaMemcachedSessionLocator(hash("md5"), locator.equals("ketama-nginx"));
    }
  }

  @Override
  void servers(List<Server> servers) throws Exception {
    if (client != null) client.shutdown();
    client = null;
    addresses = Maven.resolve(servers);
    weights = new int[servers.size()];
    for (int i = 0; i < weights.length; i++) {
      Integer weight = servers.get(i).weight();
      weights[i] = weight == null ? 1 : weight; // its own default
      if (weights[i] == 0) throw new Skip("a weight of 0, which it refuses when it connects");
    }
    var sessions = new ArrayList<Session>();
    for (InetSocketAddress address : new LinkedHashSet<>(addresses)) { // it keeps them in a map
      int order = sessions.size();
      sessions.add(new Unconnected(
          new InetSocketAddressWrapper(address, order, weights[order], null)));
    }
    unconnected = locator();
    unconnected.updateSessions(sessions);
  }

  @Override
  int locate(byte[] key) throws Exception {
    ByteUtils.checkKey(text(key)); // as every operation does first
    return addresses.indexOf(unconnected.getSessionByKey(text(key)).getRemoteSocketAddress());
  }

  /** A server that it cannot reach is no part of its ring. */
  private MemcachedClient client() throws Exception {
    if (client == null) {
      var builder = new XMemcachedClientBuilder(addresses, weights);
      builder.setSessionLocator(locator());
      client = builder.build();
      if (client.getAvailableServers().size() < new LinkedHashSet<>(addresses).size()) {
        throw new IllegalStateException("not all servers are connected");
      }
    }
    return client;
  }

  @Override
  boolean set(byte[] key, byte[] value) throws Exception {
    return client().set(text(key), 0, value);
  }

  @Override
  byte[] get(byte[] key) throws Exception {
    return client().get(text(key));
  }

  @Override
  Map<String, Object> many(List<String> keys) throws Exception {
    Map<String, Object> found = client().get(keys);
    return found == null ? Map.of() : found;
  }

  @Override
  boolean store(byte[] key, Object value) throws Exception {
    return client().set(text(key), 0, value);
  }

  @Override
  Object fetch(byte[] key) throws Exception {
    return client().get(text(key));
  }

  @Override
  long hash(String function, byte[] key) throws Exception {
    return named(function).hash(text(key));
  }

  public static void main(String[] arguments) throws Exception {
    new Xmemcached(arguments[0]).serve("xmemcached " + Maven.version(MemcachedClient.class)
        + " java servers,locate,set,get,many,store,fetch,hash");
    System.exit(0); // its threads would keep the program alive
  }
}
