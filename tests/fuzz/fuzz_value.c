/* What is read is a sound sequence, and goes out and in again unchanged; so does what is written.
 *
 * The first byte of an input says what is done: bit 0 set: the rest is a sequence; else four bytes
 * of flags, the low one first, and the body. Bit 1 is decode_text, bits 2 and 3 the compression. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "value/value.h"

static void must(int is_so) {
  if (!is_so) abort();
}

/* NaN and infinity are read from PHP and not written. */
static int has_form(const polyring_buffer *sequence) {
  polyring_value item;
  size_t position = 0;
  must(polyring_value_next(sequence->at, sequence->size, &position, &item, NULL) == POLYRING_OK);
  return item.tag != POLYRING_VALUE_FLOAT || isfinite(item.number);
}

static void there_and_back(polyring__value_codec *codec, const uint8_t *sequence, size_t size,
                           int must_go, int is_foreign) {
  polyring_buffer out, again;
  polyring__value_body body;
  polyring_error error;
  polyring_buffer_init(&out, NULL);
  polyring_buffer_init(&again, NULL);
  polyring_status status = polyring__value_write(codec, sequence, size, &out, &body, &error);
  must(status >= 0 || !must_go || status == POLYRING_TOO_LARGE);
  if (status >= 0) {
    must(polyring__value_read(codec, body.flags, body.at, body.size, &again, &error) >= 0);
    must(is_foreign || (again.size == size && memcmp(again.at, sequence, size) == 0));
  }
  polyring_buffer_done(&out);
  polyring_buffer_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const compressions[] = {"none", "zlib", "zstd", "zlib"};
  if (size < 5) return 0;
  const polyring__value_options options = {.compress = compressions[data[0] >> 2 & 3],
                                           .compress_from = 1 + (data[0] >> 4),
                                           .most = 1 << 16,
                                           .decode_text = data[0] >> 1 & 1};
  polyring__value_codec *codec;
  polyring_error error;
  must(polyring__value_codec_new(NULL, &options, &codec, &error) == POLYRING_OK);
  if (data[0] & 1) {
    /* With decode_text, bytes come back as text; that they come back is all there is to see. */
    there_and_back(codec, data + 1, size - 1, 0, options.decode_text);
  } else {
    polyring_buffer sequence, scratch;
    uint32_t flags = 0;
    for (int i = 0; i < 4; i++) flags |= (uint32_t)data[1 + i] << 8 * i;
    polyring_buffer_init(&sequence, NULL);
    polyring_buffer_init(&scratch, NULL);
    if (polyring__value_read(codec, flags, data + 5, size - 5, &sequence, &error) >= 0) {
      must(polyring_value_check(sequence.at, sequence.size, &scratch, &error) >= 0);
      if (has_form(&sequence)) there_and_back(codec, sequence.at, sequence.size, 1, 0);
    } else {
      must(sequence.size == 0);
    }
    polyring_buffer_done(&sequence);
    polyring_buffer_done(&scratch);
  }
  polyring__value_codec_free(codec);
  return 0;
}
