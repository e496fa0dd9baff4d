package org.polyring.test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A memcached of a test's own, on an address that only this process uses. */
final class Memcached implements AutoCloseable {
  private static final String ADDRESS;
  private static final AtomicInteger PORTS = new AtomicInteger(21211);

  static {
    long pid = ProcessHandle.current().pid();
    ADDRESS = "127.97." + (pid / 250 % 250 + 1) + "." + (pid % 250 + 1);
  }

  private final int port = PORTS.getAndIncrement();
  private Process process;

  Memcached() throws Exception {
    start();
  }

  /** Again, where it was before it was killed. */
  void start() throws Exception {
    process = new ProcessBuilder("memcached", "-l", ADDRESS, "-p", Integer.toString(port), "-U",
        "0", "-m", "64", "-u", System.getProperty("user.name")).inheritIO().start();
    for (int tries = 0; !listens(); tries++) {
      if (tries == 200 || !process.isAlive()) {
        throw new IllegalStateException("memcached does not listen on " + this);
      }
      Thread.sleep(20);
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(ADDRESS, port), 1000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  @Override
  public void close() {
    kill();
  }

  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The process neither runs nor ends, while the system still takes connections for it. */
  void stop() throws Exception {
    signal("STOP");
  }

  void goOn() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    if (new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor() != 0) {
      throw new IllegalStateException("no signal for " + this);
    }
  }

  /** The server as a client takes it. */
  @Override
  public String toString() {
    return ADDRESS + ":" + port;
  }
}
