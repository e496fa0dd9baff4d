package org.polyring;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Tells on which server a key lives, exactly as one client in one configuration would.
 *
 * <pre>{@code
 * try (Ring ring = new Ring("10.0.0.1:11211 10.0.0.2:11211")) {
 *   String server = ring.locate("user:17");
 * }
 * }</pre>
 *
 * <p><b>Servers</b> are texts of the form {@code [name=]place[:weight][;attribute=value]...}, where
 * place is {@code host[/address][:port]} or {@code unix:path[:port]}, as in
 * {@code cache1=10.0.0.1:11211:2}. In name, host, path and attribute every byte outside
 * {@code A-Z a-z 0-9 - . _ ~ /} is percent-encoded. A list has 1 to 65535 servers.
 *
 * <p><b>Profiles</b> say how a client places keys: a name or an alias, then any overrides of
 * single columns, as in {@code libmemcached/modula,hash=crc}. {@link #profiles()} lists the names.
 *
 * <p><b>Keys</b> are bytes. A {@link String} stands for its UTF-8 bytes; one with a lone surrogate
 * has none and is refused with {@link InvalidArgumentException}.
 *
 * <p>A ring never changes; any number of threads may use one at the same time. No call does I/O or
 * resolves a name. The ring's memory lies outside the Java heap. It is given back when nothing
 * refers to the ring any more; {@link #close()} only ends its use, so that a call which another
 * thread has under way still ends well.
 */
public final class Ring implements AutoCloseable {
  /** The profile of a ring that is made without one: libmemcached with weighted ketama. */
  public static final String DEFAULT_PROFILE = "libmemcached/ketama-weighted";

  private static final int NO_SERVER = 0xFFFF;

  private final long handle;
  private final String profile;
  private final String[] servers;
  private volatile boolean closed;

  /**
   * Makes a ring with the profile {@link #DEFAULT_PROFILE}.
   *
   * @param servers the servers, separated by blanks
   * @throws InvalidServersException if the list is empty, a server is malformed, or the client
   *     does not take it; the message names the server
   * @throws InvalidArgumentException if there are more than 65535 servers, or weights that make
   *     more than 2^25 points
   */
  public Ring(String servers) {
    this(servers, DEFAULT_PROFILE);
  }

  /**
   * Makes a ring with the profile {@link #DEFAULT_PROFILE} from a list.
   *
   * @param servers one server each; a blank inside one is an error. The list may be changed
   *     afterwards
   * @throws InvalidServersException as {@link #Ring(String)}
   * @throws InvalidArgumentException as {@link #Ring(String)}
   */
  public Ring(List<String> servers) {
    this(servers, DEFAULT_PROFILE);
  }

  /**
   * Makes a ring.
   *
   * @param servers the servers, separated by blanks
   * @param profile the text of a profile
   * @throws InvalidProfileException if there is no such profile (the message proposes the nearest),
   *     or no such override (the message lists what there is)
   * @throws InvalidServersException as {@link #Ring(String)}
   * @throws InvalidArgumentException as {@link #Ring(String)}
   */
  public Ring(String servers, String profile) {
    this(Text.encode(Objects.requireNonNull(servers, "servers"), "servers"), null, profile);
  }

  /**
   * Makes a ring from a list.
   *
   * @param servers one server each; a blank inside one is an error. The list may be changed
   *     afterwards
   * @param profile the text of a profile
   * @throws InvalidProfileException as {@link #Ring(String, String)}
   * @throws InvalidServersException as {@link #Ring(String)}
   * @throws InvalidArgumentException as {@link #Ring(String)}
   */
  public Ring(List<String> servers, String profile) {
    this(Packed.of(texts(servers, "servers"), "servers"), profile);
  }

  private Ring(Packed servers, String profile) {
    this(servers.bytes(), servers.ends(), profile);
  }

  private Ring(byte[] serverBytes, int[] ends, String profile) {
    this(NativeMethods.new_Ring(serverBytes, ends,
        Text.encode(Objects.requireNonNull(profile, "profile"), "profile")));
  }

  /** Takes what native code made. */
  Ring(long handle) {
    this.handle = handle;
    Release.after(this, NativeMethods::delete_Ring, handle);
    this.servers = NativeMethods.Ring_servers(handle);
    this.profile = NativeMethods.Ring_profile(handle);
    Reference.reachabilityFence(this);
  }

  /**
   * Tells where a key lives.
   *
   * @param key the key's bytes
   * @return the server as it was spelled, without name, weight and attributes: always the same
   *     object as in {@link #servers()}
   * @throws InvalidKeyException if the profile's client refuses the key
   * @throws IllegalStateException if the ring is closed
   */
  public String locate(byte[] key) {
    Objects.requireNonNull(key, "key");
    try {
      int index = NativeMethods.Ring_locate(open(), key);
      if (index < 0) {
        NativeMethods.Ring_explain(handle, key); // throws: it knows the reason
      }
      return servers[index];
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells where a key lives.
   *
   * @param key the key's text
   * @return the server, as {@link #locate(byte[])}
   * @throws InvalidKeyException if the profile's client refuses the key
   * @throws InvalidArgumentException if the text has a lone surrogate
   * @throws IllegalStateException if the ring is closed
   */
  public String locate(String key) {
    return locate(Text.encode(Objects.requireNonNull(key, "key"), "key"));
  }

  /**
   * Tells where many keys live; faster than one call a key.
   *
   * @param keys the keys' texts
   * @return the servers, in the order of the keys: a list of the caller's own, of fixed size, with
   *     null for a key that the profile's client refuses
   * @throws InvalidArgumentException if a text has a lone surrogate
   * @throws IllegalStateException if the ring is closed
   */
  public List<String> locateMany(Collection<String> keys) {
    return located(Packed.of(texts(keys, "keys"), "keys"));
  }

  /**
   * Tells where many keys live; faster than one call a key.
   *
   * @param keys the keys' bytes
   * @return the servers, as {@link #locateMany(Collection)}
   * @throws IllegalStateException if the ring is closed
   */
  public List<String> locateMany(byte[][] keys) {
    return located(Packed.of(Objects.requireNonNull(keys, "keys"), "keys"));
  }

  /**
   * Tells where many keys live, as indexes into the list of servers.
   *
   * @param keys the keys' texts
   * @return the indexes, in the order of the keys; -1 for a key that the profile's client refuses
   * @throws InvalidArgumentException if a text has a lone surrogate
   * @throws IllegalStateException if the ring is closed
   */
  public int[] locateIndexes(Collection<String> keys) {
    return indexes(Packed.of(texts(keys, "keys"), "keys"));
  }

  /**
   * Tells where many keys live, as indexes into the list of servers.
   *
   * @param keys the keys' bytes
   * @return the indexes, as {@link #locateIndexes(Collection)}
   * @throws IllegalStateException if the ring is closed
   */
  public int[] locateIndexes(byte[][] keys) {
    return indexes(Packed.of(Objects.requireNonNull(keys, "keys"), "keys"));
  }

  /**
   * Tells where many keys live that already lie one behind the other: the fastest form, which makes
   * nothing for each key.
   *
   * @param keys the bytes of all keys; bytes behind the last key are allowed and ignored
   * @param ends key i starts where the one before it ends (key 0 at 0) and ends before
   *     {@code ends[i]}
   * @param indexes gets the index of the server of key i at i, or -1 for a key that the profile's
   *     client refuses; it is at least as long as {@code ends}, and places beyond that stay as they
   *     are
   * @throws InvalidArgumentException if ends descend, are negative, or lie beyond the keys, or if
   *     indexes is too short; indexes is then untouched
   * @throws IllegalStateException if the ring is closed
   */
  public void locateIndexes(byte[] keys, int[] ends, int[] indexes) {
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(ends, "ends");
    Objects.requireNonNull(indexes, "indexes");
    if (indexes.length < ends.length) {
      throw new InvalidArgumentException(PolyringException.INVALID_ARGUMENT,
          "indexes has " + indexes.length + " places for " + ends.length + " keys", "", -1);
    }
    char[] found = found(keys, ends);
    for (int i = 0; i < found.length; i++) {
      indexes[i] = found[i] == NO_SERVER ? -1 : found[i];
    }
  }

  /**
   * Tells how a key comes to its server.
   *
   * @param key the key's bytes
   * @return the placement, with the server that {@link #locate(byte[])} gives
   * @throws InvalidKeyException if the profile's client refuses the key
   * @throws IllegalStateException if the ring is closed
   */
  public Placement explain(byte[] key) {
    Objects.requireNonNull(key, "key");
    try {
      Trace trace = NativeMethods.Ring_explain(open(), key);
      return Placement.of(key.clone(), trace, servers[trace.server()]);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells how a key comes to its server.
   *
   * @param key the key's text
   * @return the placement, with the server that {@link #locate(String)} gives
   * @throws InvalidKeyException if the profile's client refuses the key
   * @throws InvalidArgumentException if the text has a lone surrogate
   * @throws IllegalStateException if the ring is closed
   */
  public Placement explain(String key) {
    return explain(Text.encode(Objects.requireNonNull(key, "key"), "key"));
  }

  /**
   * Tells the servers, in the order in which they were given.
   *
   * @return the servers as they were spelled, without names, weights and attributes; immutable
   * @throws IllegalStateException if the ring is closed
   */
  public List<String> servers() {
    open();
    return List.of(servers);
  }

  /**
   * Tells the ring's profile.
   *
   * @return its canonical name: without alias, and with those overrides that change something
   * @throws IllegalStateException if the ring is closed
   */
  public String profile() {
    open();
    return profile;
  }

  /**
   * Digests where the ring places keys, and nothing else: rings of the same fingerprint place every
   * key alike, in whatever words their profiles and servers are written.
   *
   * @return "pr1:" and 64 hexadecimal digits
   * @throws IllegalStateException if the ring is closed
   */
  public String fingerprint() {
    try {
      return NativeMethods.Ring_fingerprint(open());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Plans with the usual sample, of a million keys, where one is needed.
   *
   * @param other the ring that takes the place of this one
   * @return the plan, as {@link #plan(Ring, long)}
   * @throws InvalidKeyException if every key of the sample is refused
   * @throws IllegalStateException if either ring is closed
   */
  public Plan plan(Ring other) {
    return plan(other, 0);
  }

  /**
   * Tells what moves if this ring is replaced by another one. That is exact where both rings hash the
   * same text alike and are rings or lists of slots; else it comes from a sample of keys, always
   * the same.
   *
   * @param other the ring that takes the place of this one
   * @param sample how many keys are tried, up to 4294967295; 0 for the usual number
   * @return the plan
   * @throws InvalidKeyException if every key of the sample is refused
   * @throws InvalidArgumentException if there is no such sample
   * @throws IllegalStateException if either ring is closed
   */
  public Plan plan(Ring other, long sample) {
    Objects.requireNonNull(other, "other");
    try {
      return Plan.of(NativeMethods.Ring_plan(open(), other.open(), sample));
    } finally {
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(other);
    }
  }

  /**
   * Makes a ring with one server more, behind the others. This one stays as it is.
   *
   * @param server the server's text
   * @return the ring
   * @throws InvalidServersException as {@link #Ring(String)}
   * @throws InvalidArgumentException as {@link #Ring(String)}
   * @throws IllegalStateException if the ring is closed
   */
  public Ring withServer(String server) {
    byte[] text = Text.encode(Objects.requireNonNull(server, "server"), "server");
    try {
      return new Ring(NativeMethods.Ring_with_server(open(), text));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes a ring with one server less. This one stays as it is.
   *
   * @param index the server's index in the list
   * @return the ring, with the servers behind that one moved up
   * @throws InvalidArgumentException if there is no such server, or no other one
   * @throws IllegalStateException if the ring is closed
   */
  public Ring withoutServer(int index) {
    return without(index, null);
  }

  /**
   * Makes a ring with one server less. This one stays as it is.
   *
   * @param server the server as {@link #servers()} spells it
   * @return the ring, with the servers behind that one moved up
   * @throws InvalidArgumentException if there is no such server, more than one, or no other one
   * @throws IllegalStateException if the ring is closed
   */
  public Ring withoutServer(String server) {
    return without(0, Text.encode(Objects.requireNonNull(server, "server"), "server"));
  }

  private Ring without(long index, byte[] text) {
    try {
      return new Ring(NativeMethods.Ring_without_server(open(), index, text));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Lists the profiles that there are.
   *
   * @return their names, without overrides; immutable
   */
  public static List<String> profiles() {
    return List.of(NativeMethods.Ring_profiles());
  }

  /**
   * Ends the use of the ring: every later call but this one throws {@link IllegalStateException}.
   * Calls that other threads have under way end as if nothing had happened.
   */
  @Override
  public void close() {
    closed = true;
  }

  /** {@return a line for people} */
  @Override
  public String toString() {
    return "Ring[profile=" + profile + ", servers=" + servers.length + (closed ? ", closed]" : "]");
  }

  private long open() {
    if (closed) {
      throw new IllegalStateException("the ring is closed");
    }
    return handle;
  }

  private char[] found(byte[] keys, int[] ends) {
    try {
      return NativeMethods.Ring_locate_indexes(open(), keys, ends);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private int[] indexes(Packed keys) {
    int[] indexes = new int[keys.ends().length];
    locateIndexes(keys.bytes(), keys.ends(), indexes);
    return indexes;
  }

  private List<String> located(Packed keys) {
    char[] found = found(keys.bytes(), keys.ends());
    String[] located = new String[found.length];
    for (int i = 0; i < found.length; i++) {
      located[i] = found[i] == NO_SERVER ? null : servers[found[i]];
    }
    return Arrays.asList(located);
  }

  static String[] texts(Collection<String> texts, String name) {
    return Objects.requireNonNull(texts, name).toArray(new String[0]);
  }
}
