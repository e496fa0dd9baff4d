package org.polyring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes values as the sequences of {@code polyring/value.h}. {@link Answer} reads them. */
final class Sequence {
  private static final int MAX_BYTES = 1 << 30;
  private static final int MAX_ALL = Integer.MAX_VALUE - 8;
  private static final int MAX_VALUES = 1 << 20;
  private static final int MAX_DEPTH = 64;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;
  private int start;
  private int values;

  /** An empty one, which writes to these bytes as long as they are enough. */
  Sequence(byte[] room) {
    bytes = room;
  }

  /** What was written lies here, from 0 to {@link #size}. */
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** Adds a key and a value, each behind its size. */
  void pair(byte[] key, Object value) {
    start = size;
    number(key.length);
    room(key.length);
    System.arraycopy(key, 0, bytes, size, key.length);
    size += key.length;
    number(0);
    start = size;
    values = 0;
    put(value, 0);
    INT.set(bytes, start - 4, size - start);
  }

  private void number(int number) {
    room(4);
    INT.set(bytes, size, number);
    size += 4;
  }

  /** One value as one sequence. */
  static byte[] of(Object value) {
    if (value instanceof String text) {
      return headed('S', encoded(text));
    }
    if (value instanceof byte[] part) {
      return headed('B', part);
    }
    Sequence sequence =
        new Sequence(new byte[value instanceof List || value instanceof Map ? 256 : 9]);
    sequence.put(value, 0);
    return sequence.done();
  }

  private static byte[] headed(char tag, byte[] part) {
    if (part.length > MAX_BYTES - 5) {
      throw tooLarge("bytes");
    }
    byte[] whole = new byte[5 + part.length];
    whole[0] = (byte) tag;
    INT.set(whole, 1, part.length);
    System.arraycopy(part, 0, whole, 5, part.length);
    return whole;
  }

  private byte[] done() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void put(Object value, int depth) {
    if (++values > MAX_VALUES) {
      throw tooLarge("values");
    }
    if (value == null) {
      tag('N', 0);
    } else if (value instanceof String text) {
      part('S', encoded(text));
    } else if (value instanceof Boolean truth) {
      tag(truth ? 'T' : 'F', 0);
    } else if (value instanceof Long || value instanceof Integer || value instanceof Short
        || value instanceof Byte) {
      whole('I', ((Number) value).longValue());
    } else if (value instanceof Double || value instanceof Float) {
      whole('D', Double.doubleToRawLongBits(((Number) value).doubleValue()));
    } else if (value instanceof byte[] part) {
      part('B', part);
    } else if (value instanceof List<?> list) {
      list(list, depth);
    } else if (value instanceof Map<?, ?> map) {
      map(map, depth);
    } else {
      throw refused("a " + value.getClass().getTypeName() + " has no form as a value");
    }
  }

  private void list(List<?> list, int depth) {
    Object[] items = list.toArray(); // one count, whatever other threads do
    head('L', items.length, depth);
    for (Object item : items) {
      put(item, depth + 1);
    }
  }

  private void map(Map<?, ?> map, int depth) {
    Object[] entries = map.entrySet().toArray();
    head('M', entries.length, depth);
    for (Object it : entries) {
      Map.Entry<?, ?> entry = (Map.Entry<?, ?>) it;
      if (!(entry.getKey() instanceof String key)) {
        throw refused("the keys of a map are Strings, and here one is "
            + (entry.getKey() == null ? "null"
                : "a " + entry.getKey().getClass().getTypeName()));
      }
      part('S', encoded(key));
      put(entry.getValue(), depth + 1);
    }
  }

  /** The bound is what ends a list that holds itself. */
  private void head(char tag, int count, int depth) {
    if (depth >= MAX_DEPTH) {
      throw refused("lists and maps stand in each other more than " + MAX_DEPTH + " deep");
    }
    tag(tag, 4);
    INT.set(bytes, size - 4, count);
  }

  private void tag(char tag, int behind) {
    room(1 + behind);
    bytes[size] = (byte) tag;
    size += 1 + behind;
  }

  private void whole(char tag, long number) {
    tag(tag, 8);
    LONG.set(bytes, size - 8, number);
  }

  private void part(char tag, byte[] part) {
    room(5L + part.length);
    tag(tag, 4);
    INT.set(bytes, size - 4, part.length);
    System.arraycopy(part, 0, bytes, size, part.length);
    size += part.length;
  }

  private void room(long more) {
    if (size + more > bytes.length) {
      grow(size + more);
    }
  }

  private void grow(long wanted) {
    if (wanted - start > MAX_BYTES) {
      throw tooLarge("bytes");
    }
    if (wanted > MAX_ALL) {
      throw new InvalidArgumentException("TOO_LARGE",
          "keys and values of one call have at most " + MAX_ALL + " bytes", "", -1);
    }
    bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_ALL, Math.max(wanted, 2L * size)));
  }

  private static byte[] encoded(String text) {
    try {
      return Text.encode(text, "a text");
    } catch (InvalidArgumentException failure) {
      throw refused(failure.getMessage());
    }
  }

  private static InvalidValueException refused(String message) {
    return new InvalidValueException("INVALID_VALUE", message, "", -1);
  }

  private static InvalidArgumentException tooLarge(String what) {
    return new InvalidArgumentException("TOO_LARGE", "a value has at most "
        + (what.equals("bytes") ? MAX_BYTES : MAX_VALUES) + " " + what, "", -1);
  }
}
