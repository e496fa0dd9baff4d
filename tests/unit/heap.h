/* An allocator that counts, and fails when it is told to. */
#ifndef POLYRING_TESTS_HEAP_H
#define POLYRING_TESTS_HEAP_H

#include "unit.h"

typedef struct heap {
  size_t allowed; /* allocations that still succeed */
  size_t bytes;   /* asked for and not given back */
  size_t most;    /* that bytes ever were */
} heap;

static void *resize(void *context, void *block, size_t old_size, size_t new_size) {
  heap *counted = context;
  assert_null(new_size ? block : NULL); /* the core only allocates and frees */
  if (!new_size) {
    counted->bytes -= old_size;
    free(block);
    return NULL;
  }
  if (!counted->allowed) return NULL;
  counted->allowed--;
  counted->bytes += new_size;
  if (counted->most < counted->bytes) counted->most = counted->bytes;
  return malloc(new_size);
}

#endif
