package org.polyring;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Speaks to memcached servers, and to each about the keys that its ring has there.
 *
 * <pre>{@code
 * try (Client client = Client.connect("memcached://10.0.0.1,10.0.0.2/?timeout=250ms")) {
 *   client.set("user:17", Map.of("name", "Ada"), Duration.ofHours(1));
 *   Object user = client.get("user:17");
 * }
 * }</pre>
 *
 * <p><b>Keys</b> are bytes, 1 to 250 of them. A {@link String} stands for its UTF-8 bytes; for keys
 * that are no text there is {@link #bytes()}.
 *
 * <p><b>Values</b> are null, {@link Boolean}, {@link Byte}, {@link Short}, {@link Integer} and
 * {@link Long}, {@link Float} and {@link Double}, {@link String}, {@code byte[]}, and
 * {@link List}s of values and {@link Map}s from Strings to values, at most 64 in each other. Whole
 * numbers are read back as Long, the other ones as Double, lists and maps as mutable ones. Another
 * class is refused by name with {@link InvalidValueException}, and nothing is sent.
 *
 * <p><b>Times to live</b> count from now, in whole seconds; a part of one counts as one. Zero, and a
 * store without a time: for ever. A negative one: the item is gone at once.
 *
 * <p><b>Outcomes and failures.</b> What a completed operation came to is an {@link Outcome}, or a
 * value or nothing. What could not be completed throws, and never looks like a miss:
 * {@link InvalidKeyException} (the key is refused), {@link InvalidValueException},
 * {@link InvalidArgumentException} (with the status "TOO_LARGE": the value is above the limit; with
 * "NOT_SUPPORTED": the server's protocol cannot say it), {@link UnavailableException},
 * {@link UnknownException}, {@link ProtocolException}, {@link ServerException},
 * {@link MismatchException}. Calls on many keys or servers throw a {@link PartialException} if at
 * least one failed; it has what completed. With the setting on_error=miss reads of keys show as
 * misses what servers, the network or values that cannot be read are to blame for, but never a
 * refused key or argument. Every method throws {@link IllegalStateException} once the client is
 * closed.
 *
 * <p><b>Servers that fail.</b> A server that refuses connections, or does not answer three times in
 * a row, is down: calls about its keys throw {@link UnavailableException} at once, until it answers
 * probes and what it missed is undone. They ride along with other calls, and with {@link #tick}.
 * {@link ClientBuilder#onDead(OnDead)} has stand-ins; {@link #events()} tells of each change.
 *
 * <p>Any number of threads may use one client at the same time.
 */
public final class Client extends Items<String> implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final Items<byte[]> bytes;

  Client(byte[] servers, byte[] settings) {
    super(new Session(servers, settings));
    bytes = new BytesItems(session);
  }

  /**
   * Makes a client with the default settings, or those of a URL. It connects when it is first used.
   *
   * @param servers servers, separated by blanks, as a {@link Ring} takes them; or the text of a
   *     topology; or {@code memcached://server,server/?name=value&name=value}
   * @return the client
   * @throws InvalidServersException as {@link ClientBuilder#build()}
   * @throws InvalidArgumentException as {@link ClientBuilder#build()}
   */
  public static Client connect(String servers) {
    return new Client(Text.encode(Objects.requireNonNull(servers, "servers"), "servers"), NOTHING);
  }

  /**
   * Makes a client with settings.
   *
   * @return a builder without servers
   */
  public static ClientBuilder builder() {
    return new ClientBuilder();
  }

  /**
   * Deletes all items of every server.
   *
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> flushAll() {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_flush_all(it, 0, name), null);
  }

  /**
   * Deletes all items of every server.
   *
   * @param delay when: so long from now
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> flushAll(Duration delay) {
    byte[] name = NOTHING;
    long seconds = Session.seconds(delay, "delay");
    return told(it -> NativeMethods.Client_flush_all(it, seconds, name), null);
  }

  /**
   * Deletes all items of one server.
   *
   * @param delay when: so long from now
   * @param server the server as it is spelled, or its name
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> flushAll(Duration delay, String server) {
    byte[] name = named(server);
    long seconds = Session.seconds(delay, "delay");
    return told(it -> NativeMethods.Client_flush_all(it, seconds, name), null);
  }

  /**
   * Asks every server for its statistics.
   *
   * @param arguments what: "" for the general ones, or items, slabs, sizes, settings, ...
   * @return names and values, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Map<String, String>> stats(String arguments) {
    byte[] name = NOTHING;
    byte[] what = Text.encode(Objects.requireNonNull(arguments, "arguments"), "arguments");
    return told(it -> NativeMethods.Client_stats(it, what, name), Client::lines);
  }

  /**
   * Asks one server for its statistics.
   *
   * @param arguments what: "" for the general ones, or items, slabs, sizes, settings, ...
   * @param server the server as it is spelled, or its name
   * @return names and values, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Map<String, String>> stats(String arguments, String server) {
    byte[] name = named(server);
    byte[] what = Text.encode(Objects.requireNonNull(arguments, "arguments"), "arguments");
    return told(it -> NativeMethods.Client_stats(it, what, name), Client::lines);
  }

  /**
   * Asks every server for its version.
   *
   * @return the versions, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, String> version() {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_version(it, name), String::valueOf);
  }

  /**
   * Asks one server for its version.
   *
   * @param server the server as it is spelled, or its name
   * @return the versions, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, String> version(String server) {
    byte[] name = named(server);
    return told(it -> NativeMethods.Client_version(it, name), String::valueOf);
  }

  /**
   * Asks every server for what it knows of each item, without the values.
   *
   * @return a text of a line a key, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, String> dump() {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_dump(it, name), String::valueOf);
  }

  /**
   * Asks one server for what it knows of each item, without the values.
   *
   * @param server the server as it is spelled, or its name
   * @return a text of a line a key, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, String> dump(String server) {
    byte[] name = named(server);
    return told(it -> NativeMethods.Client_dump(it, name), String::valueOf);
  }

  /**
   * Tells every server how much to log.
   *
   * @param level how much it is to write to its log
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> verbosity(int level) {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_verbosity(it, level, name), null);
  }

  /**
   * Tells one server how much to log.
   *
   * @param level how much it is to write to its log
   * @param server the server as it is spelled, or its name
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> verbosity(int level, String server) {
    byte[] name = named(server);
    return told(it -> NativeMethods.Client_verbosity(it, level, name), null);
  }

  /**
   * Asks every server for nothing but an answer.
   *
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> ping() {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_ping(it, name), null);
  }

  /**
   * Asks one server for nothing but an answer.
   *
   * @param server the server as it is spelled, or its name
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> ping(String server) {
    byte[] name = named(server);
    return told(it -> NativeMethods.Client_ping(it, name), null);
  }

  /**
   * Gives the client another topology. Calls of other threads that are running end on the old one;
   * servers that are in both keep their connections and statistics. On failure nothing changes.
   *
   * <p>A topology has its own profile, which must be that of {@link ClientBuilder#profile(String)}
   * if the client was made with it. Its settings are for clients that are made with it.
   *
   * @param text servers, separated by blanks (the profile stays), or the text of a topology
   * @throws InvalidArgumentException if it is a URL, has an epoch below the client's, or another
   *     profile than the client was given; and as {@link ClientBuilder#build()}
   */
  public void setTopology(String text) {
    byte[] bytes = Text.encode(Objects.requireNonNull(text, "text"), "text");
    session.call(it -> NativeMethods.Client_set_topology(it, bytes));
  }

  /**
   * Gives the client another topology, as {@link #setTopology(String)} does.
   *
   * @param topology the topology
   * @throws InvalidArgumentException if it has an epoch below the client's, or another profile than
   *     the client was given
   */
  public void setTopology(Topology topology) {
    setTopology(topology.text());
  }

  /**
   * Adds a server at the end of the list. The epoch grows by one.
   *
   * @param server the server, as a {@link Ring} takes it
   * @throws InvalidServersException as {@link ClientBuilder#build()}
   */
  public void addServer(String server) {
    byte[] name = named(server);
    session.call(it -> NativeMethods.Client_add_server(it, name));
  }

  /**
   * Removes a server. The epoch grows by one.
   *
   * @param server the server as it is spelled, or its name
   * @throws InvalidArgumentException if there is no such server, more than one, or no other one
   */
  public void removeServer(String server) {
    byte[] name = named(server);
    session.call(it -> NativeMethods.Client_remove_server(it, name));
  }

  /**
   * Copies the topology that calls use now.
   *
   * @return the topology
   */
  public Topology topology() {
    return new Topology(session.call(NativeMethods::Client_topology));
  }

  /**
   * Copies the ring that calls use now.
   *
   * @return the ring
   */
  public Ring ring() {
    return new Ring(session.call(NativeMethods::Client_ring));
  }

  /**
   * Tells what the client did.
   *
   * @return an entry a server, in the order of the list; immutable
   */
  public List<Statistics> statistics() {
    return Statistics.list(session.call(NativeMethods::Client_statistics));
  }

  /**
   * Takes the events out of their queue. It holds 256; what is older is forgotten.
   *
   * @return the events, the oldest first; immutable
   */
  public List<Event> events() {
    return Event.list(session.call(NativeMethods::Client_events));
  }

  /**
   * Goes on with what the client does beside its calls: it probes servers that are down, and undoes
   * what they missed. Each call does that too, so that only idle programs need this, some ten times
   * a second. It returns when nothing is on its way, or when the time is over; what is not done by
   * then goes on with the next call.
   *
   * @param budget how long it may take
   */
  public void tick(Duration budget) {
    long micros = Micros.of(budget, "budget");
    session.call(it -> {
      NativeMethods.Client_tick(it, micros);
      return null;
    });
  }

  /**
   * Tells a setting.
   *
   * @param name its name, such as "read_timeout"
   * @return its value in canonical spelling, times in microseconds: "250000us"; null: there is no
   *     such setting
   */
  public String setting(String name) {
    byte[] bytes = Text.encode(Objects.requireNonNull(name, "name"), "name");
    return session.call(it -> NativeMethods.Client_setting(it, bytes));
  }

  /**
   * Ends the use of the client. Calls that other threads have under way end as if nothing had
   * happened, and the last of them closes the connections. A client that nothing refers to any more
   * is closed too.
   */
  @Override
  public void close() {
    session.close();
  }

  /**
   * Shows this client with keys that are bytes.
   *
   * @return the same client; it ends with this one. Maps that its calls return find keys by the bytes
   *     that are in them
   */
  public Items<byte[]> bytes() {
    return bytes;
  }

  /** {@return a line for people} */
  @Override
  public String toString() {
    return "Client" + (session.isClosed() ? "[closed]" : ring().servers());
  }

  @Override
  byte[] bytes(String key) {
    return Text.encode(Objects.requireNonNull(key, "key"), "key");
  }

  @Override
  <V> Map<String, V> map(int size) {
    return new LinkedHashMap<>(size + size / 3 + 1); // it is filled to three quarters
  }

  private static byte[] named(String server) {
    if (server.isEmpty()) {
      throw new InvalidArgumentException(PolyringException.INVALID_ARGUMENT,
          "a server is not named by an empty text", "", -1);
    }
    return Text.encode(server, "server");
  }

  /** What a server says is read by a function of it; the outcome, if that is null. */
  private <T> Map<String, T> told(LongFunction<byte[]> method, Function<Object, T> reader) {
    Results<String, T> results = new Results<>(map(0), map(0), false,
        reader == null ? null : answer -> reader.apply(answer.value()));
    Answer answer = new Answer(session.call(method));
    int count = 0;
    for (; answer.hasMore(); count++) {
      int status = answer.number();
      results.add(answer.text(), null, status, answer);
    }
    return results.whole(count);
  }

  private static Map<String, String> lines(Object text) {
    Map<String, String> lines = new LinkedHashMap<>();
    text.toString().lines().forEach(line -> {
      int blank = line.indexOf(' ');
      lines.put(blank < 0 ? line : line.substring(0, blank), line.substring(blank + 1));
    });
    return Collections.unmodifiableMap(lines);
  }
}
