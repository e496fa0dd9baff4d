/* Sequences and bodies that are wrong: each is refused, at its place and by its name. */
#include <math.h>
#include <zlib.h>

#include "heap.h"
#include "value.h"

static polyring_buffer out;
static polyring__value_codec *codec;

static int prepare(void **state) {
  (void)state;
  polyring_buffer_init(&out, NULL);
  codec = codec_of(&(polyring__value_options){.most = 1 << 20});
  return 0;
}

static int clear(void **state) {
  (void)state;
  polyring_buffer_done(&out);
  polyring__value_codec_free(codec);
  return 0;
}

/* Bytes that end where their block ends, so that the sanitizer sees a step too far. */
static uint8_t *alone(const void *bytes, size_t size) {
  uint8_t *copy = malloc(size ? size : 1);
  if (size) memcpy(copy, bytes, size);
  return copy;
}

static polyring_status write_of(const void *bytes, size_t size, polyring_error *error) {
  polyring__value_body body;
  uint8_t *copy = alone(bytes, size);
  size_t before = out.size;
  polyring_status status = polyring__value_write(codec, copy, size, &out, &body, error);
  assert_true(status == POLYRING_OK || out.size == before);
  out.size = before;
  free(copy);
  return status;
}

static polyring_status read_of(uint32_t flags, const void *bytes, size_t size,
                               polyring_error *error) {
  uint8_t *copy = alone(bytes, size);
  polyring_buffer scratch;
  polyring_buffer_init(&scratch, NULL);
  size_t before = out.size;
  polyring_status status = polyring__value_read(codec, flags, copy, size, &out, error);
  if (status >= 0) { /* what is read is always a sound sequence */
    assert_int_equal(polyring_value_check(out.at + before, out.size - before, &scratch, error), 0);
  } else {
    assert_int_equal(out.size, before);
    for (const char *c = error->text; *c; c++) assert_in_range((uint8_t)*c, 0x20, 0x7E);
  }
  out.size = before;
  polyring_buffer_done(&scratch);
  free(copy);
  return status;
}

/* --- sequences --- */

#define ROW(text, position, words) \
  { text, sizeof text - 1, position, words }

static void sequences_are_checked(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t size, position;
    const char *words;
  } rows[] = {
      ROW("", 0, "ends where a value should begin"),
      ROW("n", 0, "no such tag: \"n\""),
      ROW("\0", 0, "no such tag: \"%00\""),
      ROW("NN", 1, "goes on behind its value"),
      ROW("I\1\2\3\4\5\6\7", 0, "ends within an int"),
      ROW("D", 0, "ends within a float"),
      ROW("S\1\0\0", 0, "ends within a text"),
      ROW("S\2\0\0\0a", 0, "a text of a sequence says 2, and there are only 1 bytes left"),
      ROW("B\xff\xff\xff\xff", 0, "says 4294967295"),
      ROW("S\3\0\0\0a\xc3\x28", 6, "no valid UTF-8"),
      ROW("S\2\0\0\0\xc0\x80", 5, "no valid UTF-8"),
      ROW("S\3\0\0\0\xed\xa0\x80", 5, "no valid UTF-8"),
      ROW("S\4\0\0\0\xf4\x90\x80\x80", 5, "no valid UTF-8"),
      ROW("S\12\0\0\0abcdefghi\x80", 14, "no valid UTF-8"),
      ROW("S\12\0\0\0abc\x80"
          "efghij",
          8, "no valid UTF-8"),
      ROW("S\12\0\0\0abcdefg\xc3\xa9\xc3", 14, "no valid UTF-8"),
      ROW("L\xff\xff\xff\xffN", 0, "a list of a sequence says 4294967295"),
      ROW("L\2\0\0\0N", 0, "a list of a sequence says 2"),
      ROW("L\2\0\0\0I\1\2", 5, "ends within an int"),
      ROW("L\2\0\0\0L\0\0\0\0", 10, "ends where a value should begin"),
      ROW("M\1\0\0\0S\0\0\0\0", 0, "a map of a sequence says 1"),
      ROW("M\1\0\0\0I\1\0\0\0\0\0\0\0N", 5, "a map's key is a text, not an int"),
      ROW("M\1\0\0\0B\1\0\0\0aN", 5, "a map's key is a text, not bytes"),
      ROW("M\1\0\0\0S\1\0\0\0\xffN", 10, "no valid UTF-8"),
      ROW("M\2\0\0\0S\1\0\0\0aNS\1\0\0\0aT", 12, "a map has the key \"a\" twice"),
      ROW("M\3\0\0\0S\0\0\0\0NS\1\0\0\0bNS\0\0\0\0N", 18, "a map has the key \"\" twice"),
      /* Sound, and without a form. */
      ROW("L\1\0\0\0B\1\0\0\0a", 5, "has no bytes"),
      ROW("M\1\0\0\0S\1\0\0\0aB\1\0\0\0a", 11, "has no bytes"),
      ROW("M\1\0\0\0S\2\0\0\0a\0N", 5, "keys with a NUL byte"),
      ROW("D\0\0\0\0\0\0\xf8\x7f", 0, "no float that is NaN"),
      ROW("D\0\0\0\0\0\0\xf0\xff", 0, "no float that is infinite"),
      ROW("L\1\0\0\0D\0\0\0\0\0\0\xf0\x7f", 5, "no float that is NaN or infinite"),
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    polyring_error error = {0};
    polyring_status status = write_of(rows[i].bytes, rows[i].size, &error);
    if (status != POLYRING_INVALID_ARGUMENT || error.position != rows[i].position ||
        !strstr(error.text, rows[i].words))
      fail_msg("row %zu: %s at %zu: %s", i, polyring_status_name(status), error.position,
               error.text);
    for (const char *c = error.text; *c; c++) assert_in_range((uint8_t)*c, 0x20, 0x7E);
  }
}

