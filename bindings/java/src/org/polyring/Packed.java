package org.polyring;

/** Parts that lie one behind the other in the bytes; part i ends before ends[i]. */
record Packed(byte[] bytes, int[] ends) {
  /** Packs the UTF-8 bytes of texts; name says in messages what the list is. */
  static Packed of(String[] texts, String name) {
    byte[][] parts = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      parts[i] = Text.encode(present(texts[i], name, i), name);
    }
    return of(parts, name);
  }

  static Packed of(byte[][] parts, String name) {
    int[] ends = new int[parts.length];
    int size = 0;
    for (int i = 0; i < parts.length; i++) {
      size = Math.addExact(size, present(parts[i], name, i).length);
      ends[i] = size;
    }
    byte[] bytes = new byte[size];
    for (int i = 0; i < parts.length; i++) {
      System.arraycopy(parts[i], 0, bytes, ends[i] - parts[i].length, parts[i].length);
    }
    return new Packed(bytes, ends);
  }

  /** Part i of the list of that name, which must be there. */
  static <T> T present(T part, String name, int i) {
    if (part == null) {
      throw new NullPointerException(name + "[" + i + "]");
    }
    return part;
  }
}
