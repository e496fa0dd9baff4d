/* Bytes that grow, and that are used again: a buffer whose size is set to 0 keeps its room. */
#ifndef POLYRING__BUFFER_H
#define POLYRING__BUFFER_H

#include "polyring/bytes.h"

typedef struct polyring__buffer {
  uint8_t *at;
  size_t size, room;
  polyring_allocator allocator;
} polyring__buffer;

void polyring__buffer_init(polyring__buffer *buffer, const polyring_allocator *allocator);
void polyring__buffer_done(polyring__buffer *buffer);

/* Room for size more bytes behind those that are there: where they begin, or NULL if there is no
 * memory; the buffer then is as it was. It moves what it holds, and at least doubles. */
uint8_t *polyring__buffer_more(polyring__buffer *buffer, size_t size);

/* 1, or 0 if there is no memory. */
int polyring__buffer_add(polyring__buffer *buffer, const void *bytes, size_t size);

/* Empties the buffer; room above most is given back. */
void polyring__buffer_reset(polyring__buffer *buffer, size_t most);

#endif
