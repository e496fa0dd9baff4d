/* What the fuzzers have in common. */
#ifndef POLYRING_TESTS_FUZZ_H
#define POLYRING_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polyring/polyring.h"

static inline void must(int is_so, const char *what) {
  if (is_so) return;
  fprintf(stderr, "it must be so that %s\n", what);
  abort();
}

/* For a control: whether the fuzzer is to lie to itself. */
static inline int lies(const char *what) {
  const char *liar = getenv("POLYRING_LIAR");
  return liar && strcmp(liar, what) == 0;
}

/* Memory of which there is not much: rings of millions of points are refused, not waited for. */
static inline void *little(void *context, void *block, size_t old_size, size_t new_size) {
  size_t *used = context;
  if (!new_size) {
    *used -= old_size;
    free(block);
    return NULL;
  }
  if (*used + new_size > 1 << 19) return NULL;
  *used += new_size;
  return malloc(new_size);
}

static inline void must_say_why(polyring_status status, const polyring_error *error, size_t size) {
  must(error->status == status && *error->text, "a refusal says why");
  must(error->position == POLYRING_NOWHERE || error->position <= size, "it is about the input");
  for (const char *c = error->text; *c; c++) must(*c >= 0x20 && *c < 0x7F, "it can be shown");
}

/* The canonical text of a topology makes the same topology. */
static inline void must_be_its_own(const polyring_topology *topology) {
  polyring_topology *again;
  polyring_error error;
  size_t size = polyring_topology_text(topology, NULL, 0);
  char *text = malloc(size), *other = malloc(size);
  must(polyring_topology_text(topology, text, size) == size, "a text is as long as it says");
  if (polyring_topology_parse(NULL, text, size, &again, &error) < 0) {
    fprintf(stderr, "%s\n%.*s\n", error.text, (int)size, text);
    abort();
  }
  must(polyring_topology_text(again, other, size) == size, "it is as long again");
  if (lies("text")) other[size / 2] ^= 1;
  must(memcmp(text, other, size) == 0, "a canonical text is its own");
  polyring_topology_free(again);
  free(text);
  free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
