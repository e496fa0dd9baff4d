/* Requests as they are written, and the keys in them. */
#include "protocol/codec.h"
#include "protocol/ttl.h"
#include "protocol/wire_key.h"
#include "unit.h"

#define SPAN(text) ((polyring__span){text, sizeof(text) - 1})

static const struct written {
  const polyring__codec *codec;
  polyring__request request;
  const char *head;
} all_written[] = {
    {&polyring__text, {.verb = POLYRING__GET, .key = SPAN("a")}, "get a\r\n"},
    {&polyring__text,
     {.verb = POLYRING__GET, .key = SPAN("a"), .want = POLYRING__WANT_CAS},
     "gets a\r\n"},
    {&polyring__text,
     {.verb = POLYRING__GET, .key = SPAN("a"), .marks = POLYRING__HAS_TTL, .ttl = 60},
     "gat 60 a\r\n"},
    {&polyring__text,
     {.verb = POLYRING__GET,
      .key = SPAN("a"),
      .marks = POLYRING__HAS_TTL,
      .want = POLYRING__WANT_CAS},
     "gats 0 a\r\n"},
    {&polyring__text,
     {.verb = POLYRING__SET, .key = SPAN("a"), .value = SPAN("four"), .flags = UINT32_MAX},
     "set a 4294967295 0 4\r\n"},
    {&polyring__text,
     {.verb = POLYRING__ADD, .key = SPAN("a"), .marks = POLYRING__HAS_TTL, .ttl = -1},
     "add a 0 -1 0\r\n"},
    {&polyring__text, {.verb = POLYRING__REPLACE, .key = SPAN("a")}, "replace a 0 0 0\r\n"},
    {&polyring__text, {.verb = POLYRING__APPEND, .key = SPAN("a")}, "append a 0 0 0\r\n"},
    {&polyring__text, {.verb = POLYRING__PREPEND, .key = SPAN("a")}, "prepend a 0 0 0\r\n"},
    {&polyring__text,
     {.verb = POLYRING__CAS, .key = SPAN("a"), .value = SPAN("v"), .cas = UINT64_MAX},
     "cas a 0 0 1 18446744073709551615\r\n"},
    {&polyring__text, {.verb = POLYRING__DELETE, .key = SPAN("a")}, "delete a\r\n"},
    {&polyring__text,
     {.verb = POLYRING__TOUCH, .key = SPAN("a"), .marks = POLYRING__HAS_TTL, .ttl = 9},
     "touch a 9\r\n"},
    {&polyring__text, {.verb = POLYRING__INCR, .key = SPAN("a"), .delta = 10}, "incr a 10\r\n"},
    {&polyring__text, {.verb = POLYRING__DECR, .key = SPAN("a"), .delta = 0}, "decr a 0\r\n"},
    {&polyring__text, {.verb = POLYRING__FLUSH}, "flush_all\r\n"},
    {&polyring__text,
     {.verb = POLYRING__FLUSH, .marks = POLYRING__HAS_TTL, .ttl = 5},
     "flush_all 5\r\n"},
    {&polyring__text, {.verb = POLYRING__STATS}, "stats\r\n"},
    {&polyring__text, {.verb = POLYRING__STATS, .text = SPAN("items")}, "stats items\r\n"},
    {&polyring__text, {.verb = POLYRING__VERSION}, "version\r\n"},
    {&polyring__text, {.verb = POLYRING__VERBOSITY, .delta = 1}, "verbosity 1\r\n"},
    {&polyring__text,
     {.verb = POLYRING__DUMP, .text = SPAN("1,2")},
     "lru_crawler metadump 1,2\r\n"},
    {&polyring__text, {.verb = POLYRING__FENCE}, "version\r\n"},
    {&polyring__meta, {.verb = POLYRING__GET, .key = SPAN("a")}, "mg a k f v\r\n"},
    {&polyring__meta,
     {.verb = POLYRING__GET,
      .key = SPAN("a b"),
      .marks = POLYRING__BINARY | POLYRING__HAS_TTL | POLYRING__QUIET | POLYRING__UNTOUCHED |
               POLYRING__VIVIFY | POLYRING__RECACHE,
      .want = POLYRING__WANT_CAS | POLYRING__WANT_TTL | POLYRING__WANT_LAST_ACCESS |
              POLYRING__WANT_HIT_BEFORE | POLYRING__WANT_SIZE | POLYRING__WITHOUT_VALUE,
      .ttl = 1,
      .vivify = 2,
      .recache = 3,
      .opaque = 4},
     "mg YSBi b k c T1 q O4 f t l h s u N2 R3\r\n"},
    {&polyring__meta,
     {.verb = POLYRING__TOUCH, .key = SPAN("a"), .marks = POLYRING__HAS_TTL, .ttl = 9},
     "mg a k T9\r\n"},
    {&polyring__meta,
     {.verb = POLYRING__SET, .key = SPAN("a"), .value = SPAN("four"), .flags = 7, .opaque = 1},
     "ms a 4 k O1 F7\r\n"},
    {&polyring__meta, {.verb = POLYRING__ADD, .key = SPAN("a")}, "ms a 0 k ME\r\n"},
    {&polyring__meta, {.verb = POLYRING__REPLACE, .key = SPAN("a")}, "ms a 0 k MR\r\n"},
    {&polyring__meta, {.verb = POLYRING__APPEND, .key = SPAN("a")}, "ms a 0 k MA\r\n"},
    {&polyring__meta, {.verb = POLYRING__PREPEND, .key = SPAN("a")}, "ms a 0 k MP\r\n"},
    {&polyring__meta,
     {.verb = POLYRING__CAS, .key = SPAN("a"), .cas = 8, .marks = POLYRING__INVALIDATE},
     "ms a 0 k I C8\r\n"},
    {&polyring__meta,
     {.verb = POLYRING__DELETE,
      .key = SPAN("a"),
      .cas = 8,
      .ttl = 30,
      .marks = POLYRING__INVALIDATE | POLYRING__HAS_CAS | POLYRING__HAS_TTL},
     "md a k T30 C8 I\r\n"},
    {&polyring__meta, {.verb = POLYRING__INCR, .key = SPAN("a"), .delta = 2}, "ma a k D2 v\r\n"},
    {&polyring__meta,
     {.verb = POLYRING__DECR,
      .key = SPAN("a"),
      .delta = 2,
      .initial = 5,
      .ttl = 60,
      .marks = POLYRING__HAS_INITIAL | POLYRING__HAS_TTL},
     "ma a k N60 J5 D2 MD v\r\n"},
    {&polyring__meta, {.verb = POLYRING__FENCE}, "mn\r\n"},
    {&polyring__meta, {.verb = POLYRING__STATS, .text = SPAN("slabs")}, "stats slabs\r\n"},
};

