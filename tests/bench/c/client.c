#include "client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MAX = 64 };

/* What one thread does: all of its keys, as often as the job is repeated. */
typedef struct worker {
  const client_kind *kind;
  void *user;
  const question *asked;
  const char *keys;
  size_t count, sum;
} worker;

static char value[VALUE_SIZE];

void give_up(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

size_t places_of(const question *asked, place places[PLACES_MAX]) {
  char text[sizeof asked->places];
  size_t count = 0;
  strcpy(text, asked->places);
  for (char *one = strtok(text, ","); one && count < PLACES_MAX; one = strtok(NULL, ",")) {
    int is_path = strncmp(one, "unix:", 5) == 0;
    char *colon = is_path ? NULL : strrchr(one, ':');
    if (colon) *colon = 0;
    places[count].port = colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
    snprintf(places[count++].host, sizeof places->host, "%s", is_path ? one + 5 : one);
  }
  return count;
}

static double now(const question *asked) {
  struct timespec time;
  clock_gettime(strcmp(asked->way, "cpu") ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* All keys once. */
static size_t once(const worker *self) {
  const client_kind *kind = self->kind;
  const char *job = self->asked->job;
  int gets = !strcmp(job, "gets"), sets = !strcmp(job, "sets");
  size_t step = gets ? GETS : sets ? SETS : 1, sum = 0;
  if (gets || sets) {
    for (size_t i = 0; i < self->count; i += step) {
      const char *keys = self->keys + i * KEY_SIZE;
      size_t count = self->count - i < step ? self->count - i : step;
      sum +=
          gets ? kind->gets(self->user, keys, count) : kind->sets(self->user, keys, count, value);
    }
  } else if (!strcmp(job, "set")) {
    for (size_t i = 0; i < self->count; i++)
      sum += kind->set(self->user, self->keys + i * KEY_SIZE, value);
  } else {
    for (size_t i = 0; i < self->count; i++)
      sum += kind->get(self->user, self->keys + i * KEY_SIZE);
  }
  return sum;
}

static void *repeat(void *of_worker) {
  worker *self = of_worker;
  for (size_t pass = 0; pass < self->asked->passes; pass++) self->sum = once(self);
  return NULL;
}

/* Deals the keys to so many threads. */
static size_t with_threads(const worker *all, size_t threads) {
  worker workers[THREADS_MAX];
  pthread_t ids[THREADS_MAX];
  size_t sum = 0;
  for (size_t i = 0; i < threads; i++) {
    size_t first = all->count * i / threads, end = all->count * (i + 1) / threads;
    workers[i] = *all;
    workers[i].keys += first * KEY_SIZE;
    workers[i].count = end - first;
    workers[i].user = all->kind->user(all->user);
    if (pthread_create(&ids[i], NULL, repeat, &workers[i])) give_up("no thread");
  }
  for (size_t i = 0; i < threads; i++) {
    pthread_join(ids[i], NULL);
    all->kind->leave(workers[i].user);
    sum += workers[i].sum;
  }
  return sum;
}

static double measure(worker *all, size_t threads) {
  const question *asked = all->asked;
  void *client = all->kind->open(asked);
  void *user = all->user = all->kind->user(client);
  if (all->kind->sets(user, all->keys, all->count, value) != all->count)
    give_up("the keys could not be stored");
  if (threads) {
    all->user = client;
    with_threads(all, threads);
  } else {
    once(all);
  }
  double start = now(asked);
  if (threads)
    *asked->sum = with_threads(all, threads);
  else
    *asked->sum = (repeat(all), all->sum);
  double figure = (now(asked) - start) / (double)(asked->passes * all->count);
  all->kind->leave(user);
  all->kind->close(client);
  return figure;
}

double answer_client(const client_kind *kind, const question *asked) {
  static const char *const jobs[] = {"get", "set", "gets", "sets", "get/8", "get/64"};
  static const size_t threads[] = {0, 0, 0, 0, 8, 64};
  worker all = {kind, NULL, asked, asked->keys, asked->key_count, 0};
  memset(value, 'v', sizeof value);
  value[0] = '\xFF'; /* no text, so that languages take it for bytes */
  for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
    if (!strcmp(asked->job, jobs[i]) && (!threads[i] || kind->has_threads))
      return measure(&all, threads[i]);
  return -1;
}
