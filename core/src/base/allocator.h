/* Memory through the caller's one function. */
#ifndef POLYRING__ALLOCATOR_H
#define POLYRING__ALLOCATOR_H

#include "polyring/bytes.h"

/* The caller's allocator, or the C library's where it gave none. */
polyring_allocator polyring__allocator_or_libc(const polyring_allocator *allocator);

void *polyring__allocate(const polyring_allocator *allocator, size_t size);
void polyring__release(const polyring_allocator *allocator, void *block, size_t size);

#endif
