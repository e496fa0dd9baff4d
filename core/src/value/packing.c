/* The envelope, and which library does the work. */
#include "value/packing.h"

#include <string.h>

#include "base/error.h"

typedef struct packing_row {
  const char *name;
  size_t (*pack)(polyring__packer *packer, const uint8_t *bytes, size_t size, uint8_t *out,
                 size_t room);
  polyring_status (*unpack)(polyring__packer *packer, const uint8_t *stream, size_t size,
                            size_t size_out, polyring_buffer *out, polyring_error *error);
  void (*done)(polyring__packer *packer);
} packing_row;

static const packing_row packings[PACKINGS] = {
    [PACKING_NONE] = {.name = "none"},
    [PACKING_ZLIB] = {.name = "zlib",
#ifdef POLYRING_ZLIB
                      .pack = polyring__zlib_pack,
                      .unpack = polyring__zlib_unpack,
                      .done = polyring__zlib_done
#endif
    },
    [PACKING_FASTLZ] = {.name = "fastlz"},
    [PACKING_ZSTD] = {.name = "zstd",
#ifdef POLYRING_ZSTD
                      .pack = polyring__zstd_pack,
                      .unpack = polyring__zstd_unpack,
                      .done = polyring__zstd_done
#endif
    },
};

void polyring__packer_init(polyring__packer *packer, const polyring_allocator *allocator) {
  *packer = (polyring__packer){.allocator = *allocator};
}

void polyring__packer_done(polyring__packer *packer) {
  for (int i = 0; i < PACKINGS; i++)
    if (packings[i].done) packings[i].done(packer);
}

polyring__packing polyring__packing_find(const char *name) {
  int i = 0;
  while (i < PACKINGS && strcmp(packings[i].name, name) != 0) i++;
  return (polyring__packing)i;
}

int polyring__packing_is_built(polyring__packing packing) {
  return packing == PACKING_NONE || packings[packing].pack != NULL;
}

polyring_status polyring__pack(polyring__packer *packer, polyring__packing packing,
                               const uint8_t *bytes, size_t size, polyring_buffer *out,
                               int *packed) {
  *packed = 0;
  if (!size) return POLYRING_OK;
  /* The largest stream with 1.3 * stream < size; one that grows beyond it is given up early. */
  size_t room = (size * 10 - 1) / 13;
  uint8_t *envelope = polyring_buffer_more(out, POLYRING__ENVELOPE + room);
  if (!envelope) return POLYRING_NO_MEMORY;
  size_t used = packings[packing].pack(packer, bytes, size, envelope + POLYRING__ENVELOPE, room);
  if (used == POLYRING_NOWHERE) return POLYRING_NO_MEMORY;
  if (!used) return POLYRING_OK;
  for (int i = 0; i < POLYRING__ENVELOPE; i++) envelope[i] = (uint8_t)(size >> 8 * i);
  out->size += POLYRING__ENVELOPE + used;
  *packed = 1;
  return POLYRING_OK;
}

polyring_status polyring__unpack(polyring__packer *packer, polyring__packing packing,
                                 const uint8_t *body, size_t size, size_t most,
                                 polyring_buffer *out, polyring_error *error) {
  const char *name = packings[packing].name;
  if (!packings[packing].unpack)
    return polyring__fail(error, POLYRING_NOT_SUPPORTED, POLYRING_NOWHERE,
                          packing == PACKING_FASTLZ
                              ? "a value is packed by %s, which is not read here; "
                                "memcached.compression_type=zlib makes PHP write what is"
                              : "a value is packed by %s, and this library was built without it",
                          name);
  if (size < POLYRING__ENVELOPE)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "a value is packed by %s, and has no room for its size", name);
  size_t size_out = 0;
  for (int i = 0; i < POLYRING__ENVELOPE; i++) size_out |= (size_t)body[i] << 8 * i;
  if (size_out > most)
    return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "a packed value says that it has %u bytes, the limit is %u",
                          (unsigned)size_out, (unsigned)most);
  return packings[packing].unpack(packer, body + POLYRING__ENVELOPE, size - POLYRING__ENVELOPE,
                                  size_out, out, error);
}

polyring_status polyring__unpack_broken(polyring_error *error, const char *what) {
  return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                        "a packed value is broken: %s", what);
}

polyring_status polyring__unpack_wrong_size(polyring_error *error, size_t size) {
  return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                        "a packed value says that it has %u bytes, and its stream has more or "
                        "less",
                        (unsigned)size);
}

size_t polyring__unpack_step(size_t have, size_t size_out) {
  enum { LEAST_STEP = 4096 };
  size_t step = have > LEAST_STEP ? have : LEAST_STEP, rest = size_out - have;
  return step < rest ? step : rest + 1;
}
