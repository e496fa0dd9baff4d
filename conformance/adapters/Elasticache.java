import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import net.spy.memcached.ClientMode;
import net.spy.memcached.ConnectionFactory;
import net.spy.memcached.DefaultConnectionFactory;
import net.spy.memcached.KetamaConnectionFactory;
import net.spy.memcached.MemcachedClient;

/**
 * Amazon's ElastiCache Cluster Client, with a list in place of a configuration endpoint: classes of
 * spymemcached, changed. Usage: java Elasticache CONFIGURATION, the same as of Spymemcached.
 */
final class Elasticache extends Spymemcached {
  private static final int QUEUE = DefaultConnectionFactory.DEFAULT_OP_QUEUE_LEN;
  private static final int BUFFER = DefaultConnectionFactory.DEFAULT_READ_BUFFER_SIZE;
  private static final long BLOCK = DefaultConnectionFactory.DEFAULT_OP_QUEUE_MAX_BLOCK_TIME;

  Elasticache(String configuration) {
    super(configuration);
  }

  /** Version 1.1 takes what knows hash, labels and weights for one of a configuration endpoint. */
  @Override
  ConnectionFactory factory(Map<InetSocketAddress, Integer> weights) {
    if (!ketama) return new DefaultConnectionFactory(ClientMode.Static, QUEUE, BUFFER, hash);
    return new KetamaConnectionFactory(QUEUE, BUFFER, BLOCK, hash, labels, weights) {
      @Override
      public ClientMode getClientMode() {
        return ClientMode.Static;
      }
    };
  }

  @Override
  void servers(List<Server> servers) throws Exception {
    Maven.resolve(servers); // it asks for the name of each address
    super.servers(servers);
  }

  public static void main(String[] arguments) throws Exception {
    new Elasticache(arguments[0])
        .run("elasticache-java " + Maven.version(MemcachedClient.class));
  }
}
