import java.util.Objects;

/** What one would write by hand: the same answers and refusals as org.polyring.Ring.locate. */
final class Handwritten {
  static {
    System.loadLibrary("handwritten");
  }

  private static native long open(String servers, String profile);

  private static native int at(long ring, byte[] key);

  private final long ring;
  private final String[] servers;

  Handwritten(String servers, String profile) {
    this.ring = open(servers, profile);
    this.servers = servers.split(" ");
  }

  String locate(byte[] key) {
    Objects.requireNonNull(key, "key");
    if (ring == 0) {
      throw new IllegalStateException("no ring");
    }
    int index = at(ring, key);
    if (index < 0) {
      throw new IllegalArgumentException("refused key");
    }
    return servers[index];
  }
}
