/* Values that go through a codec and come back, and the bodies and flags in between. */
#include <float.h>
#include <locale.h>
#include <math.h>

#include "value.h"
#include "value/dialect.h"

static const char *const compressions[] = {"zlib", "zstd", "none"};

static polyring_buffer sequence, out, again;

static int prepare(void **state) {
  (void)state;
  polyring_buffer_init(&sequence, NULL);
  polyring_buffer_init(&out, NULL);
  polyring_buffer_init(&again, NULL);
  return 0;
}

static int clear(void **state) {
  (void)state;
  polyring_buffer_done(&sequence);
  polyring_buffer_done(&out);
  polyring_buffer_done(&again);
  return 0;
}

/* Writes `sequence`, reads it, and holds what came to what was given. */
static polyring__value_body there_and_back(polyring__value_codec *codec) {
  polyring__value_body body;
  polyring_error error;
  out.size = again.size = 0;
  if (polyring__value_write(codec, sequence.at, sequence.size, &out, &body, &error) < 0 ||
      polyring__value_read(codec, body.flags, body.at, body.size, &again, &error) < 0)
    fail_msg("%s", error.text);
  assert_int_equal(again.size, sequence.size);
  assert_memory_equal(again.at, sequence.at, sequence.size);
  return body;
}

/* The sequence comes back, from this body with these flags. */
static void is_written(polyring__value_codec *codec, uint32_t flags, const char *text) {
  polyring__value_body body = there_and_back(codec);
  sequence.size = 0;
  if (body.size != strlen(text) || memcmp(body.at, text, body.size) != 0)
    fail_msg("%.*s instead of %s", (int)body.size, (const char *)body.at, text);
  assert_int_equal(body.flags, flags);
}

static void kinds_have_their_bodies(void **state) {
  (void)state;
  polyring__value_codec *codec = codec_of(NULL);
  polyring_value_put_bool(&sequence, 7);
  is_written(codec, 3, "1");
  polyring_value_put_bool(&sequence, 0);
  is_written(codec, 3, "");
  polyring_value_put_int(&sequence, 0);
  is_written(codec, 1, "0");
  polyring_value_put_int(&sequence, INT64_MAX);
  is_written(codec, 1, "9223372036854775807");
  polyring_value_put_int(&sequence, INT64_MIN);
  is_written(codec, 1, "-9223372036854775808");
  polyring_value_put_text(&sequence, "h\xc3\xa9\xf0\x9f\x98\x80", 7);
  is_written(codec, 1 << 16, "h\xc3\xa9\xf0\x9f\x98\x80");
  polyring_value_put_text(&sequence, "", 0);
  is_written(codec, 1 << 16, "");
  polyring_value_put_bytes(&sequence, "\xff\xfe", 2);
  is_written(codec, 0, "\xff\xfe");
  polyring_value_put_bytes(&sequence, NULL, 0);
  is_written(codec, 0, "");
  polyring_value_put_string(&sequence, "\xc3\xa9", 2);
  is_written(codec, 1 << 16, "\xc3\xa9");
  polyring_value_put_string(&sequence, "\xc3", 1);
  is_written(codec, 0, "\xc3");
  polyring__value_codec_free(codec);
}

static void lists_and_maps_are_json(void **state) {
  (void)state;
  polyring__value_codec *codec = codec_of(NULL);
  polyring_value_put_none(&sequence);
  is_written(codec, 6, "null");
  polyring_value_put_list(&sequence, 0);
  is_written(codec, 6, "[]");
  polyring_value_put_map(&sequence, 0);
  is_written(codec, 6, "{}");
  polyring_value_put_list(&sequence, 6);
  polyring_value_put_int(&sequence, -1);
  polyring_value_put_float(&sequence, 1);
  polyring_value_put_bool(&sequence, 1);
  polyring_value_put_none(&sequence);
  polyring_value_put_text(&sequence, "a\0\"\\/\n\x1f\x7f\xc3\xa9", 10);
  polyring_value_put_map(&sequence, 2);
  polyring_value_put_text(&sequence, "b\"", 2);
  polyring_value_put_float(&sequence, 1e25);
  polyring_value_put_text(&sequence, "", 0);
  polyring_value_put_bool(&sequence, 0);
  is_written(codec, 6,
             "[-1,1.0,true,null,\"a\\u0000\\\"\\\\/\\n\\u001f\x7f\xc3\xa9\","
             "{\"b\\\"\":1e+25,\"\":false}]");
  polyring__value_codec_free(codec);
}

