/* Replies as they are read, and which reply fits which request. */
#include "protocol/codec.h"
#include "unit.h"

#define SPAN(text) ((polyring__span){text, sizeof(text) - 1})
#define VALUE_MOST (1 << 20)

/* A reply, what it is read as, and (in the order of its fields) what is checked of it. */
static const struct reading {
  const polyring__codec *codec;
  const char *bytes;
  polyring__reply reply;
} readings[] = {
    {&polyring__text,
     "VALUE a 0 0\r\n\r\n",
     {.answer = POLYRING__ANSWER_VALUE,
      .got = POLYRING__GOT_KEY | POLYRING__GOT_FLAGS | POLYRING__GOT_VALUE,
      .key = SPAN("a"),
      .value = SPAN("")}},
    {&polyring__text,
     "VALUE key 4294967295 11 18446744073709551615\r\nEND\r\nVALUE \r\n",
     {.answer = POLYRING__ANSWER_VALUE,
      .got = POLYRING__GOT_KEY | POLYRING__GOT_FLAGS | POLYRING__GOT_VALUE | POLYRING__GOT_CAS,
      .key = SPAN("key"),
      .value = SPAN("END\r\nVALUE "),
      .flags = UINT32_MAX,
      .cas = UINT64_MAX}},
    {&polyring__text, "END\r\n", {.answer = POLYRING__ANSWER_END, .text = SPAN("END")}},
    {&polyring__text, "STORED\r\n", {.answer = POLYRING__ANSWER_DONE, .text = SPAN("STORED")}},
    {&polyring__text,
     "NOT_STORED\r\n",
     {.answer = POLYRING__ANSWER_NOT_STORED, .text = SPAN("NOT_STORED")}},
    {&polyring__text, "EXISTS\r\n", {.answer = POLYRING__ANSWER_EXISTS, .text = SPAN("EXISTS")}},
    {&polyring__text,
     "NOT_FOUND\r\n",
     {.answer = POLYRING__ANSWER_NOT_FOUND, .text = SPAN("NOT_FOUND")}},
    {&polyring__text,
     "18446744073709551615\r\n",
     {.answer = POLYRING__ANSWER_NUMBER, .number = UINT64_MAX}},
    {&polyring__text, "9  \r\n", {.answer = POLYRING__ANSWER_NUMBER, .number = 9}},
    {&polyring__text,
     "STAT pid 12\r\n",
     {.answer = POLYRING__ANSWER_STAT,
      .got = POLYRING__GOT_KEY,
      .key = SPAN("pid"),
      .text = SPAN("12")}},
    {&polyring__text,
     "STAT items:1:number 12 or so\r\n",
     {.answer = POLYRING__ANSWER_STAT,
      .got = POLYRING__GOT_KEY,
      .key = SPAN("items:1:number"),
      .text = SPAN("12 or so")}},
    {&polyring__text,
     "VERSION 1.6.18\r\n",
     {.answer = POLYRING__ANSWER_VERSION, .text = SPAN("1.6.18")}},
    {&polyring__text,
     "key=a%20b exp=-1 la=1\r\n",
     {.answer = POLYRING__ANSWER_DUMP, .text = SPAN("key=a%20b exp=-1 la=1")}},
    {&polyring__text, "ERROR\r\n", {.answer = POLYRING__ANSWER_REFUSED}},
    {&polyring__text,
     "CLIENT_ERROR bad data chunk\r\n",
     {.answer = POLYRING__ANSWER_REFUSED, .text = SPAN("bad data chunk")}},
    {&polyring__text,
     "SERVER_ERROR out of memory\r\n",
     {.answer = POLYRING__ANSWER_FAILED, .text = SPAN("out of memory")}},
    {&polyring__text,
     "BUSY currently processing\r\n",
     {.answer = POLYRING__ANSWER_FAILED, .text = SPAN("currently processing")}},
    {&polyring__meta, "HD\r\n", {.answer = POLYRING__ANSWER_DONE}},
    {&polyring__meta,
     "HD kab b O7 c9\r\n",
     {.answer = POLYRING__ANSWER_DONE,
      .got =
          POLYRING__GOT_KEY | POLYRING__GOT_BINARY_KEY | POLYRING__GOT_OPAQUE | POLYRING__GOT_CAS,
      .key = SPAN("ab"),
      .opaque = 7,
      .cas = 9}},
    {&polyring__meta,
     "VA 2 ka f5 t-1 l3 h1 s2 W X Z ?new\r\nhi\r\n",
     {.answer = POLYRING__ANSWER_VALUE,
      .got = POLYRING__GOT_KEY | POLYRING__GOT_VALUE | POLYRING__GOT_FLAGS | POLYRING__GOT_TTL |
             POLYRING__GOT_LAST_ACCESS | POLYRING__GOT_HIT_BEFORE | POLYRING__GOT_SIZE |
             POLYRING__WON | POLYRING__STALE | POLYRING__ALREADY_WON,
      .key = SPAN("a"),
      .value = SPAN("hi"),
      .flags = 5,
      .last_access = 3,
      .hit_before = 1,
      .ttl = -1,
      .size = 2}},
    {&polyring__meta, "EN\r\n", {.answer = POLYRING__ANSWER_END}},
    {&polyring__meta, "NS\r\n", {.answer = POLYRING__ANSWER_NOT_STORED}},
    {&polyring__meta, "EX \r\n", {.answer = POLYRING__ANSWER_EXISTS}},
    {&polyring__meta,
     "NF ka\r\n",
     {.answer = POLYRING__ANSWER_NOT_FOUND, .got = POLYRING__GOT_KEY, .key = SPAN("a")}},
    {&polyring__meta, "MN\r\n", {.answer = POLYRING__ANSWER_FENCE}},
    {&polyring__meta, "END\r\n", {.answer = POLYRING__ANSWER_END, .text = SPAN("END")}},
    {&polyring__meta,
     "CLIENT_ERROR bad command line format\r\n",
     {.answer = POLYRING__ANSWER_REFUSED, .text = SPAN("bad command line format")}},
};

