package org.polyring.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.polyring.Ring;
import org.polyring.Topology;

/**
 * What reflection shows: exactly the API, and nothing of how it is made.
 *
 * <p>The scenarios of all test classes here are those of bindings/python/tests/test_api.py, by the
 * same names, and some that only Java has.
 */
class SurfaceTest {
  private static final String API = """
      Change extends Record
      Change(String Optional Optional Optional OptionalInt OptionalInt)
      Change.after() Optional
      Change.before() Optional
      Change.change() String
      Change.equals(Object) boolean
      Change.hashCode() int
      Change.newIndex() OptionalInt
      Change.oldIndex() OptionalInt
      Change.subject() Optional
      Change.toString() String
      Flow extends Record
      Flow(String String double)
      Flow.equals(Object) boolean
      Flow.hashCode() int
      Flow.share() double
      Flow.source() String
      Flow.target() String
      Flow.toString() String
      InvalidArgumentException extends PolyringException
      InvalidKeyException extends InvalidArgumentException
      InvalidProfileException extends InvalidArgumentException
      InvalidServersException extends InvalidArgumentException
      InvalidTopologyException extends InvalidArgumentException
      Placement extends Record
      Placement(byte[] byte[] byte[] Optional Optional byte[] String int List String)
      Placement.equals(Object) boolean
      Placement.hash() Optional
      Placement.hashCode() int
      Placement.hashedText() byte[]
      Placement.index() int
      Placement.key() byte[]
      Placement.label() byte[]
      Placement.point() Optional
      Placement.sentKey() byte[]
      Placement.server() String
      Placement.ties() List
      Placement.toString() String
      Placement.why() String
      Plan extends Record
      Plan(double boolean long List List)
      Plan.equals(Object) boolean
      Plan.exact() boolean
      Plan.flows() List
      Plan.hashCode() int
      Plan.moved() double
      Plan.sample() long
      Plan.servers() List
      Plan.toString() String
      PlannedServer extends Record
      PlannedServer(String OptionalInt OptionalInt double double)
      PlannedServer.after() double
      PlannedServer.before() double
      PlannedServer.equals(Object) boolean
      PlannedServer.hashCode() int
      PlannedServer.newIndex() OptionalInt
      PlannedServer.oldIndex() OptionalInt
      PlannedServer.server() String
      PlannedServer.toString() String
      PolyringException extends RuntimeException
      PolyringException.position() OptionalInt
      PolyringException.server() String
      PolyringException.status() String
      Ring extends Object
      Ring(List String)
      Ring(List)
      Ring(String String)
      Ring(String)
      Ring.DEFAULT_PROFILE String
      Ring.close() void
      Ring.explain(String) Placement
      Ring.explain(byte[]) Placement
      Ring.fingerprint() String
      Ring.locate(String) String
      Ring.locate(byte[]) String
      Ring.locateIndexes(Collection) int[]
      Ring.locateIndexes(byte[] int[] int[]) void
      Ring.locateIndexes(byte[][]) int[]
      Ring.locateMany(Collection) List
      Ring.locateMany(byte[][]) List
      Ring.plan(Ring long) Plan
      Ring.plan(Ring) Plan
      Ring.profile() String
      Ring.profiles() List
      Ring.servers() List
      Ring.toString() String
      Ring.withServer(String) Ring
      Ring.withoutServer(String) Ring
      Ring.withoutServer(int) Ring
      Topology extends Object
      Topology(List String long)
      Topology(List String)
      Topology(List)
      Topology(String String long)
      Topology(String String)
      Topology(String)
      Topology.close() void
      Topology.diff(Topology) List
      Topology.digest() String
      Topology.epoch() long
      Topology.equals(Object) boolean
      Topology.hashCode() int
      Topology.moveBucket(long String) Topology
      Topology.parse(String) Topology
      Topology.parse(byte[]) Topology
      Topology.profile() String
      Topology.ring() Ring
      Topology.servers() List
      Topology.settings() Map
      Topology.text() String
      Topology.toString() String
      Topology.withServers(List) Topology
      Topology.withServers(String) Topology
      """;

  @Test
  void surface() throws Exception {
    TreeSet<String> seen = new TreeSet<>();
    for (Class<?> type : classes()) {
      if (Modifier.isPublic(type.getModifiers())) {
        describe(type, seen);
      }
    }
    assertEquals(API, seen.stream().map(line -> line + "\n").collect(Collectors.joining()));
  }

  @Test
  void notExtended() throws Exception {
    List<String> open = classes().stream()
        .filter(type -> !Modifier.isFinal(type.getModifiers()))
        .map(Class::getSimpleName).sorted().toList();
    assertEquals(List.of("InvalidArgumentException", "PolyringException"), open);
  }

  @Test
  void notCopied() {
    for (Class<?> type : List.of(Ring.class, Topology.class)) {
      assertFalse(Cloneable.class.isAssignableFrom(type));
      assertFalse(Serializable.class.isAssignableFrom(type));
    }
  }

  @Test
  void surfaceWithoutTraceOfTheGenerator() throws Exception {
    List<String> names = new ArrayList<>();
    for (Class<?> type : classes()) {
      names.add(type.getName());
      Stream.of(type.getDeclaredFields()).map(Field::getName).forEach(names::add);
      Stream.of(type.getDeclaredMethods()).map(Method::getName).forEach(names::add);
      executables(type).flatMap(it -> Stream.of(it.getParameters())).map(Parameter::getName)
          .forEach(names::add);
    }
    assertTrue(names.contains("Ring_locate"), "the native methods are among the names");
    for (String name : names) {
      assertFalse(name.toLowerCase(Locale.ROOT).contains("swig"), name);
    }
  }

  private static List<Class<?>> classes() throws Exception {
    Path jar = Path.of(Ring.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (String entry : file.stream().map(Object::toString).toList()) {
        if (entry.endsWith(".class")) {
          classes.add(Class.forName(entry.replace('/', '.').replaceFirst("\\.class$", "")));
        }
      }
    }
    return classes;
  }

  private static Stream<Executable> executables(Class<?> type) {
    return Stream.concat(Stream.of(type.getDeclaredConstructors()),
        Stream.of(type.getDeclaredMethods()));
  }

  private static void describe(Class<?> type, TreeSet<String> seen) {
    String name = type.getSimpleName();
    seen.add(name + " extends " + type.getSuperclass().getSimpleName());
    for (Constructor<?> it : type.getDeclaredConstructors()) {
      add(seen, it, name + parameters(it));
    }
    for (Method it : type.getDeclaredMethods()) {
      add(seen, it, name + "." + it.getName() + parameters(it) + " "
          + it.getReturnType().getSimpleName());
    }
    for (Field it : type.getDeclaredFields()) {
      add(seen, it, name + "." + it.getName() + " " + it.getType().getSimpleName());
    }
  }

  private static void add(TreeSet<String> seen, Member member, String line) {
    if ((member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
      seen.add(line);
    }
  }

  private static String parameters(Executable it) {
    return "(" + Arrays.stream(it.getParameterTypes()).map(Class::getSimpleName)
        .collect(Collectors.joining(" ")) + ")";
  }
}
