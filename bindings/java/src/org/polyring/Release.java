package org.polyring;

import java.lang.ref.Cleaner;
import java.util.function.LongConsumer;

/** Gives back the native memory of an object. If it referred to that, the object would live for ever. */
record Release(LongConsumer delete, long handle) implements Runnable {
  private static final Cleaner CLEANER = Cleaner.create();

  /** Calls delete with the handle once nothing refers to the owner any more. */
  static void after(Object owner, LongConsumer delete, long handle) {
    CLEANER.register(owner, new Release(delete, handle));
  }

  @Override
  public void run() {
    delete.accept(handle);
  }
}
