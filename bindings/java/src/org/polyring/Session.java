package org.polyring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;

/**
 * The native side of a client, which is freed when it is closed or nothing refers to the session any
 * more, and how it is called.
 */
final class Session {
  /** What native code takes for a number that was left out. */
  static final long LEFT_OUT = Long.MIN_VALUE;

  private static final Cleaner CLEANER = Cleaner.create();

  private static final int ROOM = 1 << 12;
  private static final int ROOM_MAX = 1 << 20;

  private final Use use;
  private final AtomicReference<byte[]> room = new AtomicReference<>();
  private final boolean missOnError;

  Session(byte[] servers, byte[] settings) {
    use = new Use(NativeMethods.new_Client(servers, settings));
    CLEANER.register(this, use);
    missOnError = "miss".equals(call(it -> NativeMethods.Client_setting(it,
        Text.encode("on_error", "name"))));
  }

  /** A call on one key: of the native client and the key. */
  interface OnKey<T> {
    T apply(long handle, byte[] key);
  }

  <T> T call(LongFunction<T> method) {
    long handle = use.enter();
    try {
      return method.apply(handle);
    } finally {
      use.leave();
    }
  }

  <T> T call(byte[] key, OnKey<T> method) {
    long handle = use.enter();
    try {
      return method.apply(handle, key);
    } catch (PolyringException failure) {
      throw failure.about(key);
    } finally {
      use.leave();
    }
  }

  /** A call that shows its failure as a miss, if the client is to do so. */
  byte[] read(byte[] key, OnKey<byte[]> method) {
    try {
      return call(key, method);
    } catch (PolyringException failure) {
      if (missOnError && failure.isFaultOfServers()) {
        return null;
      }
      throw failure;
    }
  }

  /** Bytes to write to, of any size; those of the call before, if no other has them now. */
  byte[] takeRoom() {
    byte[] taken = room.getAndSet(null);
    return taken != null ? taken : new byte[ROOM];
  }

  void giveRoom(byte[] taken) {
    if (taken.length <= ROOM_MAX) {
      room.lazySet(taken);
    }
  }

  boolean missOnError() {
    return missOnError;
  }

  boolean isClosed() {
    return use.state < 0;
  }

  void close() {
    use.run();
  }

  /** Never nearer to zero than it is: half a second is one, and just past is gone. */
  static long seconds(Duration time, String name) {
    long seconds = Objects.requireNonNull(time, name).getSeconds();
    return seconds >= 0 && time.getNano() > 0 && seconds < Long.MAX_VALUE ? seconds + 1
        : Math.max(seconds, LEFT_OUT + 1);
  }

  /** How many calls use it: the last call that is under way when it is closed frees it. */
  private static final class Use implements Runnable {
    private static final int CLOSED = 1 << 31;
    private static final int FREED = 1 << 30;
    private static final VarHandle STATE;

    static {
      try {
        STATE = MethodHandles.lookup().findVarHandle(Use.class, "state", int.class);
      } catch (ReflectiveOperationException impossible) {
        throw new ExceptionInInitializerError(impossible);
      }
    }

    private final long handle;

    /** CLOSED, FREED, and below them the number of calls. */
    private volatile int state;

    Use(long handle) {
      this.handle = handle;
    }

    /** Begins a call, which ends with {@link #leave}. */
    long enter() {
      if ((int) STATE.getAndAdd(this, 1) < 0) {
        leave();
        throw new IllegalStateException("the client is closed");
      }
      return handle;
    }

    void leave() {
      if ((int) STATE.getAndAdd(this, -1) - 1 == CLOSED) {
        free();
      }
    }

    @Override
    public void run() {
      STATE.getAndBitwiseOr(this, CLOSED);
      free();
    }

    private void free() {
      if (STATE.compareAndSet(this, CLOSED, CLOSED | FREED)) {
        NativeMethods.delete_Client(handle);
      }
    }
  }
}