static void every_sequence_cut_is_refused(void **state) {
  (void)state;
  uint64_t seed = 99;
  polyring_buffer sequence;
  polyring_error error;
  polyring_buffer_init(&sequence, NULL);
  for (int i = 0; i < 300; i++) {
    sequence.size = 0;
    put_drawn(&sequence, &seed, 4);
    for (size_t size = 0; size < sequence.size; size++)
      assert_int_equal(write_of(sequence.at, size, &error), POLYRING_INVALID_ARGUMENT);
    assert_int_equal(write_of(sequence.at, sequence.size, &error), POLYRING_OK);
  }
  polyring_buffer_done(&sequence);
}

/* Lists in lists, and maps in lists in maps. */
static void put_nested(polyring_buffer *sequence, int depth, int with_maps) {
  sequence->size = 0;
  for (int i = 0; i < depth; i++) {
    if (with_maps && i % 2) {
      polyring_value_put_map(sequence, 1);
      polyring_value_put_text(sequence, "k", 1);
    } else {
      polyring_value_put_list(sequence, 1);
    }
  }
  polyring_value_put_none(sequence);
}

static void depth_is_bounded(void **state) {
  (void)state;
  polyring_buffer sequence;
  polyring_error error;
  char text[2 * 100000 + 1];
  polyring_buffer_init(&sequence, NULL);
  for (int with_maps = 0; with_maps < 2; with_maps++) {
    put_nested(&sequence, 64, with_maps);
    assert_int_equal(write_of(sequence.at, sequence.size, &error), POLYRING_OK);
    put_nested(&sequence, 65, with_maps);
    assert_int_equal(write_of(sequence.at, sequence.size, &error), POLYRING_INVALID_ARGUMENT);
    assert_string_equal(error.text, "lists and maps stand more than 64 deep in each other");
    put_nested(&sequence, 100000, with_maps);
    assert_int_equal(write_of(sequence.at, sequence.size, &error), POLYRING_INVALID_ARGUMENT);
  }
  for (size_t depth = 64; depth < 100001; depth = depth == 64   ? 65
                                                  : depth == 65 ? 100000
                                                                : 200000) {
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    assert_int_equal(read_of(6, text, 2 * depth, &error),
                     depth == 64 ? POLYRING_OK : POLYRING_INVALID_ARGUMENT);
  }
  polyring_buffer_done(&sequence);
}

