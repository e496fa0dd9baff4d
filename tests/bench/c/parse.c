/* The core's readers of replies, for instructions.py: the way is what the replies are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/codec.h"
#include "serve.h"

enum { VALUE_SIZE = 100, ITEM_MAX = 256 };

static const struct way {
  const char *name, *before, *after; /* the key */
  const polyring__codec *codec;
} ways[] = {
    {"text", "VALUE ", " 0 100\r\n", &polyring__text},
    {"meta", "VA 100 k", " f0\r\n", &polyring__meta},
    {"cas", "VALUE ", " 0 100 12345\r\n", &polyring__text}, /* word by word */
};

/* Nanoseconds an item. */
static double measure(const struct way *way, const question *asked) {
  char *items = malloc(asked->key_count * ITEM_MAX), *end = items;
  size_t count = 0, sum = 0;
  for (size_t i = 0; i < asked->key_count; i++) {
    const char *key = asked->keys + i * KEY_SIZE;
    end += sprintf(end, "%s%.*s%s", way->before, KEY_SIZE, key, way->after);
    memset(end, 'v', VALUE_SIZE);
    end = strcpy(end + VALUE_SIZE, "\r\n") + 2;
  }
  double start = cpu_nanoseconds();
  for (size_t pass = 0; pass < asked->passes; pass++)
    for (const char *at = items; at < end; count++) {
      polyring__reply reply;
      ptrdiff_t taken = way->codec->read(at, (size_t)(end - at), VALUE_SIZE, &reply);
      if (taken <= 0) abort();
      at += taken;
      sum += reply.value.size + reply.key.size;
    }
  free(items);
  if (sum != count * (VALUE_SIZE + KEY_SIZE)) abort();
  return (cpu_nanoseconds() - start) / (double)count;
}

static double answer(const question *asked) {
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
    if (!strcmp(asked->way, ways[i].name)) return measure(&ways[i], asked);
  return -1;
}

int main(int argc, char **argv) { return serve("polyring's readers", argc, argv, answer); }
