import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.spy.memcached.AddrUtil;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.FailureMode;
import net.spy.memcached.MemcachedClient;

/** Gets and sets without a pause, of spymemcached: loop.py says what all loops do. */
class Loop {
  record Call(long start, long took, char said) {}

  static MemcachedClient client;
  static final byte[] VALUE = "v".repeat(100).getBytes(StandardCharsets.UTF_8);

  static long now() {
    return System.nanoTime() / 1000;
  }

  static char attempt(boolean store, String key) {
    try {
      if (store) return client.set(key, 0, VALUE).get() ? 'o' : 'f';
      return client.get(key) == null ? 'm' : 'o';
    } catch (Exception failed) {
      return 'f';
    }
  }

  public static void main(String[] words) throws Exception {
    ConnectionFactory factory = new ConnectionFactoryBuilder().setOpTimeout(Long.parseLong(words[3]))
        .setLocatorType(ConnectionFactoryBuilder.Locator.CONSISTENT)
        .setHashAlg(DefaultHashAlgorithm.KETAMA_HASH).setFailureMode(FailureMode.Redistribute)
        .setDaemon(true).build();
    client = new MemcachedClient(factory, AddrUtil.getAddresses(words[1].replace(',', ' ')));
    for (int tries = 0; client.getAvailableServers().size() < 4 && tries < 100; tries++) Thread.sleep(10);
    for (int i = 0; i < 200; i++) attempt(true, "key:" + i);
    System.out.println("ready");
    List<Call> calls = new ArrayList<>();
    long end = now() + (long) (Double.parseDouble(words[2]) * 1e6), pause = Long.parseLong(words[4]);
    while (now() < end) {
      long chance = (calls.size() * 2654435761L & 0xFFFFFFFFL) >> 8, start = now();
      char said = attempt(chance % 5 == 0, "key:" + chance / 5 % 200);
      calls.add(new Call(start, now() - start, said));
      if (pause > 0) Thread.sleep(pause);
    }
    var text = new StringBuilder();
    for (Call call : calls) text.append(call.start + " " + call.took + " " + call.said + "\n");
    System.out.print(text);
    System.exit(0);
  }
}
