package org.polyring;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Says which servers may be spoken to, and where a key goes meanwhile. It is told what was seen of
 * each server, and when, and answers from that alone: it reads no clock, does no I/O and keeps no
 * key. A {@link Client} has one inside; this is for those who write a client of their own.
 *
 * <pre>{@code
 * try (Health health = Health.builder().servers("10.0.0.1", "10.0.0.2").build()) {
 *   Duration now = Duration.ofNanos(System.nanoTime());
 *   health.report("10.0.0.2", Seen.UNREACHED, now);
 *   Route route = health.route("user:17", now);
 *   if (route.server().isEmpty()) { ... } // its home is down, and it goes nowhere else
 * }
 * }</pre>
 *
 * <p>Times are those of one clock that never goes back, to the microsecond; zero is any moment. A
 * time before that of the last call counts as that. The same events at the same times give the same
 * states, the same decisions and the same log, in every process and every language.
 *
 * <p>Servers are told by their index in the list, or as {@link #servers()} spells them. Every method
 * that takes one throws {@link InvalidArgumentException} if there is no such server, or more than
 * one, and {@link IllegalStateException} once the health is closed.
 *
 * <p>Threads take turns: a call waits for that of another one. The memory of a health lies outside
 * the Java heap. It is given back when nothing refers to the health any more; {@link #close()} only
 * ends its use.
 */
public final class Health implements AutoCloseable {
  private static final long UNKNOWN = -1;

  private final long handle;
  private final String profile;
  private final String[] servers;
  private final String[] gutter;
  private volatile boolean closed;

  /** Takes what native code made. */
  Health(long handle) {
    this.handle = handle;
    Release.after(this, NativeMethods::delete_Health, handle);
    profile = NativeMethods.Health_profile(handle);
    servers = NativeMethods.Health_servers(handle);
    String[] others = NativeMethods.Health_gutter_servers(handle);
    gutter = others == null ? new String[0] : others;
    Reference.reachabilityFence(this);
  }

  /**
   * Makes a health.
   *
   * @return a builder without servers
   */
  public static HealthBuilder builder() {
    return new HealthBuilder();
  }

  /**
   * Tells what was seen of a server.
   *
   * @param server the server's index
   * @param seen what
   * @param now when
   */
  public void report(int server, Seen seen, Duration now) {
    report(server, null, seen, now, UNKNOWN);
  }

  /**
   * Tells what was seen of a server.
   *
   * @param server the server's index
   * @param seen what
   * @param now when
   * @param age of {@link Seen#PROBE_ANSWERED}, how long the server has been running at most: one
   *     that started after it went down is empty, and is {@link HealthState#UP} at once
   */
  public void report(int server, Seen seen, Duration now, Duration age) {
    report(server, null, seen, now, Micros.of(age, "age"));
  }

  /**
   * Tells what was seen of a server.
   *
   * @param server the server's spelling
   * @param seen what
   * @param now when
   */
  public void report(String server, Seen seen, Duration now) {
    report(0, named(server), seen, now, UNKNOWN);
  }

  /**
   * Tells what was seen of a server.
   *
   * @param server the server's spelling
   * @param seen what
   * @param now when
   * @param age as {@link #report(int, Seen, Duration, Duration)} takes it
   */
  public void report(String server, Seen seen, Duration now, Duration age) {
    report(0, named(server), seen, now, Micros.of(age, "age"));
  }

  private synchronized void report(int index, byte[] name, Seen seen, Duration now, long age) {
    int event = Objects.requireNonNull(seen, "seen").ordinal();
    try {
      NativeMethods.Health_report(open(), index, name, event, Micros.of(now, "now"), age);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Finds a server that is to be probed now, which is then {@link HealthState#PROBING} until
   * {@link Seen#PROBE_ANSWERED} or {@link Seen#PROBE_FAILED} is reported. Ask again for the next one.
   *
   * @param now the time
   * @return the server's index, or nothing
   */
  public synchronized OptionalInt due(Duration now) {
    try {
      int server = NativeMethods.Health_due(open(), Micros.of(now, "now"));
      return server < 0 ? OptionalInt.empty() : OptionalInt.of(server);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells when a server is to be probed next.
   *
   * @return the time, or nothing if none is waiting
   */
  public synchronized Optional<Duration> nextDue() {
    try {
      long next = NativeMethods.Health_next_due(open());
      return next == Long.MAX_VALUE ? Optional.empty() : Optional.of(Micros.of(next));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells how a server is.
   *
   * @param server the server's index
   * @return its vital signs
   */
  public VitalSigns signs(int server) {
    return signs(server, null);
  }

  /**
   * Tells how a server is.
   *
   * @param server the server's spelling
   * @return its vital signs
   */
  public VitalSigns signs(String server) {
    return signs(0, named(server));
  }

  private synchronized VitalSigns signs(int index, byte[] name) {
    try {
      return VitalSigns.of(NativeMethods.Health_signs(open(), index, name));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells where a key goes. That depends on which servers are not spoken to, not on what came before.
   *
   * @param key the key's bytes
   * @param now the time
   * @return the route
   * @throws InvalidKeyException if the profile's client refuses the key
   */
  public synchronized Route route(byte[] key, Duration now) {
    Objects.requireNonNull(key, "key");
    try {
      return Route.of(NativeMethods.Health_route(open(), key, Micros.of(now, "now")), servers,
          gutter);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells where a key goes.
   *
   * @param key the key's text
   * @param now the time
   * @return the route, as {@link #route(byte[], Duration)}
   * @throws InvalidKeyException if the profile's client refuses the key
   * @throws InvalidArgumentException if the text has a lone surrogate
   */
  public Route route(String key, Duration now) {
    return route(Text.encode(Objects.requireNonNull(key, "key"), "key"), now);
  }

  /**
   * Takes the lines out of the log. It keeps 1024; what is older is lost, and the first line says so.
   *
   * @return the lines, the oldest first, each with the time in microseconds:
   *     "5 10.0.0.2 UP -&gt; DOWN UNREACHED"; immutable
   */
  public synchronized List<String> log() {
    try {
      return NativeMethods.Health_log(open()).lines().toList();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells the servers, in the order in which they were given.
   *
   * @return the servers as they were spelled, without names, weights and attributes; immutable
   */
  public List<String> servers() {
    open();
    return List.of(servers);
  }

  /**
   * Tells the servers of the gutter, in the order in which they were given.
   *
   * @return the servers, as {@link #servers()}; none, if there is no gutter
   */
  public List<String> gutter() {
    open();
    return List.of(gutter);
  }

  /**
   * Tells the profile.
   *
   * @return its canonical name, as {@link Ring#profile()}
   */
  public String profile() {
    open();
    return profile;
  }

  /**
   * Ends the use of the health: later calls throw {@link IllegalStateException}, but for this one and
   * those of {@link Object}.
   */
  @Override
  public void close() {
    closed = true;
  }

  /** {@return a line for people} */
  @Override
  public String toString() {
    return "Health[profile=" + profile + ", servers=" + servers.length
        + (closed ? ", closed]" : "]");
  }

  private long open() {
    if (closed) {
      throw new IllegalStateException("the health is closed");
    }
    return handle;
  }

  private static byte[] named(String server) {
    return Text.encode(Objects.requireNonNull(server, "server"), "server");
  }
}