/* The bytes in a block of their own, so that ASan and valgrind see a read beyond them. */
static ptrdiff_t read_copy(const polyring__codec *codec, const char *bytes, size_t size,
                           polyring__reply *reply, char **copied) {
  char *block = malloc(size ? size : 1);
  memcpy(block, bytes, size);
  *copied = block;
  return codec->read(block, size, VALUE_MOST, reply);
}

static void assert_span(polyring__span a, polyring__span b) {
  assert_int_equal(a.size, b.size);
  if (a.size) assert_memory_equal(a.at, b.at, a.size);
}

static void replies_are_read(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(readings); i++) {
    const struct reading *one = &readings[i];
    const polyring__reply *wanted = &one->reply;
    polyring__reply reply;
    char *block, bytes[200];
    size_t size = strlen(one->bytes);
    memcpy(bytes, one->bytes, size);
    memcpy(bytes + size, "END\r\n", 5); /* what follows is not looked at */
    assert_int_equal(read_copy(one->codec, bytes, size + 5, &reply, &block), size);
    assert_int_equal(reply.answer, wanted->answer);
    assert_int_equal(reply.got, wanted->got);
    assert_span(reply.key, wanted->key);
    assert_span(reply.value, wanted->value);
    assert_span(reply.text, wanted->text);
    assert_int_equal(reply.flags, wanted->flags);
    assert_int_equal(reply.opaque, wanted->opaque);
    assert_int_equal(reply.last_access, wanted->last_access);
    assert_int_equal(reply.hit_before, wanted->hit_before);
    assert_true(reply.ttl == wanted->ttl && reply.cas == wanted->cas);
    assert_true(reply.number == wanted->number && reply.size == wanted->size);
    free(block);
    for (size_t cut = 0; cut < size; cut++) {
      assert_int_equal(read_copy(one->codec, bytes, cut, &reply, &block), POLYRING__INCOMPLETE);
      free(block);
    }
  }
}

