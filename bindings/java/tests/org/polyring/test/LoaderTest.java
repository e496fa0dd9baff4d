package org.polyring.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polyring.Ring;

/** Where the native library comes from; each case needs a fresh JVM. */
class LoaderTest {
  @TempDir Path folder;

  /** The program of the fresh JVM. */
  public static void main(String[] arguments) {
    try {
      System.out.println(new Ring("only").locate("key"));
    } catch (UnsatisfiedLinkError failure) {
      System.out.println(failure.getMessage());
    }
  }

  @Test
  void theJarIsEnough() throws Exception {
    assertEquals("only", run("-Djava.library.path=" + folder, "-Dpolyring.native.dir=" + folder));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList(), "the copy is deleted");
    }
  }

  @Test
  void anInstalledLibraryComesFirst() throws Exception {
    Files.writeString(folder.resolve("libpolyring-java.so"), "no library");
    String installed = System.getProperty("java.library.path");
    assertEquals("only", run("-Djava.library.path=" + installed, "-Dpolyring.native.dir=/proc/no"));
    String output = run("-Djava.library.path=" + folder);
    assertTrue(output.endsWith("only"), "a broken one is passed over: " + output);
  }

  @Test
  void whereNothingLoadsBothPlacesAreNamed() throws Exception {
    String text = run("-Djava.library.path=" + folder, "-Dpolyring.native.dir=/proc/no");
    assertTrue(text.startsWith("Polyring's native library loads from neither place: "), text);
    assertTrue(text.contains(folder.toString()), text);
    assertTrue(text.contains("from the jar in /proc/no (system property polyring.native.dir "),
        text);
  }

  @Test
  void anotherPlatformIsToldWhatTheJarLacks() throws Exception {
    String text = run("-Djava.library.path=" + folder, "-Dos.arch=pdp11");
    assertTrue(text.endsWith("; the jar has no /native/linux-pdp11/libpolyring-java.so"), text);
  }

  private static String run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(LoaderTest.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output.strip();
  }
}
