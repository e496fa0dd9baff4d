package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.math.BigInteger;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.polyring.InvalidKeyException;
import org.polyring.Placement;
import org.polyring.Ring;

/** The golden vectors, recorded from real clients: every file in the folder POLYRING_VECTORS. */
class VectorsTest {
  private static final Path FOLDER = Path.of(System.getenv("POLYRING_VECTORS"));

  @Test
  void folder() throws Exception {
    assertFalse(files("placement").isEmpty(), FOLDER.toString());
    assertFalse(files("hash").isEmpty(), FOLDER.toString());
  }

  @TestFactory
  Stream<DynamicTest> placement() throws Exception {
    return files("placement").stream().map(file -> DynamicTest.dynamicTest(
        FOLDER.relativize(file).toString(), () -> checkPlacement(read(file))));
  }

  @TestFactory
  Stream<DynamicTest> hash() throws Exception {
    return files("hash").stream().map(file -> DynamicTest.dynamicTest(
        FOLDER.relativize(file).toString(), () -> checkHash(read(file))));
  }

  private static List<Path> files(String folder) throws Exception {
    try (Stream<Path> files = Files.walk(FOLDER.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static JsonObject read(Path file) throws Exception {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  /** The hash as explain shows it; only what is a key can be asked for. */
  private static void checkHash(JsonObject vectors) {
    assertEquals("polyring-hash-1", vectors.get("schema").getAsString());
    String profile = "libmemcached/modula,hash=" + vectors.get("function").getAsString() + ",sign="
        + (vectors.get("signed").getAsBoolean() ? "yes" : "no") + ",text="
        + vectors.get("text").getAsString();
    assertTrue(vectors.getAsJsonArray("cases").size() > 0);
    try (Ring ring = new Ring("10.0.0.1 10.0.0.2", profile)) {
      for (JsonElement it : vectors.getAsJsonArray("cases")) {
        byte[] key = decoded(it.getAsJsonObject().get("key").getAsString());
        if (key.length > 0 && key.length <= 250) {
          same(it.getAsJsonObject(), "hash", text(ring.explain(key).hash()),
              it.getAsJsonObject().get("id").getAsString());
        }
      }
    }
  }

  private static void checkPlacement(JsonObject vectors) throws Exception {
    assertEquals("polyring-placement-1", vectors.get("schema").getAsString());
    List<String> servers = new ArrayList<>();
    vectors.getAsJsonArray("servers").forEach(server -> servers.add(server.getAsString()));
    assertTrue(vectors.getAsJsonArray("cases").size() > 0);
    try (Ring ring = new Ring(servers, vectors.get("profile").getAsString())) {
      for (JsonElement it : vectors.getAsJsonArray("cases")) {
        checkCase(ring, it.getAsJsonObject());
      }
      checkDigest(ring, vectors.getAsJsonObject("digest"));
    }
  }

  private static void checkCase(Ring ring, JsonObject it) {
    String id = it.get("id").getAsString();
    byte[] key = decoded(it.get("key").getAsString());
    int index = ring.locateIndexes(new byte[][] {key})[0];
    if (it.has("refused") && it.get("refused").getAsBoolean()) {
      assertThrows(InvalidKeyException.class, () -> ring.locate(key), id);
      assertEquals(-1, index, id);
      return;
    }
    if (index < 0 && it.has("may_refuse")) {
      return; // what a client places without being able to send it
    }
    Placement placement = ring.explain(key);
    int at = it.get("at").getAsInt();
    assertTrue(at == index || placement.ties().contains(at), id + ": " + placement);
    assertEquals(index, placement.index(), id);
    assertSame(ring.servers().get(index), ring.locate(key), id);
    String text = new String(key, UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      assertSame(ring.servers().get(index), ring.locate(text), id);
    }
    same(it, "hash", text(placement.hash()), id);
    same(it, "point", text(placement.point()), id);
    if (it.has("label")) {
      assertEquals(HexFormat.of().formatHex(decoded(it.get("label").getAsString())),
          HexFormat.of().formatHex(placement.label()), id);
    }
  }

  private static String text(Optional<BigInteger> number) {
    return number.map(BigInteger::toString).orElse(null);
  }

  private static void same(JsonObject it, String field, String value, String id) {
    if (it.has(field)) {
      assertEquals(it.get(field).getAsString(), value, id + ": " + field);
    }
  }

  /** The indexes of many keys, through the flat form of locateIndexes. */
  private static void checkDigest(Ring ring, JsonObject digest) throws Exception {
    int from = digest.get("from").getAsInt();
    int[] ends = new int[digest.get("count").getAsInt()];
    int[] indexes = new int[ends.length];
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    for (int i = 0; i < ends.length; i++) {
      keys.writeBytes(digest.get("keys").getAsString().replace("{n}", "" + (from + i))
          .getBytes(UTF_8));
      ends[i] = keys.size();
    }
    ring.locateIndexes(keys.toByteArray(), ends, indexes);
    StringBuilder lines = new StringBuilder();
    for (int index : indexes) {
      lines.append(index).append('\n');
    }
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(lines.toString().getBytes(UTF_8));
    assertEquals(digest.get("sha256").getAsString(), HexFormat.of().formatHex(sum));
  }

  private static byte[] decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(text.charAt(i));
      }
    }
    return bytes.toByteArray();
  }
}