/* What stands in a text is no bracket and no end of the text. */
static void texts_in_json_hide_nothing(void **state) {
  (void)state;
  char text[200];
  polyring__value_codec *codec = codec_of(NULL);
  for (int turn = 0; turn < 3; turn++) {
    memset(text, '[', sizeof text);
    if (turn == 1) text[0] = '"';
    if (turn == 2) memcpy(text, "\\\\\"\\", 4);
    polyring_value_put_list(&sequence, 2);
    polyring_value_put_text(&sequence, text, sizeof text);
    polyring_value_put_text(&sequence, "\\", 1);
    there_and_back(codec);
    sequence.size = 0;
  }
  polyring__value_codec_free(codec);
}

static void drawn_values_come_back(void **state) {
  (void)state;
  uint64_t seed = 88172645463325252u;
  for (size_t c = 0; c < COUNT(compressions); c++) {
    polyring__value_codec *codec = codec_of(
        &(polyring__value_options){.compress = compressions[c], .compress_from = 1 + 40 * c});
    for (int i = 0; i < 3000; i++) {
      sequence.size = 0;
      put_drawn(&sequence, &seed, 6);
      there_and_back(codec);
    }
    polyring__value_codec_free(codec);
  }
}

/* Every kind that is compressed, in sizes around every bound, of every sort of content. */
static void sizes_come_back(void **state) {
  (void)state;
  static const size_t sizes[] = {0,    1,    12,    1999,  2000,   2001,    4095,
                                 4096, 4097, 65535, 65536, 262144, 1048576, 3000001};
  uint64_t seed = 42;
  for (size_t c = 0; c < COUNT(compressions); c++) {
    polyring__value_codec *codec =
        codec_of(&(polyring__value_options){.compress = compressions[c]});
    for (size_t s = 0; s < COUNT(sizes); s++) {
      char *bytes = malloc(sizes[s] + 1);
      for (int random = 0; random < 2; random++) {
        for (size_t i = 0; i < sizes[s]; i++)
          bytes[i] = random ? (char)drawn(&seed) : "polyring "[i % 9];
        uint32_t packed = c == 0 ? 48 : c == 1 ? 144 : 0;
        if (random || sizes[s] < 2000) packed = 0;
        sequence.size = 0;
        polyring_value_put_bytes(&sequence, bytes, sizes[s]);
        polyring__value_body body = there_and_back(codec);
        assert_int_equal(body.flags, packed);
        assert_true(packed ? body.size < sizes[s] / 2 : body.size == sizes[s]);
        assert_int_equal(out.size, packed ? body.size : 0);
        if (random) continue;
        sequence.size = 0;
        polyring_value_put_list(&sequence, 1);
        polyring_value_put_text(&sequence, bytes, sizes[s]);
        assert_int_equal(there_and_back(codec).flags,
                         6 | (c < 2 && sizes[s] + 4 >= 2000 ? (c ? 144 : 48) : 0));
      }
      free(bytes);
    }
    polyring__value_codec_free(codec);
  }
}

/* php-memcached keeps a stream if the value is more than 1.3 times as large. */
static void compression_must_pay(void **state) {
  (void)state;
  polyring__value_codec *codec = codec_of(&(polyring__value_options){.compress_from = 1});
  uint64_t seed = 7;
  char bytes[4000];
  int packed_before = -1, turns = 0;
  for (size_t random = 0; random <= sizeof bytes; random += 10) {
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = i < random ? (char)drawn(&seed) : ' ';
    sequence.size = 0;
    polyring_value_put_bytes(&sequence, bytes, sizeof bytes);
    polyring__value_body body = there_and_back(codec);
    if (body.flags) assert_true(13 * (body.size - 4) < 10 * sizeof bytes);
    turns += (body.flags != 0) != packed_before;
    packed_before = body.flags != 0;
  }
  assert_int_equal(packed_before, 0);
  assert_int_equal(turns, 2); /* from the first to packed, and once to plain */
  polyring__value_codec_free(codec);
}