static void items_are_bounded(void **state) {
  (void)state;
  polyring_buffer sequence;
  polyring_error error;
  polyring_buffer_init(&sequence, NULL);
  for (size_t count = POLYRING_VALUE_ITEMS - 1; count <= POLYRING_VALUE_ITEMS; count++) {
    polyring_status wanted = count < POLYRING_VALUE_ITEMS ? POLYRING_OK : POLYRING_TOO_LARGE;
    sequence.size = 0;
    polyring_value_put_list(&sequence, count);
    for (size_t i = 0; i < count; i++) polyring_value_put_bool(&sequence, 1);
    polyring_buffer scratch;
    polyring_buffer_init(&scratch, NULL);
    assert_int_equal(polyring_value_check(sequence.at, sequence.size, &scratch, &error), wanted);
    polyring_buffer_done(&scratch);
    char *text = malloc(2 * count + 2);
    for (size_t i = 0; i < count; i++) memcpy(text + 1 + 2 * i, "1,", 2);
    text[0] = '[';
    text[2 * count] = ']';
    polyring__value_codec *large = codec_of(NULL);
    out.size = 0;
    assert_int_equal(polyring__value_read(large, 6, text, 2 * count + 1, &out, &error), wanted);
    out.size = 0;
    polyring__value_codec_free(large);
    free(text);
  }
  polyring_buffer_done(&sequence);
}

/* A key that stands twice is found wherever it stands. */
static void keys_are_compared(void **state) {
  (void)state;
  enum { KEYS = 500 };
  polyring_buffer sequence;
  polyring_error error;
  char key[16];
  uint64_t seed = 5;
  polyring_buffer_init(&sequence, NULL);
  for (int turn = 0; turn < 200; turn++) {
    int first = (int)(drawn(&seed) % (KEYS - 1));
    int second = first + 1 + (int)(drawn(&seed) % (uint64_t)(KEYS - 1 - first));
    int is_twice = turn % 2;
    sequence.size = 0;
    polyring_value_put_map(&sequence, KEYS);
    for (int i = 0; i < KEYS; i++) {
      int number = (is_twice && i == second ? first : i) * 7919 % 1009;
      polyring_value_put_text(&sequence, key, (size_t)sprintf(key, "%d", number));
      polyring_value_put_map(&sequence, 1);
      polyring_value_put_text(&sequence, "1", 1);
      polyring_value_put_none(&sequence);
    }
    polyring_status status = write_of(sequence.at, sequence.size, &error);
    assert_int_equal(status, is_twice ? POLYRING_INVALID_ARGUMENT : POLYRING_OK);
    if (is_twice) assert_non_null(strstr(error.text, "twice"));
  }
  polyring_buffer_done(&sequence);
}

/* --- flags and bodies --- */

