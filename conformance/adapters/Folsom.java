import com.spotify.folsom.MemcacheClient;
import com.spotify.folsom.MemcacheClientBuilder;
import com.spotify.folsom.MemcacheStatus;
import com.spotify.folsom.RawMemcacheClient;
import com.spotify.folsom.client.AbstractRequest;
import com.spotify.folsom.guava.HostAndPort;
import com.spotify.folsom.ketama.AddressAndClient;
import com.spotify.folsom.ketama.Continuum;
import com.spotify.folsom.ketama.Hasher;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** folsom, by Spotify. Usage: java Folsom ketama */
final class Folsom extends Adapter {
  private List<Server> servers;
  private List<RawMemcacheClient> nodes;
  private Continuum ring;
  private MemcacheClient<byte[]> client;
  private MemcacheClient<Serializable> typed;

  @Override
  void servers(List<Server> servers) throws Exception {
    if (servers.stream().anyMatch(s -> s.weight() != null)) throw new Skip("weights");
    if (client != null) client.shutdown();
    if (typed != null) typed.shutdown();
    client = null;
    typed = null;
    Maven.resolve(servers);
    this.servers = servers;
    nodes = new ArrayList<>();
    var addresses = new ArrayList<AddressAndClient>();
    for (Server s : servers) {
      nodes.add(unconnected());
      addresses.add(new AddressAndClient(HostAndPort.fromParts(s.host(), s.port()),
          nodes.get(nodes.size() - 1)));
    }
    ring = new Continuum(addresses);
  }

  /** One that says that it is connected, which is all that the ring asks it. */
  private static RawMemcacheClient unconnected() {
    return (RawMemcacheClient) Proxy.newProxyInstance(RawMemcacheClient.class.getClassLoader(),
        new Class<?>[] {RawMemcacheClient.class},
        (node, method, arguments) -> method.getName().equals("isConnected"));
  }

  @Override
  int locate(byte[] key) throws Exception {
    byte[] sent = AbstractRequest.encodeKey(text(key), StandardCharsets.UTF_8, 250);
    RawMemcacheClient found = ring.findClient(sent);
    for (int i = 0; ; i++) {
      if (nodes.get(i) == found) return i;
    }
  }

  private <V> MemcacheClient<V> connected(MemcacheClientBuilder<V> builder) throws Exception {
    for (Server s : servers) builder.withAddress(s.host(), s.port());
    MemcacheClient<V> made = builder.connectAscii();
    made.awaitFullyConnected(5, TimeUnit.SECONDS);
    return made;
  }

  private MemcacheClient<byte[]> client() throws Exception {
    if (client == null) client = connected(MemcacheClientBuilder.newByteArrayClient());
    return client;
  }

  /** Its clients are of one type; this one takes all that Java can serialize. */
  private MemcacheClient<Serializable> typed() throws Exception {
    if (typed == null) typed = connected(MemcacheClientBuilder.newSerializableObjectClient());
    return typed;
  }

  @Override
  boolean set(byte[] key, byte[] value) throws Exception {
    var answer = client().set(text(key), value, 0).toCompletableFuture();
    return answer.get() == MemcacheStatus.OK;
  }

  @Override
  byte[] get(byte[] key) throws Exception {
    return client().get(text(key)).toCompletableFuture().get();
  }

  @Override
  Map<String, byte[]> many(List<String> keys) throws Exception {
    List<byte[]> values = client().get(keys).toCompletableFuture().get();
    var found = new HashMap<String, byte[]>();
    for (int i = 0; i < keys.size(); i++) found.put(keys.get(i), values.get(i));
    return found;
  }

  @Override
  boolean store(byte[] key, Object value) throws Exception {
    if (!(value instanceof Serializable object)) throw new Skip("null");
    var answer = typed().set(text(key), object, 0).toCompletableFuture();
    return answer.get() == MemcacheStatus.OK;
  }

  @Override
  Object fetch(byte[] key) throws Exception {
    return typed().get(text(key)).toCompletableFuture().get();
  }

  @Override
  long hash(String function, byte[] key) throws Exception {
    if (!function.equals("murmur3_32")) throw new Skip(function);
    return Hasher.hash(key).asInt() & 0xffffffffL;
  }

  public static void main(String[] arguments) throws Exception {
    if (!arguments[0].equals("ketama")) throw new IllegalArgumentException(arguments[0]);
    new Folsom().serve("folsom " + Maven.version(MemcacheClient.class)
        + " java servers,locate,set,get,many,store,fetch,hash");
    System.exit(0); // its threads would keep the program alive
  }
}
