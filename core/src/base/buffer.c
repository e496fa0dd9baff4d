#include "polyring/bytes.h"

#include <string.h>

#include "base/allocator.h"

enum { LEAST_ROOM = 256 };

void polyring_buffer_init(polyring_buffer *buffer, const polyring_allocator *allocator) {
  *buffer = (polyring_buffer){.allocator = polyring__allocator_or_libc(allocator)};
}

void polyring_buffer_done(polyring_buffer *buffer) {
  polyring__release(&buffer->allocator, buffer->at, buffer->room);
  buffer->at = NULL;
  buffer->size = buffer->room = 0;
}

uint8_t *polyring_buffer_more(polyring_buffer *buffer, size_t size) {
  if (buffer->room - buffer->size >= size && buffer->at) return buffer->at + buffer->size;
  if (size > SIZE_MAX / 4 || buffer->room > SIZE_MAX / 4) return NULL;
  size_t room = buffer->room * 2;
  if (room < buffer->size + size) room = buffer->size + size;
  if (room < LEAST_ROOM) room = LEAST_ROOM;
  uint8_t *at = polyring__allocate(&buffer->allocator, room);
  if (!at) return NULL;
  if (buffer->size) memcpy(at, buffer->at, buffer->size);
  polyring__release(&buffer->allocator, buffer->at, buffer->room);
  buffer->at = at;
  buffer->room = room;
  return at + buffer->size;
}

int polyring_buffer_add(polyring_buffer *buffer, const void *bytes, size_t size) {
  uint8_t *end = polyring_buffer_more(buffer, size);
  if (!end) return 0;
  if (size) memcpy(end, bytes, size);
  buffer->size += size;
  return 1;
}

void polyring_buffer_reset(polyring_buffer *buffer, size_t most) {
  buffer->size = 0;
  if (buffer->room > most) polyring_buffer_done(buffer);
}
