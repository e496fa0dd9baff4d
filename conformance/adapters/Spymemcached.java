import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.DefaultConnectionFactory;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.KetamaConnectionFactory;
import net.spy.memcached.KetamaNodeKeyFormatter;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.util.StringUtils;

/** spymemcached. Usage: java Spymemcached array-mod|ketama|ketama-libmemcached */
final class Spymemcached extends Adapter {
  private final boolean ketama;
  private final KetamaNodeKeyFormatter.Format labels;
  private List<InetSocketAddress> addresses;
  private MemcachedClient client;
  private boolean connected;

  Spymemcached(String configuration) {
    ketama = configuration.startsWith("ketama");
    labels = configuration.equals("ketama-libmemcached") ? KetamaNodeKeyFormatter.Format.LIBMEMCACHED
        : KetamaNodeKeyFormatter.Format.SPYMEMCACHED;
  }

  /** With an address beside the name: what the resolver would make of the name. */
  private InetAddress address(Server server) throws Exception {
    // libmemcached's labels ask for the name: an address has to be its own, or a DNS server is asked.
    boolean named = !server.ip().isEmpty() || labels == KetamaNodeKeyFormatter.Format.LIBMEMCACHED;
    if (!named) return InetAddress.getByName(server.host());
    var address = InetAddress.getByName(server.ip().isEmpty() ? server.host() : server.ip());
    return InetAddress.getByAddress(server.host(), address.getAddress());
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
    ConnectionFactory factory = ketama
        ? new KetamaConnectionFactory(DefaultConnectionFactory.DEFAULT_OP_QUEUE_LEN,
            DefaultConnectionFactory.DEFAULT_READ_BUFFER_SIZE,
            DefaultConnectionFactory.DEFAULT_OP_QUEUE_MAX_BLOCK_TIME,
            DefaultHashAlgorithm.KETAMA_HASH, labels, weights)
        : new DefaultConnectionFactory();
    client = new MemcachedClient(factory, addresses);
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
    if (!connected) connect();
    return client.set(text(key), 0, value).get();
  }

  @Override
  byte[] get(byte[] key) throws Exception {
    return (byte[]) client.get(text(key));
  }

  @Override
  long hash(String function, byte[] key) throws Exception {
    String name = function.equals("java") ? "NATIVE" : function.toUpperCase(Locale.ROOT);
    return DefaultHashAlgorithm.valueOf(name + "_HASH").hash(text(key));
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
    java.util.logging.LogManager.getLogManager().reset();
    // The jar does not tell its version; this is the one that Debian packages.
    new Spymemcached(arguments[0])
        .serve("spymemcached 2.12.3 java servers,locate,set,get,hash");
    System.exit(0); // its I/O thread would keep the program alive
  }
}
