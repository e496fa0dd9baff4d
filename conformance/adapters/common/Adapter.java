import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the Java adapters share: the protocol polyring-adapter/1 and the server text. An adapter
 * overrides what its client can answer. An exception becomes "no" ("skip" for a list), Skip "skip".
 * Values of store and fetch are what Java has for the type, from byte[] to Map; null is a miss.
 */
abstract class Adapter {
  /** The client cannot express what was asked for. */
  static final class Skip extends Exception {
    private static final long serialVersionUID = 1;

    Skip(String why) {
      super(why);
    }
  }

  /** [name=]host[/ip][:port][:weight]; ip is "" and weight is null if the list gives none. */
  record Server(String host, String ip, int port, Integer weight, String text) {
    static Server parse(String text) throws Skip {
      if (text.startsWith("unix:")) throw new Skip("unix sockets");
      var m = java.util.regex.Pattern
          .compile("(\\[.*?\\]|[^:/=;]+)(?:/(\\[.*?\\]|[^:;]+))?(?::(\\d+))?(?::(\\d+))?")
          .matcher(text);
      if (!m.matches()) throw new Skip("names, attributes, fractional weights of servers");
      return new Server(m.group(1).replaceAll("[\\[\\]]", ""),
          m.group(2) == null ? "" : m.group(2).replaceAll("[\\[\\]]", ""),
          m.group(3) == null ? 11211 : Integer.parseInt(m.group(3)),
          m.group(4) == null ? null : Integer.valueOf(m.group(4)), text);
    }
  }

  abstract void servers(List<Server> servers) throws Exception;

  abstract int locate(byte[] key) throws Exception;

  abstract boolean set(byte[] key, byte[] value) throws Exception;

  byte[] get(byte[] key) throws Exception {
    throw new Skip("get");
  }

  /** What was found, by key; without multi-get, a client skips it. */
  Map<String, ?> many(List<String> keys) throws Exception {
    throw new Skip("many");
  }

  boolean store(byte[] key, Object value) throws Exception {
    throw new Skip("store");
  }

  Object fetch(byte[] key) throws Exception {
    throw new Skip("fetch");
  }

  long hash(String function, byte[] key) throws Exception {
    throw new Skip("hash");
  }

  /** The key as a Java program has it; bytes that are no UTF-8 cannot be expressed. */
  static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static byte[] decode(String word) {
    var bytes = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < word.length(); i++) {
      boolean escape = word.charAt(i) == '%';
      bytes.write(escape ? Integer.parseInt(word, i + 1, i + 3, 16) : word.charAt(i));
      i += escape ? 2 : 0;
    }
    return bytes.toByteArray();
  }

  private static String encode(byte[] bytes) {
    var text = new StringBuilder();
    for (byte b : bytes) {
      boolean plain = b >= 0 && (Character.isLetterOrDigit(b) || "-._~".indexOf(b) >= 0);
      text.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b));
    }
    return text.toString();
  }

  private static Object value(String type, byte[] bytes) throws Exception {
    if (type.equals("bytes")) return bytes;
    String text = text(bytes);
    Object value = switch (type) {
      case "text" -> text;
      case "int" -> Json.whole(text);
      case "float" -> Double.valueOf(text);
      case "bool", "list", "map" -> Json.read(text);
      case "null" -> null;
      default -> throw new Skip("values of the type " + type);
    };
    if (!name(value).equals(type)) throw new IllegalArgumentException("not a " + type);
    return value;
  }

  private static String name(Object value) {
    if (value == null) return "null";
    if (value instanceof byte[]) return "bytes";
    if (value instanceof String) return "text";
    if (value instanceof Double || value instanceof Float) return "float";
    if (value instanceof Boolean) return "bool";
    if (value instanceof List) return "list";
    if (value instanceof Map) return "map";
    return value instanceof Integer || value instanceof Long || value instanceof Short
        || value instanceof Byte ? "int" : "other";
  }

  private static String typed(Object value) {
    String name = name(value);
    String text = switch (name) {
      case "bytes" -> encode((byte[]) value);
      case "list", "map" -> encode(Json.write(value).getBytes(StandardCharsets.UTF_8));
      case "other" -> value.getClass().getName();
      default -> encode(value.toString().getBytes(StandardCharsets.UTF_8));
    };
    return "typed " + name + " " + text;
  }

  private String many(String[] words) throws Exception {
    var keys = new java.util.ArrayList<String>();
    for (String word : words) keys.add(text(decode(word)));
    Map<String, ?> found = many(keys);
    var answer = new StringBuilder("many");
    for (String key : keys) {
      byte[] value = (byte[]) found.get(key);
      answer.append(value == null ? " -" : " +" + encode(value));
    }
    return answer.toString();
  }

  private String answer(String verb, String[] words) throws Exception {
    switch (verb) {
      case "servers":
        var list = new java.util.ArrayList<Server>();
        for (String word : words) list.add(Server.parse(word));
        servers(list);
        return "ok";
      case "locate":
        return "at " + locate(decode(words[0]));
      case "set":
        byte[] bytes = decode(words.length > 1 ? words[1] : "");
        return set(decode(words[0]), bytes) ? "ok" : "no not stored";
      case "get":
        byte[] value = get(decode(words[0]));
        return value == null ? "miss" : "value " + encode(value);
      case "many":
        return many(words);
      case "store":
        if (words.length < 2) throw new Skip("a value without a type");
        Object typed = value(words[1], decode(words.length > 2 ? words[2] : ""));
        return store(decode(words[0]), typed) ? "ok" : "no not stored";
      case "fetch":
        Object found = fetch(decode(words[0]));
        return found == null ? "miss" : typed(found);
      case "hash":
        return "hash " + hash(words[0], decode(words.length > 1 ? words[1] : ""));
      default:
        return "skip " + verb;
    }
  }

  /** Serves until "bye"; hello is the client's reply to "hello" without that word. */
  void serve(String hello) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line; (line = in.readLine()) != null && !line.equals("bye");) {
      String[] all = line.split(" ", -1);
      String[] words = all.length > 1 ? Arrays.copyOfRange(all, 1, all.length) : new String[] {""};
      String reply;
      try {
        reply = all[0].equals("hello")
            ? "hello " + hello + " runtime=Java-" + System.getProperty("java.version")
            : answer(all[0], words);
      } catch (Skip why) {
        reply = "skip " + why.getMessage();
      } catch (Exception why) { // whatever the client raises: it refuses the key, or the list
        reply = (all[0].equals("servers") ? "skip " : "no ") + why.toString().replaceAll("[^!-~]+", " ");
      }
      System.out.println(reply);
      System.out.flush();
    }
  }
}
