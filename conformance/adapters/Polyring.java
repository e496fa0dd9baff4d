import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.polyring.Ring;

/** Polyring's Java binding, and one plain "set" to where it points. Usage: java Polyring PROFILE */
final class Polyring extends Adapter {
  private final String profile;
  private final Map<Integer, Socket> links = new HashMap<>();
  private List<Server> servers;
  private Ring ring;

  Polyring(String profile) {
    this.profile = profile;
  }

  @Override
  void servers(List<Server> servers) throws IOException {
    var texts = new ArrayList<String>();
    for (Server s : servers) texts.add(s.text());
    ring = new Ring(texts, profile);
    this.servers = servers;
    for (Socket link : links.values()) link.close();
    links.clear();
  }

  @Override
  int locate(byte[] key) {
    return ring.explain(key).index();
  }

  private Socket link(int index) throws IOException {
    Socket link = links.get(index);
    if (link == null) {
      Server s = servers.get(index);
      link = new Socket(s.ip().isEmpty() ? s.host() : s.ip(), s.port());
      links.put(index, link);
    }
    return link;
  }

  @Override
  boolean set(byte[] key, byte[] value) throws IOException {
    var place = ring.explain(key);
    Socket link = link(place.index());
    var request = new java.io.ByteArrayOutputStream();
    request.write("set ".getBytes());
    request.write(place.sentKey());
    request.write((" 0 0 " + value.length + "\r\n").getBytes());
    request.write(value);
    request.write("\r\n".getBytes());
    link.getOutputStream().write(request.toByteArray());
    return new String(link.getInputStream().readNBytes(8)).equals("STORED\r\n");
  }

  public static void main(String[] arguments) throws Exception {
    new Polyring(arguments[0]).serve("polyring-java "
        + Ring.class.getPackage().getImplementationVersion() + " java servers,locate,set");
  }
}