static void requests_are_written(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(all_written); i++) {
    const struct written *one = &all_written[i];
    char out[POLYRING__HEAD_MAX + 8];
    assert_true(one->codec->can(&one->request));
    char *end = one->codec->write(&one->request, out);
    *end = 0;
    assert_string_equal(out, one->head);
  }
}

static void the_longest_head_has_room(void **state) {
  (void)state;
  char key[250], out[POLYRING__HEAD_MAX];
  memset(key, 'k', sizeof key);
  polyring__request request = {
      .verb = POLYRING__GET,
      .key = {key, POLYRING__BINARY_KEY_MAX},
      .marks = 511 & ~(POLYRING__HAS_CAS | POLYRING__HAS_INITIAL | POLYRING__INVALIDATE),
      .want = 63,
      .ttl = INT64_MIN,
      .vivify = INT64_MIN,
      .recache = INT64_MIN,
      .opaque = UINT32_MAX};
  assert_true(polyring__meta.can(&request));
  assert_true(polyring__meta.write(&request, out) <= out + sizeof out);
  request = (polyring__request){.verb = POLYRING__CAS,
                                .key = {key, sizeof key},
                                .value = {key, SIZE_MAX},
                                .marks = POLYRING__HAS_TTL,
                                .flags = UINT32_MAX,
                                .ttl = INT64_MIN,
                                .cas = UINT64_MAX};
  assert_true(polyring__text.can(&request));
  assert_true(polyring__text.write(&request, out) <= out + sizeof out);
}

static void what_a_protocol_cannot_say_is_known(void **state) {
  (void)state;
  static const struct {
    const polyring__codec *codec;
    polyring__request request;
  } cannot[] = {
      {&polyring__text, {.verb = POLYRING__GET, .marks = POLYRING__BINARY}},
      {&polyring__text, {.verb = POLYRING__GET, .want = POLYRING__WANT_TTL}},
      {&polyring__text, {.verb = POLYRING__GET, .opaque = 1}},
      {&polyring__text, {.verb = POLYRING__SET, .marks = POLYRING__QUIET}},
      {&polyring__text, {.verb = POLYRING__INCR, .marks = POLYRING__HAS_INITIAL}},
      {&polyring__text, {.verb = POLYRING__DELETE, .marks = POLYRING__HAS_CAS}},
      {&polyring__text, {.verb = POLYRING__GET, .marks = POLYRING__VIVIFY}},
      {&polyring__meta, {.verb = POLYRING__SET, .marks = POLYRING__VIVIFY}},
      {&polyring__meta, {.verb = POLYRING__SET, .marks = POLYRING__HAS_INITIAL}},
      {&polyring__meta, {.verb = POLYRING__GET, .marks = POLYRING__INVALIDATE}},
      {&polyring__meta, {.verb = POLYRING__GET, .marks = POLYRING__HAS_CAS}},
      {&polyring__meta, {.verb = POLYRING__DELETE, .want = POLYRING__WANT_TTL}},
      {&polyring__meta, {.verb = POLYRING__FENCE, .opaque = 1}},
      {&polyring__meta, {.verb = POLYRING__STATS, .marks = POLYRING__QUIET}},
  };
  for (size_t i = 0; i < COUNT(cannot); i++) assert_false(cannot[i].codec->can(&cannot[i].request));
}

