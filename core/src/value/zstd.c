/* zstd, which allocates by malloc: the way to give it an allocator is not in its stable interface.
 */
#include "value/packing.h"

#ifdef POLYRING_ZSTD

#include <zstd.h>
#include <zstd_errors.h>

/* The window of a stream is memory that is asked for ahead of the data. 8 MiB are what the format's
 * specification advises readers to support; a small value needs no window larger than itself. */
enum { LEVEL = 3, LEAST_WINDOW = 10, MOST_WINDOW = 23 };

void polyring__zstd_done(polyring__packer *packer) {
  ZSTD_freeCCtx(packer->zstd_writer);
  ZSTD_freeDCtx(packer->zstd_reader);
  packer->zstd_writer = packer->zstd_reader = NULL;
}

/* In one piece, so that the stream says its size: php-memcached asks for that. */
size_t polyring__zstd_pack(polyring__packer *packer, const uint8_t *bytes, size_t size,
                           uint8_t *out, size_t room) {
  if (!packer->zstd_writer) packer->zstd_writer = ZSTD_createCCtx();
  if (!packer->zstd_writer) return POLYRING_NOWHERE;
  size_t used = ZSTD_compressCCtx(packer->zstd_writer, out, room, bytes, size, LEVEL);
  return ZSTD_isError(used) ? 0 : used;
}

static ZSTD_DCtx *reader_of(polyring__packer *packer, size_t size_out) {
  if (!packer->zstd_reader) packer->zstd_reader = ZSTD_createDCtx();
  ZSTD_DCtx *reader = packer->zstd_reader;
  int window = LEAST_WINDOW;
  while (window < MOST_WINDOW && (size_t)1 << window < size_out) window++;
  if (!reader || ZSTD_isError(ZSTD_DCtx_reset(reader, ZSTD_reset_session_only)) ||
      ZSTD_isError(ZSTD_DCtx_setParameter(reader, ZSTD_d_windowLogMax, window)))
    return NULL;
  return reader;
}

polyring_status polyring__zstd_unpack(polyring__packer *packer, const uint8_t *bytes, size_t size,
                                      size_t size_out, polyring_buffer *out,
                                      polyring_error *error) {
  ZSTD_DCtx *reader = reader_of(packer, size_out);
  ZSTD_inBuffer in = {bytes, size, 0};
  size_t before = out->size, came = 0, left = 1;
  if (!reader) return polyring__value_no_memory(error);
  unsigned long long said = ZSTD_getFrameContentSize(bytes, size);
  if (said == ZSTD_CONTENTSIZE_ERROR) return polyring__unpack_broken(error, "no zstd stream");
  if (said != ZSTD_CONTENTSIZE_UNKNOWN && said != size_out)
    return polyring__unpack_wrong_size(error, size_out);
  while (left && came <= size_out) {
    size_t step = polyring__unpack_step(came, size_out);
    ZSTD_outBuffer piece = {polyring_buffer_more(out, step), step, 0};
    if (!piece.dst) return polyring__value_no_memory(error);
    left = ZSTD_decompressStream(reader, &piece, &in);
    if (ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation)
      return polyring__value_no_memory(error);
    if (ZSTD_isError(left)) return polyring__unpack_broken(error, ZSTD_getErrorName(left));
    out->size += piece.pos;
    came = out->size - before;
    if (left && in.pos == in.size && piece.pos < piece.size)
      return polyring__unpack_broken(error, "its stream is cut off");
  }
  if (came != size_out) return polyring__unpack_wrong_size(error, size_out);
  if (in.pos < in.size) return polyring__unpack_broken(error, "bytes behind its stream");
  return POLYRING_OK;
}

#endif
