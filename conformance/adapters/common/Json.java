import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists and maps as JSON, which Java has no class for. */
final class Json {
  private static final int DEPTH = 64;
  private static final String ESCAPES = "\"\\/bfnrt";
  private static final String ESCAPED = "\"\\/\b\f\n\r\t";

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object read(String text) {
    var json = new Json(text);
    Object value = json.value(0);
    if (json.next() != 0) throw json.wrong();
    return value;
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("not JSON, at " + at);
  }

  /** The next letter that is no blank, 0 at the end. */
  private char next() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    return at < text.length() ? text.charAt(at) : 0;
  }

  private boolean take(String word) {
    next();
    boolean found = text.startsWith(word, at);
    at += found ? word.length() : 0;
    return found;
  }

  private Object value(int depth) {
    if (depth > DEPTH) throw wrong();
    if (take("[")) return list(depth);
    if (take("{")) return map(depth);
    if (take("\"")) return string();
    if (take("true")) return true;
    if (take("false")) return false;
    return take("null") ? null : number();
  }

  private List<Object> list(int depth) {
    var list = new ArrayList<Object>();
    while (!take("]")) {
      if (!list.isEmpty() && !take(",")) throw wrong();
      list.add(value(depth + 1));
    }
    return list;
  }

  private Map<String, Object> map(int depth) {
    var map = new LinkedHashMap<String, Object>();
    while (!take("}")) {
      if (!map.isEmpty() && !take(",") || !take("\"")) throw wrong();
      String key = string();
      if (!take(":")) throw wrong();
      map.put(key, value(depth + 1));
    }
    return map;
  }

  private String string() {
    var string = new StringBuilder();
    for (; text.charAt(at) != '"'; at++) {
      char letter = text.charAt(at);
      if (letter == '\\' && text.charAt(++at) == 'u') {
        letter = (char) Integer.parseInt(text, at + 1, at + 5, 16);
        at += 4;
      } else if (letter == '\\') {
        letter = ESCAPED.charAt(ESCAPES.indexOf(text.charAt(at)));
      }
      string.append(letter);
    }
    at++;
    return string.toString();
  }

  private Object number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
    String digits = text.substring(start, at);
    return digits.matches("-?\\d+") ? whole(digits) : (Object) Double.valueOf(digits);
  }

  /** As a program writes it: an int, unless it needs a long. */
  static Object whole(String digits) {
    long number = Long.parseLong(digits);
    return number == (int) number ? (Object) (int) number : (Object) number;
  }

  static String write(Object value) {
    var parts = new ArrayList<String>();
    if (value instanceof List<?> list) {
      for (Object item : list) parts.add(write(item));
      return "[" + String.join(",", parts) + "]";
    }
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> parts.add(write(String.valueOf(key)) + ":" + write(item)));
      return "{" + String.join(",", parts) + "}";
    }
    if (value == null || value instanceof Number || value instanceof Boolean) return "" + value;
    var string = new StringBuilder("\"");
    for (char letter : value.toString().toCharArray()) {
      if (letter < ' ' || letter == '"' || letter == '\\') {
        string.append(String.format("\\u%04x", (int) letter));
      } else {
        string.append(letter);
      }
    }
    return string + "\"";
  }
}
