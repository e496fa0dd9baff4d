/* Short ways to sequences and codecs. */
#ifndef POLYRING_TESTS_VALUE_H
#define POLYRING_TESTS_VALUE_H

#include "unit.h"
#include "value/value.h"

static inline polyring__value_codec *codec_of(const polyring__value_options *options) {
  polyring__value_codec *codec;
  polyring_error error;
  if (polyring__value_codec_new(NULL, options, &codec, &error) < 0) fail_msg("%s", error.text);
  return codec;
}

static inline uint64_t drawn(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

/* A drawn value: scalars anywhere, lists and maps as deep as depth; fit for portable. */
static inline void put_drawn(polyring_buffer *out, uint64_t *state, int depth) {
  char text[64];
  uint64_t what = drawn(state) % (depth ? 8 : 6), count = drawn(state) % 5;
  double number;
  switch (what) {
    case 0:
      polyring_value_put_none(out);
      return;
    case 1:
      polyring_value_put_bool(out, (int)(count & 1));
      return;
    case 2:
      polyring_value_put_int(out, (int64_t)drawn(state) >> drawn(state) % 64);
      return;
    case 3:
      do {
        uint64_t bits = drawn(state);
        memcpy(&number, &bits, 8);
      } while (!(number - number == 0));
      polyring_value_put_float(out, number);
      return;
    case 4:
    case 5:
      count = (uint64_t)snprintf(text, sizeof text, "t\"\\\n\x01é%llu",
                                 (unsigned long long)drawn(state));
      polyring_value_put_text(out, text, count);
      return;
    case 6:
      polyring_value_put_list(out, count);
      for (uint64_t i = 0; i < count; i++) put_drawn(out, state, depth - 1);
      return;
    default:
      polyring_value_put_map(out, count);
      for (uint64_t i = 0; i < count; i++) {
        polyring_value_put_text(out, text, (size_t)sprintf(text, "k\xc3\xa9%d", (int)i));
        put_drawn(out, state, depth - 1);
      }
  }
}

#endif
