/* Gets and sets without a pause, of Polyring in C: loop.py says what all loops do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "polyring/polyring.h"

enum { KEYS = 200, SIZE = 100 };

typedef struct call {
  int64_t start, took;
  char said;
} call;

static polyring_client *client;
static polyring_results *results;
static char keys[KEYS][16], value[SIZE];

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static char run(polyring_verb verb, const char *key) {
  polyring_operation op = {.verb = verb, .key = key, .key_size = strlen(key)};
  op.value = (polyring_value){.tag = POLYRING_VALUE_BYTES, .at = value, .size = SIZE};
  polyring_client_run(client, &op, 1, 0, results, NULL);
  return op.status < 0 ? 'f' : op.status == POLYRING_MISS ? 'm' : 'o';
}

static void open_client(const char *servers, const char *timeout, const char *more) {
  polyring_error error;
  char url[4096];
  snprintf(url, sizeof url, "memcached://%s/?timeout=%sms%s%s", servers, timeout, *more ? "&" : "",
           more);
  if (polyring_client_new(NULL, url, strlen(url), "", 0, &client, &error) < 0) {
    fprintf(stderr, "%s\n", error.text);
    exit(1);
  }
  results = polyring_results_borrow(client);
  memset(value, 'v', SIZE);
  for (int i = 0; i < KEYS; i++) {
    snprintf(keys[i], sizeof keys[i], "key:%d", i);
    run(POLYRING_SET, keys[i]);
  }
}

static void print_events(void) {
  polyring_event event;
  while (polyring_client_next_event(client, &event))
    printf("event %lld %s %s\n", (long long)now(), event.server, event.text);
}

int main(int count, char **words) {
  if (count < 6) return 2;
  words++; /* the name, as in the other languages */
  open_client(words[1], words[3], count > 6 ? words[5] : "");
  size_t done = 0, room = 1 << 16;
  call *calls = malloc(room * sizeof *calls);
  int64_t pause = atoll(words[4]) * 1000000;
  struct timespec wait = {pause / 1000000000, pause % 1000000000};
  puts("ready");
  fflush(stdout);
  for (int64_t end = now() + (int64_t)(atof(words[2]) * 1e6); now() < end; done++) {
    if (done == room) calls = realloc(calls, (room *= 2) * sizeof *calls);
    if (!calls) return 3;
    uint32_t chance = (uint32_t)done * 2654435761u >> 8;
    call *one = &calls[done];
    one->start = now();
    one->said = run(chance % 5 ? POLYRING_GET : POLYRING_SET, keys[chance / 5 % KEYS]);
    one->took = now() - one->start;
    print_events();
    if (pause) nanosleep(&wait, NULL);
  }
  for (size_t i = 0; i < done; i++)
    printf("%lld %lld %c\n", (long long)calls[i].start, (long long)calls[i].took, calls[i].said);
  free(calls);
  polyring_results_return(results);
  polyring_client_free(client);
}
