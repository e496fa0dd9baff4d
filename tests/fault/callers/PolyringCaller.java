import org.polyring.Client;
import org.polyring.Event;
import org.polyring.UnavailableException;

/** Polyring. */
final class PolyringCaller extends Caller {
  private final Client client;

  private PolyringCaller(String[] words) {
    String more = String.join("&", settings(words));
    client = Client.connect("memcached://" + words[1] + "/?timeout=" + words[2] + "ms&" + more);
  }

  @Override
  boolean set(String key, String value) throws NotDone {
    try {
      client.set(key, value);
      return true;
    } catch (UnavailableException failure) {
      throw new NotDone();
    }
  }

  @Override
  String get(String key) throws NotDone {
    try {
      return (String) client.get(key);
    } catch (UnavailableException failure) {
      throw new NotDone();
    }
  }

  @Override
  void listen() {
    for (Event event : client.events()) {
      events.add("event " + now() + " " + event.server() + " " + event.text());
    }
  }

  public static void main(String[] words) throws Exception {
    new PolyringCaller(words).run("here");
  }
}
