package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.polyring.Client;
import org.polyring.ClientBuilder;
import org.polyring.Event;
import org.polyring.Item;
import org.polyring.Items;
import org.polyring.Outcome;
import org.polyring.PartialException;
import org.polyring.PolyringException;
import org.polyring.Ring;
import org.polyring.Statistics;
import org.polyring.Topology;

/** Does the calls that the live script tells, a JSON object a line, and answers in the same form. */
public final class Driver {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private static final Object NONE = new Object();

  private Client client;
  private Items<byte[]> items;
  private JsonObject request;
  private final List<Event> noticed = new ArrayList<>(); // that "events" has not told yet
  private final Map<String, String> states = new LinkedHashMap<>(); // by what events said

  private Driver() {}

  /**
   * Runs until the end of standard input.
   *
   * @param arguments none
   * @throws Exception if standard input cannot be read
   */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    Driver driver = new Driver();
    for (String line; (line = in.readLine()) != null;) {
      out.println(GSON.toJson(driver.answer(line)));
      out.flush();
    }
    driver.shut();
  }

  private JsonObject answer(String line) {
    try {
      request = JsonParser.parseString(line).getAsJsonObject();
      return answered(text("call"));
    } catch (PolyringException failure) {
      return with("failure", failed(failure));
    } catch (Exception failure) {
      return with("error",
          new JsonPrimitive(failure.getClass().getSimpleName() + ": " + failure.getMessage()));
    }
  }

  private JsonObject answered(String call) {
    switch (call) {
      case "open":
        return open();
      case "close":
        shut();
        return ok();
      case "get", "get_and_touch", "counter":
        return value(call);
      case "gets", "item":
        return item(call);
      case "get_many":
        return batch("found", () -> items.getMany(keys()), Driver::value);
      case "set_many":
        return batch("outcomes", () -> ttl() == null ? items.setMany(items())
            : items.setMany(items(), ttl()), Driver::plain);
      case "delete_many":
        return batch("outcomes", () -> items.deleteMany(keys()), Driver::plain);
      case "touch_many":
        return batch("outcomes", () -> items.touchMany(keys(), ttl()), Driver::plain);
      case "incr", "decr":
        return number(call);
      case "flush_all", "verbosity", "ping", "version", "stats", "dump":
        return servers(call);
      case "types":
        JsonObject types = with("written", typeOf(value(request.getAsJsonArray("value"))));
        types.add("read", typeOf(client.bytes().get(key())));
        return types;
      case "add_server":
        client.addServer(text("text"));
        return ok();
      case "remove_server":
        client.removeServer(text("text"));
        return ok();
      case "set_topology":
        if (has("object")) {
          try (Topology topology = Topology.parse(text("text"))) {
            client.setTopology(topology);
          }
        } else {
          client.setTopology(text("text"));
        }
        return ok();
      case "setting":
        return with("text", new JsonPrimitive(client.setting(text("name"))));
      case "hammer":
        return new Hammer(client, request).run();
      case "topology", "fingerprint", "locate":
        return with("text", new JsonPrimitive(told(call)));
      case "statistics":
        return with("servers", listed(client.statistics(), Driver::statistics));
      case "events":
        takeEvents();
        JsonObject told = with("events", listed(noticed, Driver::event));
        noticed.clear();
        return told;
      case "health":
        takeEvents();
        return with("state", new JsonPrimitive(states.getOrDefault(text("server"), "UP")));
      case "tick":
        client.tick(Duration.ofNanos((long) (request.get("budget").getAsDouble() * 1e9)));
        return ok();
      default:
        return with("outcome", plain(changed(call)));
    }
  }

  private JsonObject open() {
    shut();
    ClientBuilder builder = Client.builder();
    if (has("settings")) {
      request.getAsJsonObject("settings").entrySet()
          .forEach(it -> builder.setting(it.getKey(), it.getValue().getAsString()));
    }
    client = builder.url(has("servers") ? text("servers") : "").build(); // it takes any text
    items = client.bytes();
    noticed.clear();
    states.clear();
    return ok();
  }

  private void takeEvents() {
    for (Event it : client.events()) {
      noticed.add(it);
      if (it.kind().equals("HEALTH")) {
        states.put(it.server(), it.text().split(" -> ")[1].split(" ")[0]);
      }
    }
  }

  private void shut() {
    if (client != null) {
      client.close();
    }
    client = null;
  }

  private JsonObject value(String call) {
    byte[] key = key();
    Object found = NONE;
    if (call.equals("get")) {
      found = items.get(key, NONE);
    } else if (call.equals("counter")) {
      OptionalLong number = items.counter(key);
      found = number.isPresent() ? (Object) number.getAsLong() : NONE;
    } else {
      found = items.getAndTouch(key, ttl());
      found = found == null && items.gets(key) == null ? NONE : found;
    }
    return found == NONE ? miss() : with("value", value(found));
  }

  private static JsonPrimitive typeOf(Object value) {
    Class<?> type = value instanceof List ? List.class : value instanceof Map ? Map.class
        : value == null ? null : value.getClass();
    return new JsonPrimitive(type == null ? "null" : type.getSimpleName());
  }

  private JsonObject item(String call) {
    Item item = call.equals("gets") ? items.gets(key())
        : items.item(key(), seconds("vivify"), seconds("recache"));
    if (item == null) {
      return miss();
    }
    JsonObject out = with("value", value(item.value()));
    out.addProperty("cas", Long.toUnsignedString(item.cas()));
    if (call.equals("item")) {
      out.addProperty("ttl", item.ttl() == null ? -1 : item.ttl().toSeconds());
      out.addProperty("size", item.size());
      out.addProperty("won", item.won());
      out.addProperty("stale", item.stale());
      out.addProperty("already_won", item.alreadyWon());
    }
    return out;
  }

  private JsonObject number(String call) {
    long delta = whole("delta");
    boolean adds = call.equals("incr");
    OptionalLong number;
    if (has("initial")) {
      Duration ttl = ttl() == null ? Duration.ZERO : ttl();
      number = adds ? items.incr(key(), delta, whole("initial"), ttl)
          : items.decr(key(), delta, whole("initial"), ttl);
    } else {
      number = adds ? items.incr(key(), delta) : items.decr(key(), delta);
    }
    return number.isEmpty() ? miss()
        : with("number", new JsonPrimitive(Long.toUnsignedString(number.getAsLong())));
  }

  private Outcome changed(String call) {
    Duration ttl = ttl();
    Object value = has("value") ? value(request.getAsJsonArray("value")) : null;
    return switch (call) {
      case "set" -> ttl == null ? items.set(key(), value) : items.set(key(), value, ttl);
      case "add" -> ttl == null ? items.add(key(), value) : items.add(key(), value, ttl);
      case "replace" ->
          ttl == null ? items.replace(key(), value) : items.replace(key(), value, ttl);
      case "append" -> items.append(key(), value);
      case "prepend" -> items.prepend(key(), value);
      case "cas" -> {
        long cas = Long.parseUnsignedLong(text("cas"));
        yield ttl == null ? items.cas(key(), value, cas) : items.cas(key(), value, cas, ttl);
      }
      case "delete" -> items.delete(key());
      case "invalidate" -> items.invalidate(key(), ttl);
      case "touch" -> items.touch(key(), ttl);
      case "set_counter" -> ttl == null ? items.setCounter(key(), whole("number"))
          : items.setCounter(key(), whole("number"), ttl);
      default -> throw new IllegalArgumentException("no such call: " + call);
    };
  }

  private JsonObject servers(String call) {
    String on = has("server") ? text("server") : null;
    return pairs("servers", () -> switch (call) {
      case "flush_all" -> {
        Duration delay = has("delay") ? seconds("delay") : Duration.ZERO;
        yield on == null ? client.flushAll(delay) : client.flushAll(delay, on);
      }
      case "verbosity" -> on == null ? client.verbosity((int) whole("level"))
          : client.verbosity((int) whole("level"), on);
      case "ping" -> on == null ? client.ping() : client.ping(on);
      case "version" -> on == null ? client.version() : client.version(on);
      case "stats" -> {
        String arguments = has("arguments") ? text("arguments") : "";
        yield on == null ? client.stats(arguments) : client.stats(arguments, on);
      }
      default -> on == null ? client.dump() : client.dump(on);
    }, name -> name, Driver::plain);
  }

  private String told(String call) {
    if (call.equals("topology")) {
      try (Topology topology = client.topology()) {
        return topology.text();
      }
    }
    try (Ring ring = client.ring()) {
      return call.equals("locate") ? ring.locate(key()) : ring.fingerprint();
    }
  }

  // What many came to.

  private interface Call<K> {
    Map<K, ?> run();
  }

  private static JsonObject batch(String name, Call<byte[]> call,
      Function<Object, JsonElement> shown) {
    return pairs(name, call, Driver::base64, shown);
  }

  private static <K> JsonObject pairs(String name, Call<K> call, Function<K, String> named,
      Function<Object, JsonElement> shown) {
    JsonArray failures = new JsonArray();
    Map<K, ?> found;
    try {
      found = call.run();
    } catch (PartialException partial) {
      found = partial.found();
      partial.<K>failures().forEach((key, failure) -> pair(failures, named.apply(key),
          failed(failure)));
    }
    JsonArray pairs = new JsonArray();
    found.forEach((key, it) -> pair(pairs, named.apply(key), shown.apply(it)));
    JsonObject out = with(name, pairs);
    out.add("failures", failures);
    return out;
  }

  private static void pair(JsonArray to, String first, JsonElement second) {
    JsonArray pair = new JsonArray();
    pair.add(first);
    pair.add(second);
    to.add(pair);
  }

  // Forms of what is told.

  private static JsonElement plain(Object it) {
    return it instanceof Map ? GSON.toJsonTree(it) : new JsonPrimitive(it.toString());
  }

  private static JsonObject failed(PolyringException failure) {
    String name = failure.getClass().getSimpleName();
    JsonObject out = with("status", new JsonPrimitive(failure.status()));
    out.addProperty("class", name.replaceFirst("Exception$", "Error"));
    out.addProperty("server", failure.server());
    out.addProperty("stage", failure.stage());
    out.addProperty("text", failure.getMessage());
    out.addProperty("key", failure.key().map(Driver::base64).orElse(null));
    return out;
  }

  private static JsonObject statistics(Statistics it) {
    JsonObject out = with("server", new JsonPrimitive(it.server()));
    out.addProperty("exchanges", it.exchanges());
    out.addProperty("operations", it.operations());
    out.addProperty("hits", it.hits());
    out.addProperty("misses", it.misses());
    out.addProperty("bytes_sent", it.bytesSent());
    out.addProperty("bytes_received", it.bytesReceived());
    out.addProperty("connects", it.connects());
    out.addProperty("connect_failures", it.connectFailures());
    out.addProperty("connections", it.connections());
    out.addProperty("mismatches", it.mismatches());
    out.add("failures", GSON.toJsonTree(it.failures()));
    out.addProperty("state", it.state().name());
    out.addProperty("in_doubt", it.inDoubt());
    out.addProperty("refused", it.refused());
    out.addProperty("redirected", it.redirected());
    out.addProperty("probes", it.probes());
    return out;
  }

  private static JsonObject event(Event it) {
    JsonObject out = with("kind", new JsonPrimitive(it.kind()));
    out.addProperty("time", ChronoUnit.MICROS.between(Instant.EPOCH, it.time()) / 1e6);
    out.addProperty("server", it.server());
    out.addProperty("text", it.text());
    return out;
  }

  private static <T> JsonArray listed(List<T> all, Function<T, JsonElement> shown) {
    JsonArray out = new JsonArray();
    all.forEach(it -> out.add(shown.apply(it)));
    return out;
  }

  private static JsonArray value(Object value) {
    JsonArray out = new JsonArray();
    if (value == null) {
      out.add("none");
    } else if (value instanceof Boolean truth) {
      out.add("bool");
      out.add(truth);
    } else if (value instanceof Long || value instanceof Double) {
      out.add(value instanceof Long ? "int" : "float");
      out.add(value.toString());
    } else if (value instanceof String text) {
      out.add("text");
      out.add(text);
    } else if (value instanceof byte[] bytes) {
      out.add("bytes");
      out.add(base64(bytes));
    } else {
      JsonArray items = new JsonArray();
      out.add(value instanceof List ? "list" : "map");
      out.add(items);
      if (value instanceof List<?> list) {
        list.forEach(it -> items.add(value(it)));
      } else {
        ((Map<?, ?>) value).forEach((key, it) -> pair(items, (String) key, value(it)));
      }
    }
    return out;
  }

  private static Object value(JsonArray of) {
    return switch (of.get(0).getAsString()) {
      case "none" -> null;
      case "bool" -> of.get(1).getAsBoolean();
      case "int" -> Long.parseLong(of.get(1).getAsString());
      case "float" -> real(of.get(1).getAsString());
      case "text" -> of.get(1).getAsString();
      case "bytes" -> Base64.getDecoder().decode(of.get(1).getAsString());
      case "list" -> {
        List<Object> list = new ArrayList<>();
        of.get(1).getAsJsonArray().forEach(it -> list.add(value(it.getAsJsonArray())));
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        of.get(1).getAsJsonArray().forEach(it -> map.put(
            it.getAsJsonArray().get(0).getAsString(),
            value(it.getAsJsonArray().get(1).getAsJsonArray())));
        yield map;
      }
    };
  }

  /** Python writes inf and nan where Java has names for them. */
  private static double real(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  // Parts of the request.

  private boolean has(String name) {
    return request.has(name) && !request.get(name).isJsonNull();
  }

  private String text(String name) {
    return request.get(name).getAsString();
  }

  private long whole(String name) {
    return request.get(name).getAsLong();
  }

  private Duration seconds(String name) {
    return has(name) ? Duration.ofSeconds(whole(name)) : null;
  }

  private Duration ttl() {
    return seconds("ttl");
  }

  private byte[] key() {
    return Base64.getDecoder().decode(text("key"));
  }

  private List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>();
    request.getAsJsonArray("keys").forEach(it -> keys.add(unbased(it)));
    return keys;
  }

  private Map<byte[], Object> items() {
    Map<byte[], Object> items = new LinkedHashMap<>(); // none comes twice
    request.getAsJsonArray("items").forEach(it -> items.put(unbased(it.getAsJsonArray().get(0)),
        value(it.getAsJsonArray().get(1).getAsJsonArray())));
    return items;
  }

  private static byte[] unbased(JsonElement key) {
    return Base64.getDecoder().decode(key.getAsString());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static JsonObject with(String name, JsonElement value) {
    JsonObject out = new JsonObject();
    out.add(name, value);
    return out;
  }

  private static JsonObject ok() {
    return with("ok", new JsonPrimitive(true));
  }

  private static JsonObject miss() {
    return with("miss", new JsonPrimitive(true));
  }
}