#define BODY(flags, text, status, words) \
  { flags, text, sizeof text - 1, POLYRING_##status, words }

static void bodies_are_checked(void **state) {
  (void)state;
  static const struct {
    uint32_t flags;
    const char *bytes;
    size_t size;
    polyring_status status;
    const char *words;
  } rows[] = {
      BODY(1, "", INVALID_ARGUMENT, "the body is none"),
      BODY(1, " ", INVALID_ARGUMENT, "the body is none"),
      BODY(1, "-", INVALID_ARGUMENT, "the body is none"),
      BODY(1, "-0", INVALID_ARGUMENT, "the body is none"),
      BODY(1, "+1", INVALID_ARGUMENT, "the body is none"),
      BODY(1, " 1", INVALID_ARGUMENT, "the body is none"),
      BODY(1, "01", INVALID_ARGUMENT, "the body is none"),
      BODY(1, "1a", INVALID_ARGUMENT, "\"1a\""),
      BODY(1, "1\0", INVALID_ARGUMENT, "\"1%00\""),
      BODY(1, "9223372036854775808", INVALID_ARGUMENT, "beyond 64 bits"),
      BODY(1, "-9223372036854775809", INVALID_ARGUMENT, "beyond 64 bits"),
      BODY(1, "18446744073709551615", INVALID_ARGUMENT, "beyond 64 bits"),
      BODY(1, "99999999999999999999999", INVALID_ARGUMENT, "beyond 64 bits"),
      BODY(1, "9 ", OK, ""), /* memcached's decr keeps the width */
      BODY(2, "", INVALID_ARGUMENT, "the body is none"),
      BODY(2, ".", INVALID_ARGUMENT, "the body is none"),
      BODY(2, "1e", INVALID_ARGUMENT, "the body is none"),
      BODY(2, "1e+", INVALID_ARGUMENT, "the body is none"),
      BODY(2, "1,5", INVALID_ARGUMENT, "\"1,5\""),
      BODY(2, "0x10", INVALID_ARGUMENT, "the body is none"),
      BODY(2, "nan", INVALID_ARGUMENT, "the body is none"),
      BODY(2, "inf", INVALID_ARGUMENT, "the body is none"),
      BODY(2, "1e309", INVALID_ARGUMENT, "the body is none"),
      BODY(2, "1e99999999999999999999", INVALID_ARGUMENT, "the body is none"),
      BODY(2, "1\0", INVALID_ARGUMENT, "the body is none"),
      BODY(3, "0", INVALID_ARGUMENT, "neither empty nor 1"),
      BODY(3, "11", INVALID_ARGUMENT, "neither empty nor 1"),
      BODY(1 << 16, "\xff", INVALID_ARGUMENT, "no valid UTF-8"),
      BODY(6, "", INVALID_ARGUMENT, "the flags say JSON"),
      BODY(6, "[", INVALID_ARGUMENT, "the flags say JSON"),
      BODY(6, "[1]x", INVALID_ARGUMENT, "end of file expected"),
      BODY(6, "[1,]", INVALID_ARGUMENT, "the flags say JSON"),
      BODY(6, "{\"a\":1,\"a\":2}", INVALID_ARGUMENT, "duplicate"),
      BODY(6, "{\"a\\u0000\":1}", INVALID_ARGUMENT, "NUL byte in object key"),
      BODY(6, "\"\xff\"", INVALID_ARGUMENT, "unable to decode byte"),
      BODY(6, "\"\\ud800\"", INVALID_ARGUMENT, "the flags say JSON"),
      BODY(6, "9223372036854775808", INVALID_ARGUMENT, "too big integer"),
      BODY(6, "[1e309]", INVALID_ARGUMENT, "real number overflow"),
      BODY(6, "NaN", INVALID_ARGUMENT, "the flags say JSON"),
      /* Forms that are known by name only. */
      BODY(4, "O:8:\"Anything\":0:{}", NOT_SUPPORTED, "0x4: it is PHP serialized"),
      BODY(5, "\0\0\0\2", NOT_SUPPORTED, "it is igbinary"),
      BODY(7, "\x90", NOT_SUPPORTED, "it is msgpack"),
      BODY(8, "x", NOT_SUPPORTED, "the type 8"),
      BODY(15, "x", NOT_SUPPORTED, "the type 15"),
      BODY(4 | 48, "x", NOT_SUPPORTED, "PHP serialized"),
      BODY(16 | 64, "\1\0\0\0x", NOT_SUPPORTED, "fastlz"),
      BODY(256, "x", NOT_SUPPORTED, "bits that this dialect does not know"),
      BODY(1 << 15, "x", NOT_SUPPORTED, "0x8000"),
      BODY(1 << 17, "x", NOT_SUPPORTED, "bits that this dialect does not know"),
      BODY(0xFFFFFFFF, "x", INVALID_ARGUMENT, "packed twice"),
      BODY(1 << 16 | 1, "1", NOT_SUPPORTED, "the bit for text beside another type"),
      BODY(16, "x", INVALID_ARGUMENT, "no bit says by what"),
      BODY(32, "x", INVALID_ARGUMENT, "the bit for packed is not set"),
      BODY(128, "x", INVALID_ARGUMENT, "the bit for packed is not set"),
      BODY(16 | 32 | 128, "x", INVALID_ARGUMENT, "packed twice"),
      /* Envelopes. */
      BODY(48, "", INVALID_ARGUMENT, "no room for its size"),
      BODY(144, "\1\0\0", INVALID_ARGUMENT, "no room for its size"),
      BODY(48, "\1\0\0\0", INVALID_ARGUMENT, "cut off"),
      BODY(144, "\1\0\0\0", INVALID_ARGUMENT, "broken"),
      BODY(48, "\1\0\0\0garbage", INVALID_ARGUMENT, "no zlib stream"),
      BODY(144, "\1\0\0\0garbage", INVALID_ARGUMENT, "no zstd stream"),
      BODY(48, "\xff\xff\xff\xff", TOO_LARGE, "4294967295 bytes, the limit is 1048576"),
      BODY(48, "\1\0\x10\0", TOO_LARGE, "1048577 bytes, the limit is 1048576"),
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    polyring_error error = {0};
    polyring_status status = read_of(rows[i].flags, rows[i].bytes, rows[i].size, &error);
    if (status != rows[i].status || !strstr(error.text, rows[i].words))
      fail_msg("row %zu, flags 0x%x: %s: %s", i, (unsigned)rows[i].flags,
               polyring_status_name(status), error.text);
  }
}

/* A packed body of `size` bytes that compress well. */
static polyring__value_body packed_of(const char *compress, size_t size, polyring_buffer *to) {
  polyring__value_codec *packer =
      codec_of(&(polyring__value_options){.compress = compress, .compress_from = 1});
  polyring_buffer sequence;
  polyring__value_body body;
  char *bytes = malloc(size);
  for (size_t i = 0; i < size; i++) bytes[i] = "abcdefgh"[i / 7 % 8];
  polyring_buffer_init(&sequence, NULL);
  polyring_value_put_bytes(&sequence, bytes, size);
  to->size = 0;
  assert_int_equal(polyring__value_write(packer, sequence.at, sequence.size, to, &body, NULL), 0);
  assert_int_not_equal(body.flags, 0);
  polyring_buffer_done(&sequence);
  free(bytes);
  polyring__value_codec_free(packer);
  return body;
}

static void packed_bodies_are_checked(void **state) {
  (void)state;
  static const char *const compressions[] = {"zlib", "zstd"};
  polyring_buffer packed;
  polyring_error error;
  polyring_buffer_init(&packed, NULL);
  for (size_t c = 0; c < COUNT(compressions); c++) {
    polyring__value_body body = packed_of(compressions[c], 5000, &packed);
    assert_int_equal(read_of(body.flags, body.at, body.size, &error), POLYRING_OK);
    for (size_t size = 0; size < body.size; size++)
      assert_int_equal(read_of(body.flags, body.at, size, &error), POLYRING_INVALID_ARGUMENT);
    uint8_t *copy = alone(body.at, body.size);
    copy = realloc(copy, body.size + 1);
    copy[body.size] = 0;
    assert_int_equal(read_of(body.flags, copy, body.size + 1, &error), POLYRING_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "bytes behind its stream"));
    for (int more = -1; more < 2; more += 2) { /* it says one byte less, or more, than there is */
      copy[0] = (uint8_t)(body.at[0] + more);
      assert_int_equal(read_of(body.flags, copy, body.size, &error), POLYRING_INVALID_ARGUMENT);
      assert_non_null(strstr(error.text, "more or less"));
    }
    memset(copy, 0, 4);
    assert_int_equal(read_of(body.flags, copy, body.size, &error), POLYRING_INVALID_ARGUMENT);
    free(copy);
  }
  polyring_buffer_done(&packed);
}

