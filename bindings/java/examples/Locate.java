import org.polyring.Placement;
import org.polyring.Ring;

/** Prints where each key lives, and why: java -cp polyring.jar Locate.java KEY... */
public final class Locate {
  public static void main(String[] keys) {
    String servers = "10.0.0.1:11211 10.0.0.2:11211 10.0.0.3:11211:2";
    try (Ring ring = new Ring(servers, "libmemcached/ketama-weighted")) {
      for (String key : keys) {
        Placement placement = ring.explain(key);
        System.out.println(key + "\t" + ring.locate(key) + "\t" + placement.why());
      }
    }
  }
}
