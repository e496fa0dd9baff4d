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

/**
 * What reflection shows: exactly the API, and nothing of how it is made.
 *
 * <p>The scenarios of all test classes here are those of bindings/python/tests/test_api.py, by the
 * same names, and some that only Java has.
 */
class SurfaceTest {
  private static final String API = """
      InvalidArgumentException extends PolyringException
      InvalidKeyException extends InvalidArgumentException
      InvalidProfileException extends InvalidArgumentException
      InvalidServersException extends InvalidArgumentException
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
      Ring.locate(String) String
      Ring.locate(byte[]) String
      Ring.locateIndexes(Collection) int[]
      Ring.locateIndexes(byte[] int[] int[]) void
      Ring.locateIndexes(byte[][]) int[]
      Ring.locateMany(Collection) List
      Ring.locateMany(byte[][]) List
      Ring.profile() String
      Ring.profiles() List
      Ring.servers() List
      Ring.toString() String
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
    assertFalse(Cloneable.class.isAssignableFrom(Ring.class));
    assertFalse(Serializable.class.isAssignableFrom(Ring.class));
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