/* Many bodies in one buffer, found again by their offsets. */
static void bodies_share_a_buffer(void **state) {
  (void)state;
  size_t starts[300];
  polyring__value_body body;
  polyring__value_codec *codec = codec_of(NULL);
  out.size = 0;
  for (int i = 0; i < 300; i++) {
    sequence.size = 0;
    polyring_value_put_int(&sequence, i);
    assert_int_equal(polyring__value_write(codec, sequence.at, sequence.size, &out, &body, NULL),
                     0);
    starts[i] = (size_t)(body.at - out.at);
  }
  again.size = 0;
  for (int i = 0; i < 300; i++) {
    size_t end = i < 299 ? starts[i + 1] : out.size, before = again.size;
    size_t position = before;
    polyring_value item;
    assert_int_equal(
        polyring__value_read(codec, 1, out.at + starts[i], end - starts[i], &again, NULL), 0);
    assert_int_equal(polyring_value_next(again.at, again.size, &position, &item, NULL), 0);
    assert_int_equal(item.integer, i);
    assert_int_equal(position, again.size);
  }
  polyring__value_codec_free(codec);
}

/* --- floats --- */

static void float_survives(double number) {
  char text[POLYRING__FLOAT_ROOM];
  double back;
  size_t size = polyring__float_print(number, text);
  assert_true(size <= 24);
  if (!polyring__float_read(text, size, &back) || memcmp(&back, &number, sizeof back) != 0)
    fail_msg("%a became %.*s", number, (int)size, text);
}

static void floats_come_back(void **state) {
  (void)state;
  uint64_t seed = 4711;
  double number;
  for (int i = 0; i < 100000; i++) {
    uint64_t bits = drawn(&seed);
    memcpy(&number, &bits, sizeof number);
    if (!isfinite(number)) continue;
    float_survives(number);
    if (i % 10) continue;
    number = ldexp(1, (int)(bits % 2098) - 1074); /* a power of two, and those beside it */
    float_survives(number);
    float_survives(nextafter(number, 0));
    float_survives(nextafter(number, 1));
    float_survives((double)(int32_t)bits / 100);
  }
  const double edges[] = {0.0,
                          -0.0,
                          DBL_MIN,
                          -DBL_MIN,
                          DBL_MAX,
                          -DBL_MAX,
                          DBL_EPSILON,
                          5e-324,
                          2.2250738585072009e-308,
                          9007199254740993.0,
                          1e15,
                          1e16,
                          1e17,
                          1e22,
                          1e23,
                          0.1,
                          1.0 / 3};
  for (size_t i = 0; i < COUNT(edges); i++) float_survives(edges[i]);
}

static void floats_are_short(void **state) {
  (void)state;
  static const struct {
    double number;
    const char *text;
  } rows[] = {{0, "0.0"},
              {-0.0, "-0.0"},
              {1, "1.0"},
              {-1.5, "-1.5"},
              {0.1, "0.1"},
              {100, "100.0"},
              {0.0001, "0.0001"},
              {0.00001, "1e-05"},
              {1e15, "1000000000000000.0"},
              {1e16, "1e+16"},
              {1.5e300, "1.5e+300"},
              {5e-324, "5e-324"},
              {DBL_MAX, "1.7976931348623157e+308"},
              {123456.789, "123456.789"},
              {9007199254740993.0, "9007199254740992.0"},
              {1.0 / 3, "0.3333333333333333"},
              {5.684341886080802e-14, "5.684341886080802e-14"}};
  static const char *const locales[] = {"C", "de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8"};
  char text[POLYRING__FLOAT_ROOM + 1];
  for (size_t l = 0; l < COUNT(locales); l++) {
    if (!setlocale(LC_ALL, locales[l])) continue;
    for (size_t i = 0; i < COUNT(rows); i++) {
      text[polyring__float_print(rows[i].number, text)] = '\0';
      assert_string_equal(text, rows[i].text);
      float_survives(rows[i].number);
    }
  }
  setlocale(LC_ALL, "C");
}

/* What php-memcached writes, which is not always what is written here. */
static void floats_of_php_are_read(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double number;
  } rows[] = {{".1", 0.1},
              {"-.5", -0.5},
              {"1", 1},
              {"-0", -0.0},
              {"1e+25", 1e25},
              {"1e-07", 1e-7},
              {"123456789012345680", 123456789012345680.0},
              {"Infinity", INFINITY},
              {"-Infinity", -INFINITY},
              {"1.", 1},
              {"1E5", 1e5}};
  double number;
  for (size_t i = 0; i < COUNT(rows); i++) {
    assert_true(polyring__float_read(rows[i].text, strlen(rows[i].text), &number));
    assert_memory_equal(&number, &rows[i].number, sizeof number);
  }
  assert_true(polyring__float_read("NaN", 3, &number) && isnan(number));
}

