#include "transport/fork.h"

#include <pthread.h>
#include <stdatomic.h>

static _Atomic uint32_t generation;

static void in_child(void) { atomic_fetch_add(&generation, 1); }

static void listen_for_forks(void) { pthread_atfork(NULL, NULL, in_child); }

uint32_t polyring__fork_generation(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, listen_for_forks);
  return atomic_load_explicit(&generation, memory_order_relaxed);
}
