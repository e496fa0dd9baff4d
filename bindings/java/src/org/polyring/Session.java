package org.polyring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The native side of a client, and how many calls use it: the last call that is under way when the
 * client is closed frees it.
 */
final class Session {
  private static final int CLOSED = 1 << 31;
  private static final int FREED = 1 << 30;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Session.class, "state", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final long handle;

  /** CLOSED, FREED, and below them the number of calls. */
  private volatile int state;

  Session(byte[] servers, byte[] settings) {
    handle = NativeMethods.new_Client(servers, settings);
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

  boolean isClosed() {
    return state < 0;
  }

  void close() {
    STATE.getAndBitwiseOr(this, CLOSED);
    free();
  }

  private void free() {
    if (STATE.compareAndSet(this, CLOSED, CLOSED | FREED)) {
      NativeMethods.delete_Client(handle);
    }
  }
}
