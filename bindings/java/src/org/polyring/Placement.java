package org.polyring;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How one key came to its server, step by step: what {@link Ring#explain(byte[])} returns.
 *
 * <p>The arrays are the placement's own and are handed out as they are: one who changes them
 * changes the placement, and nothing else. Two placements are equal when all that they hold is,
 * bytes by their content.
 *
 * @param key the key that was asked for
 * @param sentKey the key's bytes as they go over the wire; some clients encode or shorten a key
 * @param hashedText the bytes that were hashed; UTF-16 units lie there as two bytes, low byte
 *     first
 * @param hash the hash after folding, of 32, 64 or 128 bits as the profile says and never negative,
 *     or nothing if it was not needed (as with one server)
 * @param point the point that was found (ring), the slot or bucket (modulo, jump, buckets) or the
 *     highest score (rendezvous), never negative; or nothing if there is no hash
 * @param label the bytes of the label that made the point; none for layouts without labels
 * @param server the server as {@link Ring#locate(byte[])} gives it
 * @param index the server's index in the list
 * @param ties indexes of the servers among which the client leaves this key to chance, ascending,
 *     the first 16 of them; empty for a key that has one home. Immutable
 * @param why the rule that chose, in words
 */
public record Placement(byte[] key, byte[] sentKey, byte[] hashedText, Optional<BigInteger> hash,
    Optional<BigInteger> point, byte[] label, String server, int index, List<Integer> ties, String why) {

  static Placement of(byte[] key, Trace trace, String server) {
    return new Placement(key, trace.sentKey(), trace.hashedText(),
        Optional.ofNullable(trace.hash()).map(BigInteger::new),
        Optional.ofNullable(trace.point()).map(BigInteger::new), trace.label(),
        server, trace.server(), Arrays.stream(trace.ties()).boxed().toList(), trace.why());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Placement that
        && Arrays.equals(key, that.key)
        && Arrays.equals(sentKey, that.sentKey)
        && Arrays.equals(hashedText, that.hashedText)
        && hash.equals(that.hash)
        && point.equals(that.point)
        && Arrays.equals(label, that.label)
        && server.equals(that.server)
        && index == that.index
        && ties.equals(that.ties)
        && why.equals(that.why);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + index;
  }

  /** {@return a line for people; bytes are percent-encoded} */
  @Override
  public String toString() {
    return "Placement[key=" + encoded(key) + ", sentKey=" + encoded(sentKey) + ", hashedText="
        + encoded(hashedText) + ", hash=" + number(hash) + ", point=" + number(point) + ", label="
        + encoded(label) + ", server=" + server + ", index=" + index + ", ties=" + ties + ", why="
        + why + "]";
  }

  private static String number(Optional<BigInteger> number) {
    return number.map(BigInteger::toString).orElse("none");
  }

  private static String encoded(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      boolean plain = b >= 0 && (Character.isLetterOrDigit(b) || "-._~".indexOf(b) >= 0);
      text.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b));
    }
    return text.toString();
  }
}
