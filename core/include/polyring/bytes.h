/* Polyring: bytes as text, and memory.
 *
 * Keys, hosts and labels are bytes. Wherever they are written as text (command lines, vector
 * files, the adapter protocol, server lists), every byte outside A-Z a-z 0-9 - . _ ~ is written
 * as % and two hexadecimal digits, upper case; both cases are read. */
#ifndef POLYRING_BYTES_H
#define POLYRING_BYTES_H

#include "polyring/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The one allocator function: resize(context, NULL, 0, n) gives n bytes, resize(context, p, old,
 * n) moves them, resize(context, p, old, 0) frees and returns NULL. NULL for n > 0 means that
 * there is no memory; the old block then lives on. old is always the size asked for last.
 *
 * Wherever an allocator is taken, NULL stands for the C library's. The struct is copied; its
 * context must outlive every object made with it. */
typedef struct polyring_allocator {
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
  void *context;
} polyring_allocator;

/* Writes the percent-encoded form of size bytes and a final NUL into out, which has room for
 * capacity bytes (3 * size + 1 always suffice). Returns the length without the NUL, or
 * POLYRING_NOWHERE if it does not fit; out then holds nothing of use. */
POLYRING_API size_t polyring_percent_encode(const void *bytes, size_t size, char *out,
                                            size_t capacity);

/* Decodes size characters of text into out, which has room for size bytes and may be text
 * itself. Returns the number of bytes, or POLYRING_NOWHERE if a % is not followed by two
 * hexadecimal digits; *position (may be NULL) is then the offset of that %. Bytes that should
 * have been encoded are taken as they stand. */
POLYRING_API size_t polyring_percent_decode(const char *text, size_t size, void *out,
                                            size_t *position);

/* Bytes that grow, and that are used again: a buffer whose size is set to 0 keeps its room. */
typedef struct polyring_buffer {
  uint8_t *at;
  size_t size, room;
  polyring_allocator allocator;
} polyring_buffer;

/* Makes a buffer empty, without memory yet; gives its memory back. The allocator is copied. */
POLYRING_API void polyring_buffer_init(polyring_buffer *buffer,
                                       const polyring_allocator *allocator);
POLYRING_API void polyring_buffer_done(polyring_buffer *buffer);

/* Makes room for size more bytes behind those that are there. Returns where they begin, which the
 * caller then counts into size; or NULL if there is no memory, and the buffer is as it was. It
 * moves what it holds, and at least doubles. */
POLYRING_API uint8_t *polyring_buffer_more(polyring_buffer *buffer, size_t size);

/* Appends bytes. 1, or 0 if there is no memory; the buffer then is as it was. */
POLYRING_API int polyring_buffer_add(polyring_buffer *buffer, const void *bytes, size_t size);

/* Empties the buffer; room above most is given back. */
POLYRING_API void polyring_buffer_reset(polyring_buffer *buffer, size_t most);

#ifdef __cplusplus
}
#endif

#endif
