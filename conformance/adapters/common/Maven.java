import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;

/** What the adapters of clients from Maven share: addresses, without DNS, and the jar's version. */
final class Maven {
  private static final Path HOSTS;

  // These clients look names and addresses up themselves, and wait long where a DNS server does not
  // answer. So a hosts file is all that this process knows, and has to be so before it asks first.
  static {
    try {
      HOSTS = Files.createTempFile("polyring-hosts", "");
    } catch (IOException why) {
      throw new java.io.UncheckedIOException(why);
    }
    HOSTS.toFile().deleteOnExit();
    System.setProperty("jdk.net.hosts.file", HOSTS.toString());
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  private Maven() {}

  /** The servers, looked up as the list has them: an address has no name, unless it is in there. */
  static List<InetSocketAddress> resolve(List<Adapter.Server> servers) throws Exception {
    var hosts = new StringBuilder();
    for (var s : servers) {
      boolean address = s.host().matches("[0-9.]+|.*:.*");
      if (s.ip().isEmpty() && !address) throw new Adapter.Skip("a name without its address");
      if (!address) hosts.append(s.ip() + " " + s.host() + "\n");
    }
    Files.writeString(HOSTS, hosts + "127.0.0.1 localhost\n");
    var addresses = new ArrayList<InetSocketAddress>();
    for (var s : servers) {
      addresses.add(new InetSocketAddress(InetAddress.getByName(s.host()), s.port()));
    }
    return addresses;
  }

  /** The version at the end of the name of the jar that a class is from. */
  static String version(Class<?> client) {
    String jar = client.getProtectionDomain().getCodeSource().getLocation().getPath();
    return jar.replaceAll(".*-([0-9][^/]*)\\.jar$", "$1");
  }
}
