/* Compression of bodies: php-memcached's envelope, four bytes with the size before compression (the
 * low byte first, as on the machines that PHP runs on) and then the stream. */
#ifndef POLYRING__PACKING_H
#define POLYRING__PACKING_H

#include "polyring/bytes.h"

typedef enum polyring__packing {
  PACKING_NONE,
  PACKING_ZLIB,
  PACKING_FASTLZ, /* known by name, never written or read */
  PACKING_ZSTD,
  PACKINGS
} polyring__packing;

enum { POLYRING__ENVELOPE = 4 };

/* The states of the libraries, made when they are first needed and kept. */
typedef struct polyring__packer {
  polyring_allocator allocator;
  struct polyring__zlib *zlib;
  void *zstd_writer, *zstd_reader;
} polyring__packer;

void polyring__packer_init(polyring__packer *packer, const polyring_allocator *allocator);
void polyring__packer_done(polyring__packer *packer);

polyring__packing polyring__packing_find(const char *name); /* PACKINGS: there is none */

/* Whether the library was built with it. */
int polyring__packing_is_built(polyring__packing packing);

/* Appends the packed form of size bytes to out if the stream is smaller by the factor 1.3 (
 * php-memcached's), and sets *packed to whether it is; else out is as it was. OK or NO_MEMORY. */
polyring_status polyring__pack(polyring__packer *packer, polyring__packing packing,
                               const uint8_t *bytes, size_t size, polyring_buffer *out,
                               int *packed);

/* Appends what was packed to out: at most `most` bytes, and never much more memory than came out of
 * the stream so far. OK, INVALID_ARGUMENT (no such stream, or not the size that the envelope says),
 * TOO_LARGE, NOT_SUPPORTED, NO_MEMORY. */
polyring_status polyring__unpack(polyring__packer *packer, polyring__packing packing,
                                 const uint8_t *body, size_t size, size_t most,
                                 polyring_buffer *out, polyring_error *error);

/* What a library's part does. pack: returns the size of the stream, 0 if it does not fit into
 * room, POLYRING_NOWHERE if there is no memory. unpack: as polyring__unpack, of the stream alone;
 * the result must have exactly size_out bytes. */
size_t polyring__zlib_pack(polyring__packer *packer, const uint8_t *bytes, size_t size,
                           uint8_t *out, size_t room);
polyring_status polyring__zlib_unpack(polyring__packer *packer, const uint8_t *stream, size_t size,
                                      size_t size_out, polyring_buffer *out, polyring_error *error);
void polyring__zlib_done(polyring__packer *packer);
size_t polyring__zstd_pack(polyring__packer *packer, const uint8_t *bytes, size_t size,
                           uint8_t *out, size_t room);
polyring_status polyring__zstd_unpack(polyring__packer *packer, const uint8_t *stream, size_t size,
                                      size_t size_out, polyring_buffer *out, polyring_error *error);
void polyring__zstd_done(polyring__packer *packer);

/* The same sentences whatever the library. */
polyring_status polyring__value_no_memory(polyring_error *error);
polyring_status polyring__unpack_broken(polyring_error *error, const char *what);
polyring_status polyring__unpack_wrong_size(polyring_error *error, size_t size);

/* The room for the next piece of a stream that came to `have` bytes and ends at size_out: as much
 * as there is already, and one byte more than may come, to see that there is none. */
size_t polyring__unpack_step(size_t have, size_t size_out);

#endif