static void a_list_of_keys_is_one_line(void **state) {
  (void)state;
  char out[64], *at = polyring__text_begin(out, 0);
  at = polyring__text_key(at, SPAN("a"));
  at = polyring__text_key(at, SPAN("bc"));
  at = polyring__text_end(at);
  assert_int_equal(at - out, 10);
  assert_memory_equal(out, "get a bc\r\n", 10);
  at = polyring__text_begin(out, POLYRING__WANT_CAS);
  assert_memory_equal(out, "gets", (size_t)(at - out));
}

static void keys_have_one_rule(void **state) {
  (void)state;
  char bytes[251];
  size_t at;
  memset(bytes, 'k', sizeof bytes);
  assert_int_equal(polyring__key_kind_of((polyring__span){bytes, 0}, &at), POLYRING__KEY_EMPTY);
  assert_int_equal(polyring__key_kind_of((polyring__span){bytes, 250}, &at), POLYRING__KEY_TEXT);
  assert_int_equal(polyring__key_kind_of((polyring__span){bytes, 251}, &at),
                   POLYRING__KEY_TOO_LONG);
  static const char binary[] = {0, '\t', '\n', '\r', ' ', 0x1F, 0x7F};
  for (size_t i = 0; i < sizeof binary; i++) {
    bytes[100] = binary[i];
    assert_int_equal(polyring__key_kind_of((polyring__span){bytes, 186}, &at),
                     POLYRING__KEY_BINARY);
    assert_int_equal(at, 100);
    assert_int_equal(polyring__key_kind_of((polyring__span){bytes, 187}, &at),
                     POLYRING__KEY_TOO_LONG);
  }
  bytes[100] = (char)0x80;
  assert_int_equal(polyring__key_kind_of((polyring__span){bytes, 250}, &at), POLYRING__KEY_TEXT);
}

static void base64_is_that_of_rfc_4648(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"", ""},
                                         {"f", "Zg=="},
                                         {"fo", "Zm8="},
                                         {"foo", "Zm9v"},
                                         {"foob", "Zm9vYg=="},
                                         {"fooba", "Zm9vYmE="},
                                         {"foobar", "Zm9vYmFy"},
                                         {"\xfb\xff\xbe", "+/++"}};
  for (size_t i = 0; i < COUNT(pairs); i++) {
    char out[16];
    polyring__span bytes = {pairs[i][0], strlen(pairs[i][0])},
                   text = {pairs[i][1], strlen(pairs[i][1])};
    assert_int_equal(polyring__base64_write(bytes, out) - out, text.size);
    assert_memory_equal(out, text.at, text.size);
    assert_true(polyring__base64_is(text, bytes));
    if (text.size)
      assert_false(polyring__base64_is((polyring__span){text.at, text.size - 1}, bytes));
    if (text.size) assert_false(polyring__base64_is(text, (polyring__span){"!!!!!!", bytes.size}));
  }
}

static void a_month_is_no_date(void **state) {
  (void)state;
  assert_int_equal(polyring__ttl(0, 1000), 0);
  assert_int_equal(polyring__ttl(2592000, 1000), 2592000);
  assert_int_equal(polyring__ttl(2592001, 1000), 2593001);
  /* Of any size: servers keep 32 bits, and would take the rest for a date in the past. */
  assert_int_equal(polyring__ttl(INT64_MAX, 1000), INT32_MAX);
  assert_int_equal(polyring__ttl(INT32_MAX - 1000, 1000), INT32_MAX);
  assert_int_equal(polyring__ttl(INT32_MAX - 1001, 1000), INT32_MAX - 1);
  assert_int_equal(polyring__ttl(INT64_MIN, 1000), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(requests_are_written),
      cmocka_unit_test(the_longest_head_has_room),
      cmocka_unit_test(what_a_protocol_cannot_say_is_known),
      cmocka_unit_test(a_list_of_keys_is_one_line),
      cmocka_unit_test(keys_have_one_rule),
      cmocka_unit_test(base64_is_that_of_rfc_4648),
      cmocka_unit_test(a_month_is_no_date),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
