import static java.nio.charset.StandardCharsets.UTF_8;

import net.spy.memcached.AddrUtil;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.FailureMode;
import net.spy.memcached.MemcachedClient;

/** spymemcached. Its settings: failureMode, timeoutExceptionThreshold. */
final class SpymemcachedCaller extends Caller {
  private final MemcachedClient client;

  private SpymemcachedCaller(String[] words) throws Exception {
    var builder = new ConnectionFactoryBuilder().setOpTimeout(Long.parseLong(words[2]))
        .setLocatorType(ConnectionFactoryBuilder.Locator.CONSISTENT)
        .setHashAlg(DefaultHashAlgorithm.KETAMA_HASH).setDaemon(true);
    for (String setting : settings(words)) {
      String value = setting.substring(setting.indexOf('=') + 1);
      if (setting.startsWith("failureMode=")) {
        builder.setFailureMode(FailureMode.valueOf(value));
      } else {
        builder.setTimeoutExceptionThreshold(Integer.parseInt(value));
      }
    }
    var addresses = AddrUtil.getAddresses(words[1].replace(',', ' '));
    client = new MemcachedClient(builder.build(), addresses);
    for (int tries = 0; client.getAvailableServers().size() < addresses.size() && tries < 500;
        tries++) {
      Thread.sleep(10); // a key for a server that is not connected yet goes to another one
    }
  }

  @Override
  boolean set(String key, String value) throws Exception {
    return client.set(key, 0, value.getBytes(UTF_8)).get();
  }

  @Override
  String get(String key) {
    return client.get(key) instanceof byte[] bytes ? new String(bytes, UTF_8) : null;
  }

  public static void main(String[] words) throws Exception {
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
    java.util.logging.LogManager.getLogManager().reset();
    // The jar does not tell its version; this is the one that Debian packages.
    new SpymemcachedCaller(words).run("2.12.3");
  }
}