static void bad_replies_are_bad(void **state) {
  (void)state;
  static const char *const bad[] = {"\r\n",
                                    "\n",
                                    "END\n",
                                    "HELLO\r\n",
                                    "END \r\n",
                                    "VALUE\r\n",
                                    "VALUE  0 0\r\n\r\n",
                                    "VALUE a -1 0\r\n\r\n",
                                    "VALUE a 0 -1\r\n\r\n",
                                    "VALUE a 0 99999999999999999999\r\n",
                                    "VALUE a 4294967296 0\r\n\r\n",
                                    "VALUE a 0 1\r\nxx\r\n",
                                    "VALUE a 0 1\r\nx\rx",
                                    "VALUE a 0 0 1 2\r\n\r\n",
                                    "VALUE a 0 \r\n\r\n",
                                    "VALUE a 0x1 0\r\n\r\n",
                                    "STAT \r\n",
                                    "-1\r\n",
                                    "1x\r\n",
                                    "STOREDX\r\n",
                                    "HTTP/1.1 400 Bad Request\r\n",
                                    "+OK\r\n",
                                    "\x81\r\n",
                                    "18446744073709551616\r\n"};
  static const char *const bad_meta[] = {
      "VA\r\n",          "VA -1\r\n",       "VA x\r\n",
      "VA 1 k\r\nx\r\n", "VA 1 f\r\nx\r\n", "VA 1 f4294967296\r\nx\r\n",
      "VA 1\r\nxx\r\n",  "HD O\r\n",        "HD Ox\r\n",
      "HD t-2\r\n",      "HD c-1\r\n",      "HDX\r\n",
      "hd\r\n",          "VA  1\r\nx\r\n"};
  polyring__reply reply;
  char *block;
  for (size_t i = 0; i < COUNT(bad); i++) {
    assert_int_equal(read_copy(&polyring__text, bad[i], strlen(bad[i]), &reply, &block),
                     POLYRING__BAD);
    free(block);
  }
  for (size_t i = 0; i < COUNT(bad_meta); i++) {
    assert_int_equal(read_copy(&polyring__meta, bad_meta[i], strlen(bad_meta[i]), &reply, &block),
                     POLYRING__BAD);
    free(block);
  }
  char *line = malloc(POLYRING__LINE_MAX + 2);
  memset(line, 'x', POLYRING__LINE_MAX + 2);
  assert_int_equal(polyring__text.read(line, POLYRING__LINE_MAX + 1, VALUE_MOST, &reply),
                   POLYRING__INCOMPLETE);
  assert_int_equal(polyring__text.read(line, POLYRING__LINE_MAX + 2, VALUE_MOST, &reply),
                   POLYRING__BAD);
  free(line);
}

static void values_that_are_too_long_are_told_from_bad_ones(void **state) {
  (void)state;
  static const struct {
    const polyring__codec *codec;
    const char *bytes;
  } all[] = {{&polyring__text, "VALUE a 0 1048577\r\n"},
             {&polyring__text, "VALUE a 0 18446744073709551615\r\n"},
             {&polyring__meta, "VA 1048577\r\n"},
             {&polyring__meta, "VALUE a 0 1048577\r\n"}};
  polyring__reply reply;
  char *block;
  for (size_t i = 0; i < COUNT(all); i++) {
    assert_int_equal(read_copy(all[i].codec, all[i].bytes, strlen(all[i].bytes), &reply, &block),
                     POLYRING__TOO_LONG);
    free(block);
  }
}

static polyring__verdict judge(const polyring__codec *codec, polyring__request request,
                               const char *bytes, size_t parts) {
  polyring__reply reply;
  assert_int_equal(codec->read(bytes, strlen(bytes), VALUE_MOST, &reply), strlen(bytes));
  return codec->judge(&request, &reply, parts);
}

