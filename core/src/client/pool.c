#define _GNU_SOURCE /* pthread_condattr_setclock */
#include "client/pool.h"

#include <errno.h>
#include <time.h>

#include "base/allocator.h"
#include "transport/clock.h"
#include "transport/fork.h"

void polyring__pool_init(polyring__pool *pool, const polyring_allocator *allocator) {
  pthread_condattr_t attributes;
  *pool = (polyring__pool){.allocator = polyring__allocator_or_libc(allocator),
                           .transport = &polyring__plain,
                           .codec = &polyring__meta};
  pthread_mutex_init(&pool->lock, NULL);
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&pool->returned, &attributes);
  pthread_condattr_destroy(&attributes);
}

static void link_free(polyring__pool *pool, polyring__link *link) {
  polyring__link_close(pool, link, 0);
  polyring__connection_done(&link->connection);
  polyring__release(&pool->allocator, link, sizeof *link);
}

void polyring__pool_done(polyring__pool *pool) {
  while (pool->idle) {
    polyring__link *link = pool->idle;
    pool->idle = link->next;
    link_free(pool, link);
  }
  pthread_cond_destroy(&pool->returned);
  pthread_mutex_destroy(&pool->lock);
}

int polyring__link_open(polyring__pool *pool, polyring__link *link) {
  int descriptor = pool->transport->open(&pool->address, pool->receive_timeout);
  if (descriptor < 0) return descriptor;
  polyring__connection_done(&link->connection);
  polyring__connection_init(&link->connection, &pool->allocator, pool->codec, pool->value_most);
  link->descriptor = descriptor;
  link->fresh = 1;
  link->generation = polyring__fork_generation();
  return 0;
}

void polyring__link_close(polyring__pool *pool, polyring__link *link, int abort) {
  /* In a child the socket is the parent's: no word on the wire. */
  int ours = link->generation == polyring__fork_generation();
  if (link->descriptor >= 0) pool->transport->close(link->descriptor, abort && ours);
  link->descriptor = -1;
}

static polyring__link *link_make(polyring__pool *pool) {
  polyring__link *link = polyring__allocate(&pool->allocator, sizeof *link);
  if (!link) return NULL;
  *link = (polyring__link){.descriptor = -1};
  polyring__connection_init(&link->connection, &pool->allocator, pool->codec, pool->value_most);
  return link;
}

int polyring__pool_borrow(polyring__pool *pool, int64_t deadline, polyring__link **link) {
  int64_t now = polyring__clock_now();
  struct timespec until = {deadline / 1000000, deadline % 1000000 * 1000};
  pthread_mutex_lock(&pool->lock);
  while (!pool->idle && pool->links >= pool->links_most)
    if (pthread_cond_timedwait(&pool->returned, &pool->lock, &until) == ETIMEDOUT) {
      pthread_mutex_unlock(&pool->lock);
      return POLYRING__BUSY;
    }
  *link = pool->idle;
  if (*link)
    pool->idle = (*link)->next;
  else
    pool->links++;
  pthread_mutex_unlock(&pool->lock);
  if (!*link && !(*link = link_make(pool))) {
    pthread_mutex_lock(&pool->lock);
    pool->links--;
    pthread_mutex_unlock(&pool->lock);
    return POLYRING_NO_MEMORY;
  }
  int stale = (*link)->generation != polyring__fork_generation();
  if ((*link)->descriptor >= 0 && (stale || now - (*link)->used > POLYRING__IDLE_MAX))
    polyring__link_close(pool, *link, 0);
  return POLYRING_OK;
}

void polyring__pool_return(polyring__pool *pool, polyring__link *link, int abort) {
  int usable =
      !abort && !link->connection.broken && polyring__connection_is_idle(&link->connection);
  if (!usable) polyring__link_close(pool, link, abort);
  link->used = polyring__clock_now();
  pthread_mutex_lock(&pool->lock);
  link->next = pool->idle;
  pool->idle = link;
  pthread_cond_signal(&pool->returned);
  pthread_mutex_unlock(&pool->lock);
}
