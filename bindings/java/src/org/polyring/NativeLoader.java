package org.polyring;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;

/** Finds the native library: an installed one first, then the one inside the jar. */
final class NativeLoader {
  static final String FOLDER_PROPERTY = "polyring.native.dir";
  private static final String LIBRARY = "polyring-java";
  private static final Map<String, String> MACHINES = Map.of("amd64", "x86_64", "arm64", "aarch64");

  private NativeLoader() {}

  static void load() {
    try {
      System.loadLibrary(LIBRARY);
    } catch (UnsatisfiedLinkError notInstalled) {
      loadFromJar(notInstalled);
    }
  }

  private static void loadFromJar(UnsatisfiedLinkError notInstalled) {
    String place = placeInJar();
    String folder = System.getProperty(FOLDER_PROPERTY, System.getProperty("java.io.tmpdir"));
    String reason = "the jar has no " + place;
    try (InputStream library = NativeLoader.class.getResourceAsStream(place)) {
      if (library != null) {
        loadCopy(library, Files.createDirectories(Path.of(folder)));
        return;
      }
    } catch (IOException | UnsatisfiedLinkError cause) {
      reason = "a copy of " + place + " from the jar in " + folder + " (system property "
          + FOLDER_PROPERTY + " names another folder): " + cause;
    }
    throw new UnsatisfiedLinkError("Polyring's native library loads from neither place: "
        + notInstalled.getMessage() + "; " + reason);
  }

  /** Such as /native/linux-x86_64/libpolyring-java.so. */
  private static String placeInJar() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch");
    return "/native/" + system + "-" + MACHINES.getOrDefault(machine, machine) + "/"
        + System.mapLibraryName(LIBRARY);
  }

  private static void loadCopy(InputStream library, Path folder) throws IOException {
    Path copy = Files.createTempFile(folder, "polyring-", ".so");
    try {
      Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
      System.load(copy.toAbsolutePath().toString());
    } finally {
      Files.delete(copy); // a loaded library needs its file no longer
    }
  }
}
