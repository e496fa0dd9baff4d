#include "transport/fork.h"

#include <pthread.h>
#include <stdatomic.h>

static _Atomic uint32_t generation;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list */
static polyring__fork_witness *witnesses;

static void tell(polyring__fork_moment moment) {
  for (polyring__fork_witness *at = witnesses; at; at = at->next) at->told(at, moment);
}

static void begins(void) {
  pthread_mutex_lock(&lock);
  tell(POLYRING__FORK_BEGINS);
}

static void in_parent(void) {
  tell(POLYRING__FORK_PARENT);
  pthread_mutex_unlock(&lock);
}

static void in_child(void) {
  atomic_fetch_add(&generation, 1);
  tell(POLYRING__FORK_CHILD);
  pthread_mutex_unlock(&lock);
}

static void listen_for_forks(void) { pthread_atfork(begins, in_parent, in_child); }

uint32_t polyring__fork_generation(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, listen_for_forks);
  return atomic_load_explicit(&generation, memory_order_relaxed);
}

void polyring__fork_attend(polyring__fork_witness *witness) {
  polyring__fork_generation();
  pthread_mutex_lock(&lock);
  witness->next = witnesses;
  witness->before = &witnesses;
  if (witnesses) witnesses->before = &witness->next;
  witnesses = witness;
  pthread_mutex_unlock(&lock);
}

void polyring__fork_leave(polyring__fork_witness *witness) {
  pthread_mutex_lock(&lock);
  *witness->before = witness->next;
  if (witness->next) witness->next->before = witness->before;
  pthread_mutex_unlock(&lock);
}
