import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.DefaultConnectionFactory;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.KetamaConnectionFactory;
import net.spy.memcached.KetamaNodeKeyFormatter;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.util.StringUtils;

/**
 * spymemcached. Usage: java Spymemcached array-mod[-HASH]|ketama[-libmemcached][-HASH], with HASH
 * by the name that Polyring has for it.
 */
class Spymemcached extends Adapter {
  final boolean ketama;
  final KetamaNodeKeyFormatter.Format labels;
  final DefaultHashAlgorithm hash;
  private List<InetSocketAddress> addresses;
  private MemcachedClient client;
  private boolean connected;

  Spymemcached(String configuration) {
    ketama = configuration.startsWith("ketama");
    labels = configuration.startsWith("ketama-libmemcached")
        ? KetamaNodeKeyFormatter.Format.LIBMEMCACHED : KetamaNodeKeyFormatter.Format.SPYMEMCACHED;
    String name = configuration.replaceAll("^(array-mod|ketama(-libmemcached)?)-?", "");
    hash = named(name.isEmpty() ? ketama ? "md5" : "java" : name);
  }

  private static DefaultHashAlgorithm named(String function) {
    String own = function.replaceAll("^java$", "native").replaceAll("^(md5|sha384)$", "ketama");
    return DefaultHashAlgorithm.valueOf(own.toUpperCase(Locale.ROOT) + "_HASH");
  }

  /** With an address beside the name: what the resolver would make of the name. */
  private InetAddress address(Server server) throws Exception {
    // libmemcached's labels ask for the name: an address has to be its own, or a DNS server is asked.
    boolean named = !server.ip().isEmpty() || labels == KetamaNodeKeyFormatter.Format.LIBMEMCACHED;
    if (!named) return InetAddress.getByName(server.host());
    var address = InetAddress.getByName(server.ip().isEmpty() ? server.host() : server.ip());
    String name = server.ip().isEmpty() ? address.getHostAddress() : server.host();
    return InetAddress.getByAddress(name, address.getAddress());
  }

  ConnectionFactory factory(Map<InetSocketAddress, Integer> weights) {
    return ketama
        ? new KetamaConnectionFactory(DefaultConnectionFactory.DEFAULT_OP_QUEUE_LEN,
            DefaultConnectionFactory.DEFAULT_READ_BUFFER_SIZE,
            DefaultConnectionFactory.DEFAULT_OP_QUEUE_MAX_BLOCK_TIME, hash, labels, weights)
        : new DefaultConnectionFactory(DefaultConnectionFactory.DEFAULT_OP_QUEUE_LEN,
            DefaultConnectionFactory.DEFAULT_READ_BUFFER_SIZE, hash);
  }

  @Override
  void servers(List<Server> servers) throws Exception {
    if (client != null) client.shutdown();
    addresses = new ArrayList<>();
    var weights = new HashMap<InetSocketAddress, Integer>();
    for (Server s : servers) {
      addresses.add(new InetSocketAddress(address(s), s.port()));
      if (s.weight() != null) weights.put(addresses.get(addresses.size() - 1), s.weight());
    }
    if (!weights.isEmpty() && (!ketama || weights.size() < addresses.size())) {
      throw new Skip("weights, unless ketama gets one for each server");
    }
    client = new MemcachedClient(factory(weights), addresses);
    connected = false;
  }

  /** A key for a server whose connection is still being made would go to another one. */
  private void connect() throws Exception {
    for (int i = 0; i < 500 && client.getAvailableServers().size() < addresses.size(); i++) {
      Thread.sleep(10);
    }
    connected = true;
  }

  @Override
  int locate(byte[] key) throws Exception {
    StringUtils.validateKey(text(key), false); // as every operation does first
    return addresses.indexOf(client.getNodeLocator().getPrimary(text(key)).getSocketAddress());
  }

  @Override
  boolean set(byte[] key, byte[] value) throws Exception {
    return store(key, value);
  }

  @Override
  byte[] get(byte[] key) throws Exception {
    return (byte[]) fetch(key);
  }

  @Override
  Map<String, Object> many(List<String> keys) throws Exception {
    if (!connected) connect();
    return client.getBulk(keys);
  }

  @Override
  boolean store(byte[] key, Object value) throws Exception {
    if (!connected) connect();
    return client.set(text(key), 0, value).get();
  }

  @Override
  Object fetch(byte[] key) throws Exception {
    if (!connected) connect();
    return client.get(text(key));
  }

  @Override
  long hash(String function, byte[] key) throws Exception {
    return named(function).hash(text(key));
  }

  /** Serves as a client of this name and version, without the log of the client's own. */
  final void run(String client) throws Exception {
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
    java.util.logging.LogManager.getLogManager().reset();
    serve(client + " java servers,locate,set,get,many,store,fetch,hash");
    System.exit(0); // its I/O thread would keep the program alive
  }

  public static void main(String[] arguments) throws Exception {
    // The jar does not tell its version; this is the one that Debian packages.
    new Spymemcached(arguments[0]).run("spymemcached 2.12.3");
  }
}
