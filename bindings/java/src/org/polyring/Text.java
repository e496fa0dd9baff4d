package org.polyring;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text as the bytes that the core takes. */
final class Text {
  private Text() {}

  /** The UTF-8 bytes of a text; name says in messages what the text is. */
  static byte[] encode(String text, String name) {
    byte[] bytes = text.getBytes(UTF_8);
    // What UTF-8 cannot say has become a question mark: only texts with one need a second look.
    for (byte b : bytes) {
      if (b == '?') {
        refuseLoneSurrogates(text, name);
        break;
      }
    }
    return bytes;
  }

  private static void refuseLoneSurrogates(String text, String name) {
    int size;
    for (int i = 0; i < text.length(); i += size) {
      int point = text.codePointAt(i);
      size = Character.charCount(point);
      if (size == 1 && Character.isSurrogate((char) point)) {
        throw new InvalidArgumentException(PolyringException.INVALID_ARGUMENT,
            String.format("%s has a lone surrogate, U+%04X, at index %d: UTF-8 has no bytes for it",
                name, point, i),
            "", text.substring(0, i).getBytes(UTF_8).length);
      }
    }
  }
}
