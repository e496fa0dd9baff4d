/* Polyring in C, doing what it is told: caller.py says what all callers do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "polyring/polyring.h"

enum { KEYS = 200, SIZE = 100, EVENTS = 1000 };

typedef struct call {
  int64_t start, took;
  char said;
} call;

static polyring_client *client;
static polyring_results *results;
static char keys[KEYS][16], value[SIZE];
static char events[EVENTS][700];
static size_t told;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static polyring_operation run(polyring_verb verb, const char *key, const char *bytes, size_t size) {
  polyring_operation op = {.verb = verb, .key = key, .key_size = strlen(key)};
  op.value = (polyring_value){.tag = POLYRING_VALUE_TEXT, .at = bytes, .size = size};
  polyring_client_run(client, &op, 1, 0, results, NULL);
  return op;
}

static char said(const polyring_operation *op) {
  if (op->status == POLYRING_UNAVAILABLE || op->status == POLYRING_BUSY) return 'n';
  return op->status < 0 ? 'f' : op->status == POLYRING_MISS ? 'm' : 'o';
}

static void open_client(int count, char **words) {
  polyring_error error;
  char url[4096];
  size_t end =
      (size_t)snprintf(url, sizeof url, "memcached://%s/?timeout=%sms", words[2], words[3]);
  for (int i = 4; i < count && end < sizeof url; i++)
    end += (size_t)snprintf(url + end, sizeof url - end, "&%s", words[i]);
  if (end >= sizeof url || polyring_client_new(NULL, url, end, "", 0, &client, &error) < 0) {
    fprintf(stderr, "%s\n", end < sizeof url ? error.text : "too many words");
    exit(1);
  }
  results = polyring_results_borrow(client);
  memset(value, 'v', SIZE);
  for (int i = 0; i < KEYS; i++) snprintf(keys[i], sizeof keys[i], "key:%d", i);
}

static void listen(void) {
  polyring_event event;
  for (; polyring_client_next_event(client, &event); told += told < EVENTS)
    if (told < EVENTS)
      snprintf(events[told], sizeof events[told], "event %lld %s %s", (long long)now(),
               event.server, event.text);
}

static void calls(double seconds, int64_t pause) {
  size_t done = 0, room = 1 << 16;
  call *made = malloc(room * sizeof *made);
  struct timespec wait = {pause / 1000, pause % 1000 * 1000000};
  for (int i = 0; i < KEYS; i++) run(POLYRING_SET, keys[i], value, SIZE);
  puts("begin");
  fflush(stdout);
  for (int64_t end = now() + (int64_t)(seconds * 1e6); now() < end; done++) {
    if (done == room) made = realloc(made, (room *= 2) * sizeof *made);
    if (!made) exit(3);
    uint32_t chance = (uint32_t)done * 2654435761u >> 8;
    int64_t start = now();
    polyring_operation op =
        run(chance % 5 ? POLYRING_GET : POLYRING_SET, keys[chance / 5 % KEYS], value, SIZE);
    made[done] = (call){start, now() - start, said(&op)};
    listen();
    if (pause) nanosleep(&wait, NULL);
  }
  for (size_t i = 0; i < done; i++)
    printf("%lld %lld %c\n", (long long)made[i].start, (long long)made[i].took, made[i].said);
  for (size_t i = 0; i < told; i++) puts(events[i]);
  told = 0;
  free(made);
  puts("end");
}

static void obey(char *line) {
  char *verb = strtok(line, " \n"), *first = strtok(NULL, " \n"), *second = strtok(NULL, " \n");
  if (!verb || !first) return;
  if (!strcmp(verb, "calls")) {
    calls(atof(first), second ? atoll(second) : 0);
  } else if (!strcmp(verb, "set")) {
    polyring_operation op = run(POLYRING_SET, first, second, strlen(second));
    printf("%c\n", said(&op));
  } else {
    polyring_operation op = run(POLYRING_GET, first, NULL, 0);
    printf("%c", said(&op));
    if (op.status == POLYRING_OK) printf(" %.*s", (int)op.found.size, (const char *)op.found.at);
    putchar('\n');
  }
}

int main(int count, char **words) {
  if (count < 4) return 2;
  open_client(count, words);
  puts("ready here");
  for (char line[1024]; fflush(stdout), fgets(line, sizeof line, stdin);) obey(line);
  polyring_results_return(results);
  polyring_client_free(client);
}
