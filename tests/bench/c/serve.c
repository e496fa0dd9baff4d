#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double cpu_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

void server_text(size_t i, char out[SERVER_SIZE]) {
  snprintf(out, SERVER_SIZE, "10.%u.%u.%u", (unsigned)(i >> 16 & 255), (unsigned)(i >> 8 & 255),
           (unsigned)(i & 255));
}

static char *read_keys(const char *name, size_t *count) {
  FILE *file = fopen(name, "rb");
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  size_t size = (size_t)ftell(file);
  rewind(file);
  char *keys = malloc(size + 1);
  *count = keys ? fread(keys, KEY_SIZE, size / KEY_SIZE, file) : 0;
  fclose(file);
  return keys;
}

static bool parse(const char *line, question *asked) {
  char *end;
  if (sscanf(line, "%15s %15s %511s %zu %zu %127s", asked->job, asked->way, asked->places,
             &asked->key_count, &asked->passes, asked->profile) != 6)
    return false;
  asked->servers = strtoul(asked->places, &end, 10);
  if (*end)
    asked->servers = 0;
  else
    asked->places[0] = 0;
  return true;
}

static void reply(const question *asked, answerer *answer) {
  *asked->sum = 0;
  double figure = answer(asked);
  if (figure < 0) {
    puts("skip not something it does");
    return;
  }
  uint64_t sum = *asked->sum;
  for (size_t i = 0; !has_places(asked) && i < asked->key_count; i++) sum += asked->indexes[i];
  printf("%.3f %llu\n", figure, (unsigned long long)sum);
}

int serve(const char *name, int argc, char **argv, answerer *answer) {
  question asked;
  char line[1024];
  uint64_t sum;
  size_t count = 0;
  char *keys = argc == 2 ? read_keys(argv[1], &count) : NULL;
  uint16_t *indexes = calloc(count + 1, sizeof *indexes);
  if (!count || !indexes) {
    fprintf(stderr, "usage: %s KEYS_FILE\n", argv[0]);
    return 2;
  }
  asked.keys = keys;
  asked.indexes = indexes;
  asked.sum = &sum;
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts(name);
  while (fgets(line, sizeof line, stdin)) {
    if (!parse(line, &asked) || asked.key_count > count || !asked.passes)
      puts("skip not a question");
    else
      reply(&asked, answer);
  }
  free(indexes);
  free(keys);
  return 0;
}
