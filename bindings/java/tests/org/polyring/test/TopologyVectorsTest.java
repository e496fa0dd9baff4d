package org.polyring.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.polyring.Change;
import org.polyring.Flow;
import org.polyring.InvalidArgumentException;
import org.polyring.InvalidProfileException;
import org.polyring.InvalidServersException;
import org.polyring.InvalidTopologyException;
import org.polyring.Plan;
import org.polyring.PlannedServer;
import org.polyring.PolyringException;
import org.polyring.Ring;
import org.polyring.Topology;

/** The golden topologies, vectors/topology: what is read and refused, and what follows from it. */
class TopologyVectorsTest {
  private static final Map<String, Class<? extends PolyringException>> CLASSES = Map.of(
      "INVALID_ARGUMENT", InvalidArgumentException.class,
      "INVALID_PROFILE", InvalidProfileException.class,
      "INVALID_SERVERS", InvalidServersException.class,
      "INVALID_TOPOLOGY", InvalidTopologyException.class);
  private final JsonObject vectors;
  private final Map<String, String> inputs = new LinkedHashMap<>();

  TopologyVectorsTest() throws Exception {
    Path file = Path.of(System.getenv("POLYRING_VECTORS"), "topology", "topologies.json");
    vectors = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    for (JsonElement it : vectors.getAsJsonArray("topologies")) {
      inputs.put(text(it.getAsJsonObject(), "id"), text(it.getAsJsonObject(), "input"));
    }
  }

  @Test
  void schema() {
    assertEquals("polyring-topology-1", text(vectors, "schema"));
  }

  @TestFactory
  Stream<DynamicTest> topologies() {
    return each("topologies", it -> {
      try (Topology topology = Topology.parse(text(it, "input"))) {
        checkText(it, topology);
        assertEquals(it.get("epoch").getAsLong(), topology.epoch());
        assertEquals(text(it, "profile"), topology.profile());
        assertEquals(texts(it, "servers"), topology.servers());
        assertEquals(settings(it), List.copyOf(topology.settings().entrySet()));
        if (topology.settings().isEmpty()) {
          checkMade(it, topology);
        }
      }
    });
  }

  private static void checkMade(JsonObject it, Topology topology) {
    String profile = text(it, "profile");
    List<String> servers = texts(it, "servers");
    assertEquals(topology, new Topology(servers, profile, it.get("epoch").getAsLong()));
    assertEquals(topology,
        new Topology(String.join(" ", servers), profile, it.get("epoch").getAsLong()));
  }

  @TestFactory
  Stream<DynamicTest> fingerprints() {
    return each("topologies", it -> {
      Topology topology = Topology.parse(text(it, "input"));
      if (it.has("ring")) {
        refused(text(it, "ring"), "", topology::ring);
        return;
      }
      assertEquals(text(it, "fingerprint"), topology.ring().fingerprint());
      Ring ring = new Ring(texts(it, "servers"), text(it, "profile"));
      assertEquals(text(it, "fingerprint"), ring.fingerprint());
    });
  }

  @TestFactory
  Stream<DynamicTest> refusals() {
    return each("refusals", it -> {
      PolyringException failure = refused(it, () -> Topology.parse(text(it, "input")));
      assertTrue(failure.position().isPresent());
      assertTrue(failure.getMessage().matches("line \\d+, column \\d+: [ -~]+"),
          failure.getMessage());
    });
  }