/* What a bomb takes: its true size is 64 MiB, whatever it says. */
static void bombs_take_no_memory(void **state) {
  (void)state;
  static const char *const compressions[] = {"zlib", "zstd"};
  static const size_t says[] = {0,        1,        4096,           1 << 20,
                                32 << 20, 64 << 20, (64 << 20) + 1, 0xFFFFFFFF};
  polyring_buffer packed;
  polyring_error error;
  polyring_buffer_init(&packed, NULL);
  for (size_t c = 0; c < COUNT(compressions); c++) {
    polyring__value_body body = packed_of(compressions[c], 64 << 20, &packed);
    assert_true(body.size < 400000);
    for (size_t s = 0; s < COUNT(says); s++) {
      heap counted = {.allowed = 1000};
      polyring_allocator allocator = {resize, &counted};
      polyring__value_codec *small;
      polyring_buffer to;
      polyring_buffer_init(&to, &allocator);
      for (int i = 0; i < 4; i++) packed.at[i] = (uint8_t)(says[s] >> 8 * i);
      const polyring__value_options options = {.most = 1 << 20};
      assert_int_equal(polyring__value_codec_new(&allocator, &options, &small, &error), 0);
      polyring_status status =
          polyring__value_read(small, body.flags, body.at, body.size, &to, &error);
      assert_int_equal(status, says[s] > 1 << 20 ? POLYRING_TOO_LARGE : POLYRING_INVALID_ARGUMENT);
      /* Twice what it says, once more while that is moved, and the state of the library. */
      size_t most = says[s] > 1 << 20 ? 2000 : 4 * says[s] + 70000;
      if (counted.most > most) fail_msg("%zu bytes for a bomb of %zu", counted.most, says[s]);
      polyring__value_codec_free(small);
      polyring_buffer_done(&to);
      assert_int_equal(counted.bytes, 0);
    }
  }
  polyring_buffer_done(&packed);
}