/* --- the dialects and the options --- */

static void raw_is_raw(void **state) {
  (void)state;
  polyring__value_codec *codec =
      codec_of(&(polyring__value_options){.dialect = "raw", .compress_from = 1});
  polyring__value_body body;
  polyring_error error;
  sequence.size = 0;
  polyring_value_put_bytes(&sequence, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 50);
  body = there_and_back(codec);
  assert_int_equal(body.flags, 0);
  assert_int_equal(body.size, 50);
  sequence.size = again.size = 0;
  polyring_value_put_text(&sequence, "\xc3\xa9", 2);
  assert_int_equal(polyring__value_write(codec, sequence.at, sequence.size, &out, &body, NULL), 0);
  assert_int_equal(body.size, 2);
  /* Whatever the flags say. */
  assert_int_equal(polyring__value_read(codec, 0xFFFFFFFF, body.at, body.size, &again, NULL), 0);
  assert_memory_equal(again.at, "B\2\0\0\0\xc3\xa9", 7);
  sequence.size = 0;
  polyring_value_put_int(&sequence, 1);
  assert_int_equal(polyring__value_write(codec, sequence.at, sequence.size, &out, &body, &error),
                   POLYRING_INVALID_ARGUMENT);
  assert_string_equal(error.text, "the dialect raw has no form for an int");
  polyring__value_codec_free(codec);
  assert_string_equal(polyring__value_dialect_name(0), "portable");
  assert_string_equal(polyring__value_dialect_name(1), "raw");
  assert_null(polyring__value_dialect_name(2));
}

static void foreign_strings_are_text_if_told(void **state) {
  (void)state;
  polyring__value_codec *codec = codec_of(&(polyring__value_options){.decode_text = 1});
  again.size = 0;
  assert_int_equal(polyring__value_read(codec, 0, "h\xc3\xa9", 3, &again, NULL), 0);
  assert_memory_equal(again.at, "S\3\0\0\0h\xc3\xa9", 8);
  again.size = 0;
  assert_int_equal(polyring__value_read(codec, 0, "h\xc3", 2, &again, NULL), 0);
  assert_memory_equal(again.at, "B\2\0\0\0h\xc3", 7);
  polyring__value_codec_free(codec);
}

static void options_are_checked(void **state) {
  (void)state;
  static const struct {
    polyring__value_options options;
    polyring_status status;
    const char *words;
  } rows[] = {{{.dialect = "pickle"}, POLYRING_INVALID_ARGUMENT, "no such dialect: \"pickle\""},
              {{.compress = "fastlz"}, POLYRING_INVALID_ARGUMENT, "\"fastlz\""},
              {{.compress = "lz4"}, POLYRING_INVALID_ARGUMENT, "\"lz4\""},
              {{.most = POLYRING_VALUE_MAX + 1}, POLYRING_TOO_LARGE, "1073741824"}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    polyring__value_codec *codec = (polyring__value_codec *)&codec;
    polyring_error error;
    assert_int_equal(polyring__value_codec_new(NULL, &rows[i].options, &codec, &error),
                     rows[i].status);
    assert_null(codec);
    assert_non_null(strstr(error.text, rows[i].words));
  }
  polyring__value_codec_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(kinds_have_their_bodies),
                                     cmocka_unit_test(lists_and_maps_are_json),
                                     cmocka_unit_test(texts_in_json_hide_nothing),
                                     cmocka_unit_test(drawn_values_come_back),
                                     cmocka_unit_test(sizes_come_back),
                                     cmocka_unit_test(compression_must_pay),
                                     cmocka_unit_test(bodies_share_a_buffer),
                                     cmocka_unit_test(floats_come_back),
                                     cmocka_unit_test(floats_are_short),
                                     cmocka_unit_test(floats_of_php_are_read),
                                     cmocka_unit_test(raw_is_raw),
                                     cmocka_unit_test(foreign_strings_are_text_if_told),
                                     cmocka_unit_test(options_are_checked)};
  return cmocka_run_group_tests(tests, prepare, clear);
}
