/* zlib, its memory from our allocator. */
#include "value/packing.h"

#ifdef POLYRING_ZLIB

#define ZLIB_CONST
#include <string.h>
#include <zlib.h>

#include "base/allocator.h"

typedef struct polyring__zlib {
  z_stream writer, reader;
  int has_writer, has_reader;
} zlib;

/* zlib does not say how large a block was when it gives it back. */
typedef union block_head {
  size_t size;
  max_align_t unused;
} block_head;

static void *allocate(void *context, uInt count, uInt size) {
  const polyring_allocator *allocator = context;
  size_t whole = sizeof(block_head) + (size_t)count * size;
  block_head *head = polyring__allocate(allocator, whole);
  if (!head) return NULL;
  head->size = whole;
  return head + 1;
}

static void release(void *context, void *block) {
  const polyring_allocator *allocator = context;
  block_head *head = (block_head *)block - 1;
  polyring__release(allocator, head, head->size);
}

static zlib *states(polyring__packer *packer) {
  if (packer->zlib) return packer->zlib;
  packer->zlib = polyring__allocate(&packer->allocator, sizeof *packer->zlib);
  if (!packer->zlib) return NULL;
  z_stream stream = {.zalloc = allocate, .zfree = release, .opaque = &packer->allocator};
  *packer->zlib = (zlib){.writer = stream, .reader = stream};
  return packer->zlib;
}

/* Ready for a new stream, or NULL if there is no memory. The level is the one of php-memcached. */
static z_stream *writer_of(polyring__packer *packer) {
  zlib *self = states(packer);
  if (!self) return NULL;
  if (!self->has_writer)
    self->has_writer = deflateInit(&self->writer, Z_DEFAULT_COMPRESSION) == Z_OK;
  else
    deflateReset(&self->writer);
  return self->has_writer ? &self->writer : NULL;
}

static z_stream *reader_of(polyring__packer *packer) {
  zlib *self = states(packer);
  if (!self) return NULL;
  if (!self->has_reader)
    self->has_reader = inflateInit(&self->reader) == Z_OK;
  else
    inflateReset(&self->reader);
  return self->has_reader ? &self->reader : NULL;
}

void polyring__zlib_done(polyring__packer *packer) {
  zlib *self = packer->zlib;
  if (!self) return;
  if (self->has_writer) deflateEnd(&self->writer);
  if (self->has_reader) inflateEnd(&self->reader);
  polyring__release(&packer->allocator, self, sizeof *self);
  packer->zlib = NULL;
}

size_t polyring__zlib_pack(polyring__packer *packer, const uint8_t *bytes, size_t size,
                           uint8_t *out, size_t room) {
  z_stream *stream = writer_of(packer);
  if (!stream) return POLYRING_NOWHERE;
  stream->next_in = bytes;
  stream->avail_in = (uInt)size;
  stream->next_out = out;
  stream->avail_out = (uInt)room;
  return deflate(stream, Z_FINISH) == Z_STREAM_END ? room - stream->avail_out : 0;
}

/* What the end of the work, or of the data, means. */
static polyring_status judge(int result, const z_stream *stream, size_t came, size_t size_out,
                             polyring_error *error) {
  if (result == Z_MEM_ERROR) return polyring__value_no_memory(error);
  if (came > size_out || (result == Z_STREAM_END && came < size_out))
    return polyring__unpack_wrong_size(error, size_out);
  if (result == Z_STREAM_END && !stream->avail_in) return POLYRING_OK;
  if (result == Z_STREAM_END) return polyring__unpack_broken(error, "bytes behind its stream");
  if (result == Z_OK || result == Z_BUF_ERROR)
    return polyring__unpack_broken(error, "its stream is cut off");
  return polyring__unpack_broken(error, "it is no zlib stream");
}

polyring_status polyring__zlib_unpack(polyring__packer *packer, const uint8_t *bytes, size_t size,
                                      size_t size_out, polyring_buffer *out,
                                      polyring_error *error) {
  z_stream *stream = reader_of(packer);
  size_t before = out->size, came = 0;
  int result = stream ? Z_OK : Z_MEM_ERROR;
  if (stream) {
    stream->next_in = bytes;
    stream->avail_in = (uInt)size;
  }
  while (result == Z_OK && came <= size_out) {
    size_t step = polyring__unpack_step(came, size_out);
    stream->next_out = polyring_buffer_more(out, step);
    if (!stream->next_out) {
      result = Z_MEM_ERROR;
      break;
    }
    stream->avail_out = (uInt)step;
    result = inflate(stream, Z_NO_FLUSH);
    out->size += step - stream->avail_out;
    came = out->size - before;
    if (stream->avail_out) break; /* nothing more comes of what there is */
  }
  return judge(result, stream, came, size_out, error);
}

#endif
