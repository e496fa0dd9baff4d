package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.polyring.Health;
import org.polyring.OnDead;
import org.polyring.Route;
import org.polyring.Seen;

/** Java's part of tests/reference/test_all_sets.py, which says what is read and written. */
public final class AllSets {
  private final String profile;
  private final String[] servers;
  private final byte[][] keys;
  private final byte[][][] lines; // by home, and one more than where the key goes

  private AllSets(String profile, String[] servers, byte[][] keys) {
    this.profile = profile;
    this.servers = servers;
    this.keys = keys;
    lines = new byte[servers.length][servers.length + 1][];
    for (int home = 0; home < servers.length; home++) {
      for (int at = -1; at < servers.length; at++) {
        lines[home][at + 1] = (home + " " + (at < 0 ? "-" : at) + "\n").getBytes(UTF_8);
      }
    }
  }

  /**
   * Runs.
   *
   * @param words the profile, the servers, the pattern of the keys, their number, and each cap
   * @throws Exception if there is no SHA-256
   */
  public static void main(String[] words) throws Exception {
    byte[][] keys = IntStream.range(0, Integer.parseInt(words[3]))
        .mapToObj(n -> words[2].replace("{n}", Integer.toString(n)).getBytes(UTF_8))
        .toArray(byte[][]::new);
    AllSets all = new AllSets(words[0], words[1].split(" "), keys);
    for (String most : Arrays.asList(words).subList(4, words.length)) {
      for (int dead = 1; dead < 1 << all.servers.length; dead++) {
        System.out.println(all.digest(dead, Integer.parseInt(most)));
      }
    }
  }

  private String digest(int dead, int most) throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    try (Health health = Health.builder().profile(profile).servers(servers).onDead(OnDead.NEXT)
        .deadMost(most).seed(1).build()) {
      for (int i = 0; i < servers.length; i++) {
        if ((dead >> i & 1) != 0) {
          health.report(i, Seen.UNREACHED, Duration.ZERO);
        }
      }
      for (byte[] key : keys) {
        Route to = health.route(key, Duration.ZERO);
        sha.update(lines[to.homeIndex()][to.serverIndex().orElse(-1) + 1]);
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
