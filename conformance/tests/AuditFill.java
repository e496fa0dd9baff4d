import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Future;
import net.spy.memcached.DefaultConnectionFactory;
import net.spy.memcached.KetamaConnectionFactory;
import net.spy.memcached.MemcachedClient;

/**
 * Fills servers by spymemcached, many keys at a time, for tests/audit.py.
 * Usage: AuditFill HOST:PORT...
 * Lines "ketama|array-mod PREFIX FROM COUNT text|number" on standard input; each is answered
 * "ok COUNT".
 */
class AuditFill {
  static final int IN_FLIGHT = 5000;

  static MemcachedClient client(String configuration, String[] servers) throws Exception {
    var addresses = new ArrayList<InetSocketAddress>();
    for (String server : servers) {
      String[] parts = server.split(":");
      addresses.add(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])));
    }
    var client = new MemcachedClient(configuration.equals("ketama")
        ? new KetamaConnectionFactory() : new DefaultConnectionFactory(), addresses);
    while (client.getAvailableServers().size() < addresses.size()) Thread.sleep(10);
    return client;
  }

  static int wait(List<Future<Boolean>> sent) throws Exception {
    int done = 0;
    for (var one : sent) done += one.get() ? 1 : 0;
    sent.clear();
    return done;
  }

  public static void main(String[] servers) throws Exception {
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
    java.util.logging.LogManager.getLogManager().reset();
    var clients = new HashMap<String, MemcachedClient>();
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = lines.readLine()) != null;) {
      String[] words = line.split(" ");
      if (!clients.containsKey(words[0])) clients.put(words[0], client(words[0], servers));
      var sent = new ArrayList<Future<Boolean>>();
      int from = Integer.parseInt(words[2]), done = 0;
      for (int i = from; i < from + Integer.parseInt(words[3]); i++) {
        Object value = words[4].equals("number") ? (Object) i : "value of " + i;
        sent.add(clients.get(words[0]).set(words[1] + i, 0, value));
        if (sent.size() == IN_FLIGHT) done += wait(sent);
      }
      System.out.println("ok " + (done + wait(sent)));
    }
    System.exit(0); // its I/O thread would keep the program alive
  }
}
