#include "base/allocator.h"

#include <stdlib.h>

static void *libc_resize(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size) return realloc(block, new_size);
  free(block);
  return NULL;
}

polyring_allocator polyring__allocator_or_libc(const polyring_allocator *allocator) {
  return allocator ? *allocator : (polyring_allocator){libc_resize, NULL};
}

void *polyring__allocate(const polyring_allocator *allocator, size_t size) {
  return allocator->resize(allocator->context, NULL, 0, size ? size : 1);
}

void polyring__release(const polyring_allocator *allocator, void *block, size_t size) {
  if (block) allocator->resize(allocator->context, block, size ? size : 1, 0);
}
