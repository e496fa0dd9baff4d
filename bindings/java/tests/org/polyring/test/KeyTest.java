package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.polyring.InvalidArgumentException;
import org.polyring.InvalidKeyException;
import org.polyring.Ring;

/** Keys that are hard to carry over the border. */
class KeyTest {
  private final Ring ring = new Ring("10.0.0.1 10.0.0.2 10.0.0.3");

  @AfterEach
  void close() {
    ring.close();
  }

  @Test
  void textIsUtf8() {
    for (String key : List.of("key\uD83D\uDE00", "\u00e9t\u00e9", "\u20ac", "\uFFFF", "what?")) {
      byte[] bytes = key.getBytes(UTF_8);
      assertArrayEquals(bytes, ring.explain(key).sentKey(), key);
      assertSame(ring.locate(bytes), ring.locate(key), key);
      assertSame(ring.locate(bytes), ring.locateMany(List.of(key)).get(0), key);
    }
  }

  @Test
  void textIsUtf8BeyondTheBmp() {
    byte[] bytes = {'k', (byte) 0xF0, (byte) 0x9F, (byte) 0x98, (byte) 0x80};
    assertArrayEquals(bytes, ring.explain("k\uD83D\uDE00").hashedText());
  }

  @Test
  void notUnicode() {
    String key = "\u00e9\uD83D!";
    Stream<Consumer<String>> calls = Stream.of(ring::locate, ring::explain,
        text -> ring.locateMany(List.of("good", text)),
        text -> ring.locateIndexes(List.of("good", text)), text -> new Ring("a " + text),
        text -> new Ring(List.of("a", text)), text -> new Ring("a", text));
    calls.forEach(call -> {
      var failure = assertThrows(InvalidArgumentException.class, () -> call.accept(key));
      assertTrue(failure.getMessage().contains("lone surrogate, U+D83D"), failure.getMessage());
      assertEquals("INVALID_ARGUMENT", failure.status());
    });
    var failure = assertThrows(InvalidArgumentException.class, () -> ring.locate(key));
    assertEquals(OptionalInt.of(2), failure.position());
    assertThrows(InvalidArgumentException.class, () -> ring.locate("\uDE00\uD83D"));
  }

  @Test
  void nulInKey() {
    byte[] key = {'a', 0, 'b'};
    assertArrayEquals(key, ring.explain("a\0b").hashedText());
    assertSame(ring.locate(key), ring.locate("a\0b"));
    try (Ring strict = new Ring("a b", "spymemcached/array-mod")) {
      var failure = assertThrows(InvalidKeyException.class, () -> strict.locate(key));
      assertEquals(OptionalInt.of(1), failure.position(), failure.getMessage());
      assertThrows(InvalidKeyException.class, () -> strict.locate("a\0b"));
      assertArrayEquals(new int[] {-1}, strict.locateIndexes(new byte[][] {key}));
    }
  }

  @Test
  void refusedKeysAreTooLong() {
    String longest = "k".repeat(250);
    assertEquals(250, ring.explain(longest).sentKey().length);
    assertSame(ring.explain(longest).server(), ring.locate(longest));
    for (int size : new int[] {251, 256, 257, 100_000}) {
      var failure = assertThrows(InvalidKeyException.class, () -> ring.locate(new byte[size]));
      assertEquals("INVALID_KEY", failure.status());
    }
    assertThrows(InvalidKeyException.class, () -> ring.explain("k".repeat(251)));
    assertThrows(InvalidKeyException.class, () -> ring.locate("k" + "\u00e9".repeat(125)));
  }

  @Test
  void refusedKeysAreEmpty() {
    assertThrows(InvalidKeyException.class, () -> ring.locate(""));
    assertThrows(InvalidKeyException.class, () -> ring.explain(new byte[0]));
  }

  @Test
  void bytesNeedNotBeText() {
    byte[] key = {(byte) 0xFF, (byte) 0xC0, (byte) 0x80};
    assertArrayEquals(key, ring.explain(key).sentKey());
    assertSame(ring.explain(key).server(), ring.locate(key));
  }
}