  @TestFactory
  Stream<DynamicTest> differences() {
    return each("differences", it -> {
      List<Change> changes = parsed(it, "from").diff(parsed(it, "to"));
      assertEquals(it.getAsJsonArray("changes").size(), changes.size());
      for (int i = 0; i < changes.size(); i++) {
        JsonObject expected = it.getAsJsonArray("changes").get(i).getAsJsonObject();
        Change change = changes.get(i);
        assertEquals(text(expected, "change"), change.change());
        assertEquals(text(expected, "subject"), change.subject().orElse(null));
        assertEquals(text(expected, "before"), change.before().orElse(null));
        assertEquals(text(expected, "after"), change.after().orElse(null));
        assertEquals(index(expected, "old_index"), change.oldIndex());
        assertEquals(index(expected, "new_index"), change.newIndex());
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> plans() {
    return each("plans", it -> {
      long sample = it.get("sample").getAsLong();
      Plan plan = parsed(it, "from").ring().plan(parsed(it, "to").ring(), sample);
      assertEquals(it.get("exact").getAsBoolean(), plan.exact());
      assertEquals(sample, plan.sample());
      double tolerance = it.has("tolerance") ? it.get("tolerance").getAsDouble() : 1e-13;
      assertEquals(it.get("moved").getAsDouble(), plan.moved(), tolerance);
      if (plan.exact()) {
        checkServers(it, plan.servers());
        checkFlows(it, plan.flows());
      }
    });
  }

  private static void checkServers(JsonObject it, List<PlannedServer> servers) {
    assertEquals(it.getAsJsonArray("servers").size(), servers.size());
    for (int i = 0; i < servers.size(); i++) {
      JsonObject expected = it.getAsJsonArray("servers").get(i).getAsJsonObject();
      assertEquals(text(expected, "server"), servers.get(i).server());
      assertEquals(index(expected, "old_index"), servers.get(i).oldIndex());
      assertEquals(index(expected, "new_index"), servers.get(i).newIndex());
      assertEquals(expected.get("before").getAsDouble(), servers.get(i).before(), 1e-13);
      assertEquals(expected.get("after").getAsDouble(), servers.get(i).after(), 1e-13);
    }
  }

  private static void checkFlows(JsonObject it, List<Flow> flows) {
    assertEquals(it.getAsJsonArray("flows").size(), flows.size());
    for (int i = 0; i < flows.size(); i++) {
      JsonObject expected = it.getAsJsonArray("flows").get(i).getAsJsonObject();
      assertEquals(text(expected, "source"), flows.get(i).source());
      assertEquals(text(expected, "target"), flows.get(i).target());
      assertEquals(expected.get("share").getAsDouble(), flows.get(i).share(), 1e-13);
    }
  }

  @TestFactory
  Stream<DynamicTest> edits() {
    return each("edits", it -> {
      checkText(it, edited(it));
      assertEquals(Topology.parse(text(it, "canonical")), edited(it));
    });
  }

  @TestFactory
  Stream<DynamicTest> refusedEdits() {
    return each("refused_edits", it -> refused(it, () -> edited(it)));
  }

  private Topology edited(JsonObject it) {
    Topology topology = parsed(it, "from");
    return it.has("bucket") ? topology.moveBucket(it.get("bucket").getAsLong(), text(it, "server"))
        : topology.withServers(texts(it, "servers"));
  }

  @TestFactory
  Stream<DynamicTest> rings() {
    return each("rings", it -> {
      Ring ring = changed(it);
      assertEquals(texts(it, "servers"), ring.servers());
      assertEquals(text(it, "fingerprint"), ring.fingerprint());
    });
  }

  @TestFactory
  Stream<DynamicTest> refusedRings() {
    return each("refused_rings", it -> refused(it, () -> changed(it)));
  }

  private Ring changed(JsonObject it) {
    Ring ring = parsed(it, "from").ring();
    if (it.has("with_server")) {
      return ring.withServer(text(it, "with_server"));
    }
    var server = it.getAsJsonPrimitive("without_server");
    return server.isString() ? ring.withoutServer(server.getAsString())
        : ring.withoutServer(server.getAsInt());
  }

  private Stream<DynamicTest> each(String section, Consumer<JsonObject> check) {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonElement element : vectors.getAsJsonArray(section)) {
      JsonObject it = element.getAsJsonObject();
      tests.add(DynamicTest.dynamicTest(text(it, "id"), () -> check.accept(it)));
    }
    assertTrue(tests.size() > 0, section);
    return tests.stream();
  }

  private Topology parsed(JsonObject it, String member) {
    return Topology.parse(inputs.get(text(it, member)));
  }

  private static void checkText(JsonObject it, Topology topology) {
    assertEquals(text(it, "canonical"), topology.text());
    assertEquals(text(it, "digest"), topology.digest());
    Topology again = Topology.parse(text(it, "canonical"));
    assertEquals(topology, again);
    assertEquals(topology.hashCode(), again.hashCode());
  }

  private static PolyringException refused(JsonObject it, Executable call) {
    return refused(text(it, "status"), text(it, "message"), call);
  }

  private static PolyringException refused(String status, String message, Executable call) {
    PolyringException failure = assertThrows(PolyringException.class, call);
    assertEquals(CLASSES.get(status), failure.getClass());
    assertEquals(status, failure.status());
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
    return failure;
  }

  /** A text, or null. */
  private static String text(JsonObject it, String member) {
    return it.get(member).isJsonNull() ? null : it.get(member).getAsString();
  }

  private static OptionalInt index(JsonObject it, String member) {
    return it.get(member).isJsonNull() ? OptionalInt.empty()
        : OptionalInt.of(it.get(member).getAsInt());
  }

  private static List<String> texts(JsonObject it, String member) {
    List<String> texts = new ArrayList<>();
    it.getAsJsonArray(member).forEach(element -> texts.add(element.getAsString()));
    return texts;
  }

  private static List<Map.Entry<String, String>> settings(JsonObject it) {
    List<Map.Entry<String, String>> settings = new ArrayList<>();
    it.getAsJsonObject("settings").entrySet()
        .forEach(entry -> settings.add(Map.entry(entry.getKey(), entry.getValue().getAsString())));
    return settings;
  }
}
