import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.polyring.Client;
import org.polyring.Outcome;
import org.polyring.PolyringException;

/** The README's twenty lines: java -cp polyring.jar Remember.java SERVER... */
public final class Remember {
  public static void main(String[] servers) {
    try (Client client = Client.builder().servers(servers).timeout(Duration.ofMillis(250)).build()) {
      client.set("user:17", Map.of("name", "Ada", "visits", 1), Duration.ofHours(1));
      System.out.println(client.get("user:17", Map.class).get("name"));

      client.setCounter("visits", 41);
      System.out.println(client.incr("visits", 1).getAsLong());

      client.setMany(Map.of("a", 1, "b", List.of(true, 2.5)));
      System.out.println(client.getMany(List.of("a", "b", "c")));

      var item = client.gets("user:17");
      Outcome outcome = client.cas("user:17", "Grace", item.cas());
      System.out.println(outcome + " " + client.delete("user:17") + " " + client.delete("user:17"));
    } catch (PolyringException failure) {
      System.err.println(failure.server() + ": " + failure.getMessage());
      System.exit(1);
    }
  }
}