/* For each verb the replies that fit, and what they mean; all others are wrong. */
static void only_fitting_replies_are_taken(void **state) {
  (void)state;
  static const char *const replies[] = {"VALUE a 0 1\r\nx\r\n",
                                        "VALUE a 0 1 5\r\nx\r\n",
                                        "VALUE b 0 1\r\nx\r\n",
                                        "END\r\n",
                                        "STORED\r\n",
                                        "DELETED\r\n",
                                        "TOUCHED\r\n",
                                        "OK\r\n",
                                        "RESET\r\n",
                                        "NOT_STORED\r\n",
                                        "EXISTS\r\n",
                                        "NOT_FOUND\r\n",
                                        "5\r\n",
                                        "STAT a b\r\n",
                                        "VERSION 1\r\n",
                                        "key=a exp=1\r\n"};
  static const struct {
    polyring__verb verb;
    uint32_t want;
    const char *verdicts; /* D done, M miss, n not stored, e exists, + more, - wrong */
  } table[] = {{POLYRING__GET, 0, "+--M------------"},
               {POLYRING__GET, POLYRING__WANT_CAS, "-+-M------------"},
               {POLYRING__TOUCH, 0, "------D----M----"},
               {POLYRING__SET, 0, "----D----n------"},
               {POLYRING__ADD, 0, "----D----n------"},
               {POLYRING__REPLACE, 0, "----D----n------"},
               {POLYRING__APPEND, 0, "----D----n------"},
               {POLYRING__PREPEND, 0, "----D----n------"},
               {POLYRING__CAS, 0, "----D----neM----"},
               {POLYRING__DELETE, 0, "-----D-----M----"},
               {POLYRING__INCR, 0, "-----------MD---"},
               {POLYRING__DECR, 0, "-----------MD---"},
               {POLYRING__FLUSH, 0, "-------D--------"},
               {POLYRING__STATS, 0, "---D----D----+--"},
               {POLYRING__VERSION, 0, "--------------D-"},
               {POLYRING__VERBOSITY, 0, "-------D--------"},
               {POLYRING__DUMP, 0, "---D-----------+"},
               {POLYRING__FENCE, 0, "--------------D-"}};
  static const char letters[] = {
      [POLYRING__VERDICT_DONE] = 'D',       [POLYRING__VERDICT_MISS] = 'M',
      [POLYRING__VERDICT_NOT_STORED] = 'n', [POLYRING__VERDICT_EXISTS] = 'e',
      [POLYRING__VERDICT_MORE] = '+',       [POLYRING__VERDICT_WRONG] = '-'};
  for (size_t t = 0; t < COUNT(table); t++) {
    polyring__request request = {.verb = table[t].verb, .want = table[t].want};
    if (table[t].verb <= POLYRING__DECR) request.key = SPAN("a");
    for (size_t r = 0; r < COUNT(replies); r++)
      if (letters[judge(&polyring__text, request, replies[r], 0)] != table[t].verdicts[r])
        fail_msg("verb %d and %s", table[t].verb, replies[r]);
    assert_int_equal(judge(&polyring__text, request, "ERROR\r\n", 0), POLYRING__VERDICT_REFUSED);
    assert_int_equal(judge(&polyring__meta, request, "SERVER_ERROR x\r\n", 0),
                     POLYRING__VERDICT_FAILED);
  }
  polyring__request get = {.verb = POLYRING__GET, .key = SPAN("a")};
  assert_int_equal(judge(&polyring__text, get, "END\r\n", 1), POLYRING__VERDICT_DONE);
  assert_int_equal(judge(&polyring__text, get, "VALUE a 0 1\r\nx\r\n", 1), POLYRING__VERDICT_WRONG);
}

