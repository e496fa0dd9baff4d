package org.polyring;

import java.lang.ref.Reference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the programs of one pool must agree on: profile, servers, settings, and an epoch, which
 * counts its versions. As a text it is one JSON document.
 *
 * <pre>{@code
 * try (Topology topology = Topology.parse(Files.readString(path)); Ring ring = topology.ring()) {
 *   String server = ring.locate("user:17");
 * }
 * }</pre>
 *
 * <p>Servers and profile are those of a {@link Ring}; no two servers have the same name. Topologies
 * are equal if their canonical texts are.
 *
 * <p>A topology never changes; any number of threads may use one at the same time. Its memory lies
 * outside the Java heap and is given back when nothing refers to the topology any more;
 * {@link #close()} only ends its use.
 */
public final class Topology implements AutoCloseable {
  private final long handle;
  private final String profile;
  private final long epoch;
  private final String text;
  private volatile boolean closed;

  /**
   * Makes a topology with the profile {@link Ring#DEFAULT_PROFILE} and the epoch 0.
   *
   * @param servers the servers, separated by blanks
   * @throws InvalidServersException if the list is empty, a server is malformed, or two have one
   *     name; the message names the server
   * @throws InvalidArgumentException if there are more than 65535 servers
   */
  public Topology(String servers) {
    this(servers, Ring.DEFAULT_PROFILE, 0);
  }

  /**
   * Makes a topology with the profile {@link Ring#DEFAULT_PROFILE} and the epoch 0 from a list.
   *
   * @param servers one server each; a blank inside one is an error
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidArgumentException as {@link #Topology(String)}
   */
  public Topology(List<String> servers) {
    this(servers, Ring.DEFAULT_PROFILE, 0);
  }

  /**
   * Makes a topology with the epoch 0.
   *
   * @param servers the servers, separated by blanks
   * @param profile the text of a profile
   * @throws InvalidProfileException as {@link Ring#Ring(String, String)}
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidArgumentException as {@link #Topology(String)}
   */
  public Topology(String servers, String profile) {
    this(servers, profile, 0);
  }

  /**
   * Makes a topology with the epoch 0 from a list.
   *
   * @param servers one server each; a blank inside one is an error
   * @param profile the text of a profile
   * @throws InvalidProfileException as {@link Ring#Ring(String, String)}
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidArgumentException as {@link #Topology(String)}
   */
  public Topology(List<String> servers, String profile) {
    this(servers, profile, 0);
  }

  /**
   * Makes a topology without settings.
   *
   * @param servers the servers, separated by blanks
   * @param profile the text of a profile
   * @param epoch the number of this version, from 0 to 2^53 - 1
   * @throws InvalidProfileException as {@link Ring#Ring(String, String)}
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidArgumentException as {@link #Topology(String)}, or for another epoch
   */
  public Topology(String servers, String profile, long epoch) {
    this(new Packed(encoded(servers, "servers"), null), profile, epoch);
  }

  /**
   * Makes a topology without settings from a list.
   *
   * @param servers one server each; a blank inside one is an error
   * @param profile the text of a profile
   * @param epoch the number of this version, from 0 to 2^53 - 1
   * @throws InvalidProfileException as {@link Ring#Ring(String, String)}
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidArgumentException as {@link #Topology(String)}, or for another epoch
   */
  public Topology(List<String> servers, String profile, long epoch) {
    this(Packed.of(Ring.texts(servers, "servers"), "servers"), profile, epoch);
  }

  private Topology(Packed servers, String profile, long epoch) {
    this(NativeMethods.new_Topology(servers.bytes(), servers.ends(), encoded(profile, "profile"),
        epoch));
  }

  /** Takes what native code made. */
  Topology(long handle) {
    this.handle = handle;
    Release.after(this, NativeMethods::delete_Topology, handle);
    profile = NativeMethods.Topology_profile(handle);
    epoch = NativeMethods.Topology_epoch(handle);
    text = NativeMethods.Topology_text(handle);
    Reference.reachabilityFence(this);
  }

  /**
   * Reads a topology. Messages of exceptions begin with line and column of the offence, and their
   * position is its offset in the text.
   *
   * @param text a JSON document
   * @return the topology
   * @throws InvalidTopologyException if the text is no topology
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidProfileException as {@link Ring#Ring(String, String)}
   * @throws InvalidArgumentException if the text is above 8 MiB, has more than 65535 servers or a
   *     lone surrogate; with the status "NOT_SUPPORTED" if the library was built without JSON
   */
  public static Topology parse(String text) {
    return parse(encoded(text, "text"));
  }

  /**
   * Reads a topology from bytes.
   *
   * @param text a JSON document in UTF-8
   * @return the topology
   * @throws InvalidTopologyException as {@link #parse(String)}
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidProfileException as {@link Ring#Ring(String, String)}
   * @throws InvalidArgumentException as {@link #parse(String)}
   */
  public static Topology parse(byte[] text) {
    return new Topology(NativeMethods.Topology_parse(Objects.requireNonNull(text, "text")));
  }

  /**
   * Tells the topology's profile.
   *
   * @return its canonical name: without alias, and with those overrides that change something
   * @throws IllegalStateException if the topology is closed
   */
  public String profile() {
    open();
    return profile;
  }

  /**
   * Tells the number of this version.
   *
   * @return the epoch
   * @throws IllegalStateException if the topology is closed
   */
  public long epoch() {
    open();
    return epoch;
  }

  /**
   * Tells the servers.
   *
   * @return them in canonical spelling, with names, weights and attributes; immutable
   * @throws IllegalStateException if the topology is closed
   */
  public List<String> servers() {
    try {
      return List.of(NativeMethods.Topology_servers(open()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells the settings.
   *
   * @return them by their names, ascending; a number is there in decimal, a truth value as "true" or
   *     "false". Immutable
   * @throws IllegalStateException if the topology is closed
   */
  public Map<String, String> settings() {
    try {
      String[] texts = NativeMethods.Topology_settings(open());
      Map<String, String> settings = new LinkedHashMap<>();
      for (int i = 0; i < texts.length; i += 2) {
        settings.put(texts[i], texts[i + 1]);
      }
      return Collections.unmodifiableMap(settings);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells the canonical text.
   *
   * @return a JSON document that makes an equal topology
   * @throws IllegalStateException if the topology is closed
   */
  public String text() {
    open();
    return text;
  }

  /**
   * Digests the canonical text.
   *
   * @return its SHA-256, in hexadecimal
   * @throws IllegalStateException if the topology is closed
   */
  public String digest() {
    try {
      return NativeMethods.Topology_digest(open());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes the ring of this topology.
   *
   * @return a ring of its own life; server i of the one is server i of the other
   * @throws InvalidServersException if the profile's client does not take these servers
   * @throws InvalidArgumentException if weights make more than 2^25 points
   * @throws IllegalStateException if the topology is closed
   */
  public Ring ring() {
    try {
      return new Ring(NativeMethods.Topology_ring(open()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes a topology with other servers and the next epoch; profile and settings stay.
   *
   * @param servers the servers, separated by blanks
   * @return the topology
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidArgumentException as {@link #Topology(String)}, or if there is no next epoch
   * @throws IllegalStateException if the topology is closed
   */
  public Topology withServers(String servers) {
    return with(new Packed(encoded(servers, "servers"), null));
  }

  /**
   * Makes a topology with another list of servers and the next epoch; profile and settings stay.
   *
   * @param servers one server each; a blank inside one is an error
   * @return the topology
   * @throws InvalidServersException as {@link #Topology(String)}
   * @throws InvalidArgumentException as {@link #Topology(String)}, or if there is no next epoch
   * @throws IllegalStateException if the topology is closed
   */
  public Topology withServers(List<String> servers) {
    return with(Packed.of(Ring.texts(servers, "servers"), "servers"));
  }

  private Topology with(Packed servers) {
    try {
      return new Topology(
          NativeMethods.Topology_with_servers(open(), servers.bytes(), servers.ends()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes a topology, of the next epoch, in which a bucket belongs to another server. It is for
   * profiles of the layout buckets; no other keys move.
   *
   * @param bucket the bucket
   * @param server a name, or else a place as in {@link #servers()}
   * @return the topology
   * @throws InvalidArgumentException for another layout, or if there is no such bucket or server
   * @throws InvalidServersException as {@link #ring()}
   * @throws IllegalStateException if the topology is closed
   */
  public Topology moveBucket(long bucket, String server) {
    byte[] name = encoded(server, "server");
    try {
      return new Topology(NativeMethods.Topology_move_bucket(open(), bucket, name));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Lists what changes from this topology to another one.
   *
   * @param other the other one
   * @return the changes, ordered by kind; immutable
   * @throws IllegalStateException if either topology is closed
   */
  public List<Change> diff(Topology other) {
    Objects.requireNonNull(other, "other");
    try {
      return NativeMethods.Topology_diff(open(), other.open()).changes();
    } finally {
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(other);
    }
  }

  /**
   * Ends the use of the topology: later calls throw {@link IllegalStateException}, but for this one
   * and those of {@link Object}. Calls that other threads have under way end well.
   */
  @Override
  public void close() {
    closed = true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Topology that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** {@return a line for people} */
  @Override
  public String toString() {
    return "Topology[profile=" + profile + ", epoch=" + epoch + (closed ? ", closed]" : "]");
  }

  private long open() {
    if (closed) {
      throw new IllegalStateException("the topology is closed");
    }
    return handle;
  }

  private static byte[] encoded(String text, String name) {
    return Text.encode(Objects.requireNonNull(text, name), name);
  }
}
