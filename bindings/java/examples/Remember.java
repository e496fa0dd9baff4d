import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.polyring.Client;
import org.polyring.Outcome;
import org.polyring.PolyringException;

/** Stores and reads: java -cp polyring.jar Remember.java [SERVER...], or 127.0.0.1:11211. */
public final class Remember {
  public static void main(String[] arguments) {
    String[] servers = arguments.length > 0 ? arguments : new String[] {"127.0.0.1:11211"};
    try (Client client = Client.builder().servers(servers).timeout(Duration.ofSeconds(2)).build()) {
      client.set("user:17", Map.of("name", "Ada", "visits", 1), Duration.ofHours(1));
      System.out.println(client.get("user:17", Map.class).get("name"));  // Ada

      client.setCounter("visits", 41);
      System.out.println(client.incr("visits", 1).getAsLong());  // 42

      client.setMany(Map.of("a", 1, "b", List.of(true, 2.5)));
      System.out.println(client.getMany(List.of("a", "b", "c")));  // {a=1, b=[true, 2.5]}

      var item = client.gets("user:17");
      Outcome outcome = client.cas("user:17", "Grace", item.cas());
      System.out.println(outcome + " " + client.delete("user:17"));  // OK OK
      System.out.println(client.delete("user:17"));  // MISS
    } catch (PolyringException failure) {
      System.err.println(failure.server() + ": " + failure.getMessage());
      System.exit(1);
    }
  }
}
