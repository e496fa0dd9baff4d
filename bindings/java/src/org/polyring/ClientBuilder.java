package org.polyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Says how a {@link Client} is to be. What is not said stays at its default, or is as the URL says.
 * Wrong values are refused by {@link #build()}. Not for use by many threads at the same time.
 */
public final class ClientBuilder extends PolicyBuilder<ClientBuilder> {
  private static final String PLAIN = "-._~/:,";

  private String servers = "";
  private final Map<String, String> settings = new LinkedHashMap<>();

  ClientBuilder() {}

  /**
   * Sets the servers; it takes the place of a URL or topology set before.
   *
   * @param servers one server each, as a {@link Ring} takes them
   * @return this
   * @throws InvalidServersException if one is empty or has a blank inside
   */
  public ClientBuilder servers(String... servers) {
    for (String server : Objects.requireNonNull(servers, "servers")) {
      if (server.isEmpty() || server.chars().anyMatch(c -> c <= ' ')) {
        throw new InvalidServersException("INVALID_SERVERS",
            "each server is one text without blanks, and one is \"" + server + "\"", "", -1);
      }
    }
    this.servers = String.join(" ", servers);
    return this;
  }

  /**
   * Sets servers, profile and all that a topology has; it takes the place of servers or a URL.
   *
   * @param topology the topology
   * @return this
   */
  public ClientBuilder topology(Topology topology) {
    servers = topology.text();
    return this;
  }

  /**
   * Sets servers and settings; it takes the place of servers or a topology set before.
   *
   * @param url {@code memcached://server,server/?name=value&name=value}
   * @return this
   */
  public ClientBuilder url(String url) {
    servers = Objects.requireNonNull(url, "url");
    return this;
  }

  /**
   * Sets how keys are placed. A topology brings its own profile, and only the same one is taken
   * where this was called.
   *
   * @param profile the text of a profile; ketama is the default
   * @return this
   */
  public ClientBuilder profile(String profile) {
    return setting("profile", profile);
  }

  /**
   * Sets how long a call may take in all.
   *
   * @param time the time
   * @return this
   */
  public ClientBuilder timeout(Duration time) {
    return time("timeout", time);
  }

  /**
   * Sets how long a read may take in all.
   *
   * @param time the time; 250 ms is the default
   * @return this
   */
  public ClientBuilder readTimeout(Duration time) {
    return time("read_timeout", time);
  }

  /**
   * Sets how long a change may take in all.
   *
   * @param time the time; 500 ms is the default
   * @return this
   */
  public ClientBuilder writeTimeout(Duration time) {
    return time("write_timeout", time);
  }

  /**
   * Sets how long resolving and connecting may take, as a part of the call's time.
   *
   * @param time the time; 100 ms is the default
   * @return this
   */
  public ClientBuilder connectTimeout(Duration time) {
    return time("connect_timeout", time);
  }

  /**
   * Sets after what time connections that nobody uses are closed.
   *
   * @param time the time; one minute is the default
   * @return this
   */
  public ClientBuilder idleTimeout(Duration time) {
    return time("idle_timeout", time);
  }

  /**
   * Sets how many connections there are to each server at most.
   *
   * @param count the number; 64 is the default
   * @return this
   */
  public ClientBuilder maxConnections(int count) {
    return number("max_connections", count);
  }

  /**
   * Sets how large a value may be, as it lies on the server.
   *
   * @param bytes the size in bytes; 1,048,576 is the default
   * @return this
   */
  public ClientBuilder maxValue(long bytes) {
    return number("max_value", bytes);
  }

  /**
   * Sets the protocol.
   *
   * @param protocol auto (the default: each server is asked once), meta or text
   * @return this
   */
  public ClientBuilder protocol(String protocol) {
    return setting("protocol", protocol);
  }

  /**
   * Sets how values are written.
   *
   * @param dialect portable (the default) or raw
   * @return this
   */
  public ClientBuilder dialect(String dialect) {
    return setting("dialect", dialect);
  }

  /**
   * Sets how large values are compressed.
   *
   * @param method zlib (the default), zstd or none
   * @return this
   */
  public ClientBuilder compress(String method) {
    return setting("compress", method);
  }

  /**
   * Sets from which size on values are compressed.
   *
   * @param bytes the size in bytes; 2000 is the default
   * @return this
   */
  public ClientBuilder compressFrom(long bytes) {
    return number("compress_from", bytes);
  }

  /**
   * Sets whether bytes that others wrote, and that are valid UTF-8, are read as text.
   *
   * @param does whether; false is the default
   * @return this
   */
  public ClientBuilder decodeText(boolean does) {
    return setting("decode_text", Boolean.toString(does));
  }

  /**
   * Sets what failed reads do.
   *
   * @param what raise (the default), or miss: they look like misses, but for refused keys and
   *     arguments
   * @return this
   */
  public ClientBuilder onError(String what) {
    return setting("on_error", what);
  }

  /**
   * Sets what is done where a server knows another topology.
   *
   * @param what warn (the default: an {@link Event}), refuse or ignore
   * @return this
   */
  public ClientBuilder onMismatch(String what) {
    return setting("on_mismatch", what);
  }

  /**
   * Sets whether the topology is written to servers that know none.
   *
   * @param does whether; true is the default
   * @return this
   */
  public ClientBuilder announce(boolean does) {
    return setting("announce", Boolean.toString(does));
  }

  /**
   * Sets the servers that keys of a dead server go to with {@link OnDead#GUTTER}.
   *
   * @param servers as in a list, with blanks or commas between them
   * @return this builder
   */
  public ClientBuilder gutter(String servers) {
    return setting("gutter", servers);
  }

  /**
   * Sets how long after a server is back what is missing there is asked of the stand-in, with
   * {@link Rejoin#WARM}.
   *
   * @param time 1 ms to 24 h; at first 60 s
   * @return this builder
   */
  public ClientBuilder warmTime(Duration time) {
    return time("warm_time", time);
  }

  /**
   * Sets how many operations may be on their way to a server before a further call fails at once.
   *
   * @param count from 1 on; at first 1024
   * @return this builder
   */
  public ClientBuilder maxInFlight(int count) {
    return number("max_in_flight", count);
  }

  /**
   * Sets a setting by its name, which all languages share. A second value replaces the first.
   *
   * @param name the name, such as "read_timeout", or "topology" for the path of a topology file
   * @param value the value, such as "250ms"
   * @return this
   */
  public ClientBuilder setting(String name, String value) {
    settings.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Makes the client. It connects when it is first used.
   *
   * @return the client
   * @throws InvalidArgumentException if a setting is unknown or its value wrong; with the status
   *     "NOT_SUPPORTED" if the library was built without what is asked
   * @throws InvalidServersException as {@link Ring#Ring(String, String)}
   * @throws InvalidProfileException as {@link Ring#Ring(String, String)}
   * @throws InvalidTopologyException as {@link Topology#parse(String)}
   */
  public Client build() {
    StringBuilder text = new StringBuilder();
    settings.forEach((name, value) -> {
      text.append(text.isEmpty() ? "" : "&").append(percent(name)).append('=')
          .append(percent(value));
    });
    return new Client(Text.encode(servers, "servers"), text.toString().getBytes(UTF_8));
  }

  @Override
  ClientBuilder column(String name, long number, String text) {
    return setting(name, text);
  }

  private ClientBuilder time(String name, Duration time) {
    return setting(name, Micros.of(time, name) + "us");
  }

  private ClientBuilder number(String name, long number) {
    return setting(name, Long.toString(number));
  }

  private static String percent(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : Text.encode(text, "a setting")) {
      char c = (char) (b & 0xFF);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
        out.append(c);
      } else {
        out.append(String.format("%%%02X", (int) c));
      }
    }
    return out.toString();
  }
}