static void meta_replies_carry_their_key(void **state) {
  (void)state;
  polyring__request get = {.verb = POLYRING__GET, .key = SPAN("a"), .opaque = 7};
  polyring__request set = {.verb = POLYRING__SET, .key = SPAN("a"), .opaque = 7};
  polyring__request incr = {.verb = POLYRING__INCR, .key = SPAN("a"), .opaque = 7};
  polyring__request binary = {
      .verb = POLYRING__DELETE, .key = SPAN("a b"), .marks = POLYRING__BINARY};
  polyring__request peek = {.verb = POLYRING__GET,
                            .key = SPAN("a"),
                            .want = POLYRING__WITHOUT_VALUE | POLYRING__WANT_TTL};
  const struct {
    const polyring__request *request;
    const char *bytes;
    polyring__verdict verdict;
  } table[] = {{&get, "VA 1 ka f0 O7\r\nx\r\n", POLYRING__VERDICT_DONE},
               {&get, "VA 1 kb f0 O7\r\nx\r\n", POLYRING__VERDICT_WRONG},
               {&get, "VA 1 ka f0 O8\r\nx\r\n", POLYRING__VERDICT_WRONG},
               {&get, "VA 1 ka f0\r\nx\r\n", POLYRING__VERDICT_WRONG},
               {&get, "VA 1 f0 O7\r\nx\r\n", POLYRING__VERDICT_WRONG},
               {&get, "VA 1 ka O7\r\nx\r\n", POLYRING__VERDICT_WRONG},
               {&get, "VA 1 ka b f0 O7\r\nx\r\n", POLYRING__VERDICT_WRONG},
               {&get, "HD ka f0 O7\r\n", POLYRING__VERDICT_WRONG},
               {&get, "EN\r\n", POLYRING__VERDICT_MISS},
               {&get, "EN ka O7\r\n", POLYRING__VERDICT_MISS},
               {&get, "EN kb O7\r\n", POLYRING__VERDICT_WRONG},
               {&get, "END\r\n", POLYRING__VERDICT_MISS}, /* which looks like a bare EN */
               {&get, "NF ka O7\r\n", POLYRING__VERDICT_WRONG},
               {&set, "HD ka O7\r\n", POLYRING__VERDICT_DONE},
               {&set, "HD kb O7\r\n", POLYRING__VERDICT_WRONG},
               {&set, "HD O7\r\n", POLYRING__VERDICT_WRONG},
               {&set, "STORED\r\n", POLYRING__VERDICT_WRONG},
               {&set, "NS ka O7\r\n", POLYRING__VERDICT_NOT_STORED},
               {&set, "EX ka O7\r\n", POLYRING__VERDICT_EXISTS},
               {&set, "NF ka O7\r\n", POLYRING__VERDICT_MISS},
               {&set, "EN\r\n", POLYRING__VERDICT_WRONG},
               {&set, "VA 1 ka f0 O7\r\nx\r\n", POLYRING__VERDICT_WRONG},
               {&incr, "VA 1 ka O7\r\n5\r\n", POLYRING__VERDICT_DONE},
               {&incr, "VA 1 ka O7\r\nx\r\n", POLYRING__VERDICT_WRONG},
               {&incr, "HD ka O7\r\n", POLYRING__VERDICT_WRONG},
               {&incr, "NF ka O7\r\n", POLYRING__VERDICT_MISS},
               {&binary, "HD kYSBi b\r\n", POLYRING__VERDICT_DONE},
               {&binary, "HD kYSBi\r\n", POLYRING__VERDICT_WRONG},
               {&binary, "HD kYSBj b\r\n", POLYRING__VERDICT_WRONG},
               {&peek, "HD ka f0 t5\r\n", POLYRING__VERDICT_DONE},
               {&peek, "HD ka f0\r\n", POLYRING__VERDICT_WRONG},
               {&peek, "VA 1 ka f0 t5\r\nx\r\n", POLYRING__VERDICT_WRONG}};
  for (size_t i = 0; i < COUNT(table); i++)
    if (judge(&polyring__meta, *table[i].request, table[i].bytes, 0) != table[i].verdict)
      fail_msg("%s", table[i].bytes);
  assert_int_equal(judge(&polyring__meta, get, "VA 1 ka f0 O7\r\nx\r\n", 1),
                   POLYRING__VERDICT_WRONG);
}

/* Replies with bytes changed, dropped and doubled: every answer is a number of bytes within the
 * input, and what it points to lies within those. */
static void mangled_replies_stay_inside(void **state) {
  (void)state;
  uint32_t random = 1;
  for (int n = 0; n < 200000; n++) {
    const struct reading *one = &readings[(random >> 8) % COUNT(readings)];
    size_t size = strlen(one->bytes);
    char bytes[200];
    memcpy(bytes, one->bytes, size);
    for (int change = 0; change < 3; change++) {
      random = random * 1664525 + 1013904223;
      size_t at = (random >> 4) % size;
      if (random >> 30 == 0 && size > 2)
        memmove(bytes + at, bytes + at + 1, --size - at);
      else
        bytes[at] = random >> 31 ? "0 -9\r\nVk"[random >> 20 & 7] : (char)(random >> 12);
    }
    polyring__reply reply;
    char *block;
    ptrdiff_t taken = read_copy(one->codec, bytes, size, &reply, &block);
    assert_true(taken >= POLYRING__TOO_LONG && taken <= (ptrdiff_t)size);
    polyring__span spans[] = {reply.key, reply.value, reply.text};
    for (int s = 0; taken > 0 && s < 3; s++)
      assert_true(!spans[s].size ||
                  (spans[s].at >= block && spans[s].at + spans[s].size <= block + taken));
    free(block);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(replies_are_read),
      cmocka_unit_test(bad_replies_are_bad),
      cmocka_unit_test(values_that_are_too_long_are_told_from_bad_ones),
      cmocka_unit_test(only_fitting_replies_are_taken),
      cmocka_unit_test(meta_replies_carry_their_key),
      cmocka_unit_test(mangled_replies_stay_inside),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
