package org.polyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what native code wrote: numbers, texts and sequences, one behind the other. */
final class Answer {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int at;

  Answer(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int number() {
    at += 4;
    return (int) INT.get(bytes, at - 4);
  }

  boolean truth() {
    return number() != 0;
  }

  long whole() {
    at += 8;
    return (long) LONG.get(bytes, at - 8);
  }

  String text() {
    int size = number();
    at += size;
    return new String(bytes, at - size, size, UTF_8);
  }

  PolyringException failure() {
    return Failures.of(text(), text(), text(), text(), number(), text(), whole(), number());
  }

  Object value() {
    char tag = (char) bytes[at++];
    return switch (tag) {
      case 'N' -> null;
      case 'F' -> Boolean.FALSE;
      case 'T' -> Boolean.TRUE;
      case 'I' -> whole();
      case 'D' -> Double.longBitsToDouble(whole());
      case 'S' -> text();
      case 'B' -> part();
      case 'L' -> list();
      case 'M' -> map();
      default -> throw new IllegalStateException("no such tag: " + tag);
    };
  }

  /** A value as one of a class, which may be a narrower number. */
  static <T> T as(Object value, Class<T> type) {
    Object narrow = value;
    if (value instanceof Long number && type != Long.class) {
      long whole = number;
      if (type == Integer.class && whole == (int) whole) {
        narrow = (int) whole;
      } else if (type == Short.class && whole == (short) whole) {
        narrow = (short) whole;
      } else if (type == Byte.class && whole == (byte) whole) {
        narrow = (byte) whole;
      }
    } else if (value instanceof Double number && type == Float.class) {
      narrow = number.floatValue();
    }
    if (narrow == null || type.isInstance(narrow)) {
      return type.cast(narrow);
    }
    throw new InvalidValueException("INVALID_VALUE", "the value is a "
        + value.getClass().getTypeName() + ", and is asked for as a " + type.getTypeName(), "", -1);
  }

  private byte[] part() {
    int size = number();
    at += size;
    return Arrays.copyOfRange(bytes, at - size, at);
  }

  private List<Object> list() {
    int count = number();
    List<Object> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(value());
    }
    return list;
  }

  private Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int left = number(); left > 0; left--) {
      String key = (String) value();
      map.put(key, value());
    }
    return map;
  }
}