/* A small body that promises much gets memory for what it gives. */
static void promises_take_no_memory(void **state) {
  (void)state;
  heap counted = {.allowed = 1000};
  polyring_allocator allocator = {resize, &counted};
  polyring__value_codec *small;
  polyring_buffer to;
  polyring_error error;
  uint8_t body[64] = {0, 0, 0, 4}; /* 64 MiB */
  uLongf size = sizeof body - 4;
  polyring_buffer_init(&to, &allocator);
  assert_int_equal(compress(body + 4, &size, (const Bytef *)"abc", 3), Z_OK);
  assert_int_equal(polyring__value_codec_new(&allocator, NULL, &small, &error), 0);
  assert_int_equal(polyring__value_read(small, 48, body, 4 + size, &to, &error),
                   POLYRING_INVALID_ARGUMENT);
  assert_true(counted.most < 70000);
  polyring__value_codec_free(small);
  polyring_buffer_done(&to);
}

static void large_values_are_refused(void **state) {
  (void)state;
  enum { MOST = 1 << 20 };
  polyring_buffer sequence;
  polyring_error error;
  char *bytes = calloc(1, MOST + 1);
  polyring_buffer_init(&sequence, NULL);
  for (size_t size = MOST; size <= MOST + 1; size++) {
    polyring_status wanted = size > MOST ? POLYRING_TOO_LARGE : POLYRING_OK;
    sequence.size = 0;
    polyring_value_put_bytes(&sequence, bytes, size);
    assert_int_equal(write_of(sequence.at, sequence.size, &error), wanted);
    assert_int_equal(read_of(0, bytes, size, &error), wanted);
  }
  polyring_buffer_done(&sequence);
  free(bytes);
}

/* --- noise --- */

static void mutants_do_no_harm(void **state) {
  (void)state;
  static const char *const compressions[] = {"zlib", "zstd", "none"};
  uint64_t seed = getenv("POLYRING_SEED") ? strtoull(getenv("POLYRING_SEED"), NULL, 0) | 1 : 20251;
  int turns = getenv("POLYRING_SIZE") ? atoi(getenv("POLYRING_SIZE")) : 20000;
  polyring_buffer sequence, made;
  polyring_error error;
  size_t read = 0, written = 0;
  polyring_buffer_init(&sequence, NULL);
  polyring_buffer_init(&made, NULL);
  for (int turn = 0; turn < turns; turn++) {
    polyring__value_codec *writer = codec_of(
        &(polyring__value_options){.compress = compressions[turn % 3], .compress_from = 1});
    polyring__value_body body;
    sequence.size = made.size = 0;
    put_drawn(&sequence, &seed, 5);
    assert_int_equal(
        polyring__value_write(writer, sequence.at, sequence.size, &made, &body, &error), 0);
    polyring__value_codec_free(writer);
    uint8_t *copy = alone(body.at, body.size);
    for (uint64_t i = drawn(&seed) % 4; i > 0 && body.size; i--)
      copy[drawn(&seed) % body.size] ^= (uint8_t)(1 << drawn(&seed) % 8);
    uint32_t flags = body.flags ^ (drawn(&seed) % 4 ? 0 : 1u << drawn(&seed) % 18);
    read += read_of(flags, copy, body.size - (body.size && drawn(&seed) % 8 == 0), &error) >= 0;
    free(copy);
    for (uint64_t i = 1 + drawn(&seed) % 3; i > 0; i--)
      sequence.at[drawn(&seed) % sequence.size] ^= (uint8_t)(1 << drawn(&seed) % 8);
    written += write_of(sequence.at, sequence.size, &error) >= 0;
  }
  if (turns >= 1000) assert_true(read > 100 && written > 100); /* noise, and not only noise */
  polyring_buffer_done(&sequence);
  polyring_buffer_done(&made);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sequences_are_checked),     cmocka_unit_test(every_sequence_cut_is_refused),
      cmocka_unit_test(depth_is_bounded),          cmocka_unit_test(items_are_bounded),
      cmocka_unit_test(keys_are_compared),         cmocka_unit_test(bodies_are_checked),
      cmocka_unit_test(packed_bodies_are_checked), cmocka_unit_test(bombs_take_no_memory),
      cmocka_unit_test(promises_take_no_memory),   cmocka_unit_test(large_values_are_refused),
      cmocka_unit_test(mutants_do_no_harm)};
  return cmocka_run_group_tests(tests, prepare, clear);
}
