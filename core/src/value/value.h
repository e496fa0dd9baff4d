/* The codec: between values and what lies on a server, by a dialect. Flags and bodies have their
 * meaning in docs/values.md. A codec is used by one thread at a time. */
#ifndef POLYRING__VALUE_H
#define POLYRING__VALUE_H

#include "polyring/value.h"

#define POLYRING__VALUE_MOST ((size_t)64 << 20) /* bytes of a value, if the options do not say */
#define POLYRING__VALUE_COMPRESS_FROM 2000      /* the same, php-memcached's number */

/* All zero is the default of everything. */
typedef struct polyring__value_options {
  const char *dialect;  /* "portable" or "raw"; NULL: portable */
  const char *compress; /* "zlib", "zstd" or "none"; NULL: zlib, or none where it was left out */
  size_t compress_from; /* bytes from which on bodies are compressed; 0: 2000 */
  size_t most;          /* bytes of the largest value, unpacked, that is written or read;
                         * 0: POLYRING__VALUE_MOST; at most POLYRING_VALUE_MAX */
  int decode_text;      /* bytes that are valid UTF-8 are read as text: for what others wrote,
                         * who have one type for both */
} polyring__value_options;

typedef struct polyring__value_codec polyring__value_codec;

/* Makes a codec; options may be NULL, and are not kept. Free it with polyring__value_codec_free; on
 * failure *codec is NULL.
 *
 * OK; INVALID_ARGUMENT: no such dialect or compression; NOT_SUPPORTED: a compression that the
 * library was built without; TOO_LARGE: most; NO_MEMORY. */
polyring_status polyring__value_codec_new(const polyring_allocator *allocator,
                                          const polyring__value_options *options,
                                          polyring__value_codec **codec, polyring_error *error);
void polyring__value_codec_free(polyring__value_codec *codec); /* NULL is allowed */

/* What lies on a server. */
typedef struct polyring__value_body {
  uint32_t flags;
  const uint8_t *at;
  size_t size;
} polyring__value_body;

/* Writes the value of a sequence. Bytes and texts that go as they are stay where they are:
 * body->at then points into the sequence, and out is untouched. Everything else is appended to out,
 * and body->at points there: it is valid until out grows again, so that who writes many bodies into
 * one buffer keeps the offset body->at - out->at. On failure out is as it was.
 *
 * OK. INVALID_ARGUMENT: the sequence breaks a rule, or the dialect has no form for what is at
 * error->position: raw has bytes and texts; portable has no float that is NaN or infinite, no bytes
 * inside a list or map, no map key with a NUL byte. Nothing is made into something else.
 * TOO_LARGE: the sequence, or the value above most. NOT_SUPPORTED: a list, a map or none, and the
 * library was built without JSON. NO_MEMORY. */
polyring_status polyring__value_write(polyring__value_codec *codec, const void *sequence,
                                      size_t size, polyring_buffer *out, polyring__value_body *body,
                                      polyring_error *error);

/* Reads a value: appends its sequence to out. On failure out is as it was.
 *
 * OK. NOT_SUPPORTED: the flags say that another library wrote this in a form that is not read here
 * (error->text names it: "PHP serialized", "igbinary", "fastlz", ...), or one that this library was
 * built without. INVALID_ARGUMENT: flags that contradict themselves, or a body that is not what
 * they say; error->position is the offset in the body, unpacked if it was packed, or
 * POLYRING_NOWHERE. TOO_LARGE: the value is above most. NO_MEMORY.
 *
 * Memory follows the data: a length in a body is a limit, and never asked for in advance. The JSON
 * library and zstd allocate by malloc; everything else comes from the allocators of codec and out.
 * A codec keeps what it needed for the next call, buffers above 4 MiB not included. */
polyring_status polyring__value_read(polyring__value_codec *codec, uint32_t flags, const void *body,
                                     size_t size, polyring_buffer *out, polyring_error *error);

/* The same for a value. Plain bodies stay where they are: what body->at or value->at points to is
 * the value's own memory, or that of the body; else it lies in out, and moves when out grows. */
polyring_status polyring__value_put(polyring__value_codec *codec, const polyring_value *value,
                                    polyring_buffer *out, polyring__value_body *body,
                                    polyring_error *error);
polyring_status polyring__value_get(polyring__value_codec *codec, uint32_t flags, const void *body,
                                    size_t size, polyring_buffer *out, polyring_value *value,
                                    polyring_error *error);

/* The names of the dialects; NULL beyond the last. */
const char *polyring__value_dialect_name(size_t i);

#endif
