/* Pipelines over a connection without a socket: whatever the pieces are in which bytes come and
 * go, the verdicts are the same; and what does not fit breaks it. */
#include "connection/connection.h"
#include "unit.h"

enum { MOST = 64 };

/* Requests, and what became of them: a letter each, as in test_protocol.c. */
struct trial {
  polyring__request requests[MOST];
  size_t count, front;
  char verdicts[4 * MOST];
  size_t given;
  char values[256]; /* of the replies, each followed by a comma */
  size_t values_size;
};

static const polyring__request *request_of(void *context, size_t i) {
  struct trial *trial = context;
  assert_true(i < trial->count);
  return &trial->requests[i];
}

static void verdict_of(void *context, size_t i, polyring__verdict verdict,
                       const polyring__reply *reply) {
  static const char letters[] = "DMne+RF-";
  struct trial *trial = context;
  assert_true(i < trial->count && trial->given + 2 < sizeof trial->verdicts);
  trial->verdicts[trial->given++] = (char)('a' + i);
  trial->verdicts[trial->given++] = letters[verdict];
  if (!reply || !reply->value.size || reply->value.size > 100) return;
  memcpy(trial->values + trial->values_size, reply->value.at, reply->value.size);
  trial->values_size += reply->value.size;
  trial->values[trial->values_size++] = ',';
}

static polyring__span span(const char *text) { return (polyring__span){text, strlen(text)}; }

static void add(struct trial *trial, polyring__verb verb, const char *key, const char *value) {
  trial->requests[trial->count++] =
      (polyring__request){.verb = verb, .key = span(key), .value = span(value)};
}

/* Sends all there is to send, piece bytes at a time, into out; returns how many bytes. */
static size_t send_all(polyring__connection *connection, char *out, size_t piece) {
  polyring__span spans[2];
  size_t size = 0;
  while (polyring__connection_to_send(connection, spans)) {
    size_t now = spans[0].size < piece ? spans[0].size : piece;
    memcpy(out + size, spans[0].at, now);
    size += now;
    polyring__connection_sent(connection, now);
  }
  return size;
}

static void receive(polyring__connection *connection, const char *bytes, size_t size,
                    size_t piece) {
  for (size_t at = 0; at < size && !connection->broken;) {
    char *to;
    size_t room, now = size - at < piece ? size - at : piece;
    assert_int_equal(polyring__connection_room(connection, &to, &room), POLYRING_OK);
    if (now > room) now = room;
    memcpy(to, bytes + at, now);
    polyring__connection_received(connection, now);
    at += now;
  }
}

static void begin(polyring__connection *connection, struct trial *trial, polyring__manner manner) {
  polyring__pipeline pipeline = {trial, manner, trial->count, request_of, verdict_of, trial->front};
  assert_int_equal(polyring__connection_begin(connection, &pipeline), POLYRING_OK);
}

/* The pipeline in every size of pieces; broken is a part of the reason, or NULL. */
static void check(const struct trial *of, const polyring__codec *codec, polyring__manner manner,
                  const char *sent, const char *replies, const char *verdicts, const char *values,
                  const char *broken) {
  for (size_t piece = 1; piece <= strlen(replies); piece++) {
    struct trial trial = *of;
    polyring__connection connection;
    char out[8192];
    polyring__connection_init(&connection, NULL, codec, 1 << 20);
    begin(&connection, &trial, manner);
    size_t size = send_all(&connection, out, piece);
    if (sent) {
      assert_int_equal(size, strlen(sent));
      assert_memory_equal(out, sent, size);
    }
    receive(&connection, replies, strlen(replies), piece);
    trial.verdicts[trial.given] = trial.values[trial.values_size] = 0;
    if (!broken && connection.broken) fail_msg("%s: %s", replies, connection.broken);
    if (broken && (!connection.broken || !strstr(connection.broken, broken)))
      fail_msg("%s in pieces of %zu: %s", replies, piece, connection.broken);
    assert_string_equal(trial.verdicts, verdicts);
    assert_string_equal(trial.values, values);
    if (!broken) assert_true(polyring__connection_is_idle(&connection));
    polyring__connection_done(&connection);
  }
}

static void each_request_has_its_reply(void **state) {
  (void)state;
  struct trial trial = {.count = 0};
  add(&trial, POLYRING__GET, "k", "");
  add(&trial, POLYRING__SET, "k", "value");
  add(&trial, POLYRING__INCR, "n", "");
  add(&trial, POLYRING__GET, "none", "");
  add(&trial, POLYRING__STATS, "", "");
  check(&trial, &polyring__text, POLYRING__EACH,
        "get k\r\nset k 0 0 5\r\nvalue\r\nincr n 0\r\nget none\r\nstats\r\n",
        "VALUE k 0 2\r\nhi\r\nEND\r\nSTORED\r\nNOT_FOUND\r\nEND\r\nSTAT a b\r\nSTAT c d\r\nEND\r\n",
        "a+aDbDcMdMe+e+eD", "hi,", NULL);
  check(&trial, &polyring__text, POLYRING__EACH, NULL,
        "END\r\nSERVER_ERROR full\r\nCLIENT_ERROR no\r\nEND\r\nEND\r\n", "aMbFcRdMeD", "", NULL);
  check(&trial, &polyring__text, POLYRING__EACH, NULL,
        "END\r\nCLIENT_ERROR bad data chunk\r\nERROR\r\n", "aMbR", "", "refused");
  check(&trial, &polyring__text, POLYRING__EACH, NULL, "VALUE other 0 2\r\nhi\r\nEND\r\n", "", "",
        "does not belong");
  check(&trial, &polyring__text, POLYRING__EACH, NULL, "END\r\nEND\r\n", "aM", "",
        "does not belong");
  check(&trial, &polyring__text, POLYRING__EACH, NULL, "hello\r\n", "", "", "no reply");
  check(&trial, &polyring__text, POLYRING__EACH, NULL,
        "END\r\nSTORED\r\n1\r\nEND\r\nEND\r\nEND\r\n", "aMbDcDdMeD", "", "nobody asked");
}

static void silence_is_an_answer(void **state) {
  (void)state;
  struct trial trial = {.count = 0};
  add(&trial, POLYRING__SET, "k", "1");
  add(&trial, POLYRING__ADD, "l", "2");
  add(&trial, POLYRING__SET, "m", "3");
  add(&trial, POLYRING__SET, "n", "4");
  const char *sent =
      "ms k 1 k q O1\r\n1\r\nms l 1 k q O2 ME\r\n2\r\nms m 1 k q O3\r\n3\r\n"
      "ms n 1 k O4\r\n4\r\n"; /* the last one is not quiet, and so needs no fence */
  const polyring__codec *meta = &polyring__meta;
  const polyring__manner quietly = POLYRING__QUIETLY;
  check(&trial, meta, quietly, sent, "HD kn O4\r\n", "aDbDcDdD", "", NULL);
  check(&trial, meta, quietly, sent, "NS kl O2\r\nNS kn O4\r\n", "aDbncDdn", "", NULL);
  check(&trial, meta, quietly, sent, "NS kl O2\r\nNS kk O1\r\n", "aDbn", "", "request that is due");
  check(&trial, meta, quietly, sent, "NS kl O2\r\nNS kl O2\r\n", "aDbn", "", "request that is due");
  check(&trial, meta, quietly, sent, "NS kk O2\r\n", "", "", "does not belong");
  check(&trial, meta, quietly, sent, "NS kl O6\r\n", "", "", "no request that is due");
  check(&trial, meta, quietly, sent, "HD kn O3\r\n", "", "", "does not belong");
  check(&trial, meta, quietly, sent, "MN\r\n", "", "", "names no request");
  check(&trial, meta, quietly, sent, "HD kn\r\n", "", "", "names no request");
  check(&trial, meta, quietly, sent, "SERVER_ERROR out of memory\r\n", "", "", "names no request");
  check(&trial, meta, quietly, sent, "SERVER_ERROR object too large for cache\r\n", "", "",
        "names no request");
  check(&trial, meta, quietly, sent, "HD kn O4\r\nHD kn O4\r\n", "aDbDcDdD", "", "nobody asked");
}

/* Errors name no request. A large value is not stored quietly, so that the only error that depends
 * on its size is known to be its own. */
static void large_values_are_not_quiet(void **state) {
  (void)state;
  static char large[1000];
  memset(large, 'v', sizeof large - 1);
  struct trial trial = {.count = 0};
  add(&trial, POLYRING__SET, "k", "1");
  add(&trial, POLYRING__SET, "l", large);
  add(&trial, POLYRING__SET, "m", large);
  add(&trial, POLYRING__SET, "n", "4");
  const polyring__codec *meta = &polyring__meta;
  const polyring__manner quietly = POLYRING__QUIETLY;
  const char *too_large = "SERVER_ERROR object too large for cache\r\n";
  char replies[200];
  check(&trial, meta, quietly, NULL, "HD kl O2\r\nHD km O3\r\nHD kn O4\r\n", "aDbDcDdD", "", NULL);
  snprintf(replies, sizeof replies, "%sHD km O3\r\nHD kn O4\r\n", too_large);
  check(&trial, meta, quietly, NULL, replies, "aDbFcDdD", "", NULL);
  snprintf(replies, sizeof replies, "HD kl O2\r\n%sHD kn O4\r\n", too_large);
  check(&trial, meta, quietly, NULL, replies, "aDbDcFdD", "", NULL);
  snprintf(replies, sizeof replies, "%s%sHD kn O4\r\n", too_large, too_large);
  check(&trial, meta, quietly, NULL, replies, "aDbFcFdD", "", NULL);
  snprintf(replies, sizeof replies, "%s%s%s", too_large, too_large, too_large);
  check(&trial, meta, quietly, NULL, replies, "aDbFcF", "", "names no request");
  check(&trial, meta, quietly, NULL, "HD km O3\r\n", "", "", "no request that is due");
  check(&trial, meta, quietly, NULL, "HD kn O4\r\n", "", "", "no request that is due");
}

/* Two requests that each have their reply, and what comes after them in every manner. */
static void some_requests_go_in_front(void **state) {
  (void)state;
  struct trial trial = {.count = 0, .front = 2};
  add(&trial, POLYRING__GET, "greeting", "");
  add(&trial, POLYRING__ADD, "after", "x");
  add(&trial, POLYRING__GET, "c", "");
  add(&trial, POLYRING__GET, "d", "");
  check(&trial, &polyring__meta, POLYRING__EACH,
        "mg greeting k O1 f v\r\nms after 1 k O2 ME\r\nx\r\nmg c k O3 f v\r\nmg d k O4 f v\r\n",
        "VA 2 kgreeting O1 f0\r\nhi\r\nHD kafter O2\r\nEN kc O3\r\nVA 1 kd O4 f0\r\nd\r\n",
        "aDbDcMdD", "hi,d,", NULL);
  check(&trial, &polyring__meta, POLYRING__AS_LIST,
        "mg greeting k O1 f v\r\nms after 1 k O2 ME\r\nx\r\nget c d\r\n",
        "EN kgreeting O1\r\nNS kafter O2\r\nVALUE d 0 1\r\nd\r\nEND\r\n", "aMbncMdD", "d,", NULL);
  check(&trial, &polyring__text, POLYRING__AS_LIST,
        "get greeting\r\nadd after 0 0 1\r\nx\r\nget c d\r\n",
        "VALUE greeting 0 2\r\nhi\r\nEND\r\nNOT_STORED\r\nVALUE c 0 1\r\nc\r\nEND\r\n",
        "a+aDbncDdM", "hi,c,", NULL);
  check(&trial, &polyring__text, POLYRING__AS_LIST, NULL, "END\r\nEND\r\n", "aM", "",
        "does not belong");
  check(&trial, &polyring__meta, POLYRING__AS_LIST, NULL, "VALUE d 0 1\r\nd\r\nEND\r\n", "", "",
        "does not belong");
  trial.requests[2] = trial.requests[3] = trial.requests[1];
  check(&trial, &polyring__meta, POLYRING__QUIETLY,
        "mg greeting k O1 f v\r\nms after 1 k O2 ME\r\nx\r\nms after 1 k q O3 ME\r\nx\r\n"
        "ms after 1 k O4 ME\r\nx\r\n",
        "EN\r\nNS kafter O2\r\nNS kafter O4\r\n", "aMbncDdn", "", NULL);
  trial.count = 2; /* nothing comes after them */
  check(&trial, &polyring__meta, POLYRING__AS_LIST,
        "mg greeting k O1 f v\r\nms after 1 k O2 ME\r\nx\r\n", "EN\r\nHD kafter O2\r\n", "aMbD", "",
        NULL);
  /* A fence in front of a list: what nobody asked for is seen before it. */
  trial.requests[0] = (polyring__request){.verb = POLYRING__FENCE};
  trial.requests[1].verb = trial.requests[2].verb = POLYRING__GET;
  trial.front = 1;
  check(&trial, &polyring__meta, POLYRING__AS_LIST, "mn\r\nget after\r\n",
        "MN\r\nVALUE after 0 1\r\nx\r\nEND\r\n", "aDbD", "x,", NULL);
  check(&trial, &polyring__meta, POLYRING__AS_LIST, NULL,
        "VALUE after 0 1\r\nz\r\nEND\r\nMN\r\nVALUE after 0 1\r\nx\r\nEND\r\n", "", "",
        "does not belong");
}

static void replies_name_their_request(void **state) {
  (void)state;
  struct trial trial = {.count = 0};
  add(&trial, POLYRING__GET, "k", "");
  add(&trial, POLYRING__GET, "k", "");
  const polyring__codec *meta = &polyring__meta;
  check(&trial, meta, POLYRING__EACH, "mg k k O1 f v\r\nmg k k O2 f v\r\n",
        "VA 1 kk O1 f0\r\na\r\nEN kk O2\r\n", "aDbM", "a,", NULL);
  check(&trial, meta, POLYRING__EACH, NULL, "VA 1 kk f0\r\na\r\n", "", "", "does not belong");
  check(&trial, meta, POLYRING__EACH, NULL, "VA 1 kk O1 f0\r\na\r\nVA 1 kk O1 f0\r\na\r\n", "aD",
        "a,", "does not belong");
  check(&trial, meta, POLYRING__EACH, NULL, "EN kk O2\r\n", "", "", "does not belong");
  /* Old servers do not say what missed, but none does so only at times. */
  check(&trial, meta, POLYRING__EACH, NULL, "EN\r\nEN\r\n", "aMbM", "", NULL);
  check(&trial, meta, POLYRING__EACH, NULL, "EN kk O1\r\nEN\r\n", "aM", "", "does not belong");
}

static void a_list_is_one_request(void **state) {
  (void)state;
  struct trial trial = {.count = 0};
  static const char *const keys[] = {"a", "b", "a", "d"};
  for (size_t i = 0; i < COUNT(keys); i++) add(&trial, POLYRING__GET, keys[i], "");
  const char *sent = "get a b a d\r\n";
  check(&trial, &polyring__text, POLYRING__AS_LIST, sent, "END\r\n", "aMbMcMdM", "", NULL);
  check(&trial, &polyring__text, POLYRING__AS_LIST, sent,
        "VALUE a 0 1\r\nx\r\nVALUE b 0 1\r\ny\r\nVALUE a 0 1\r\nx\r\nVALUE d 0 1\r\nz\r\nEND\r\n",
        "aDbDcDdD", "x,y,x,z,", NULL);
  check(&trial, &polyring__text, POLYRING__AS_LIST, sent, "VALUE d 0 1\r\nz\r\nEND\r\n", "aMbMcMdD",
        "z,", NULL);
  check(&trial, &polyring__text, POLYRING__AS_LIST, sent,
        "VALUE d 0 1\r\nz\r\nVALUE b 0 1\r\ny\r\nEND\r\n", "aMbMcMdD", "z,", "not due");
  check(&trial, &polyring__text, POLYRING__AS_LIST, sent, "VALUE e 0 1\r\nz\r\nEND\r\n", "", "",
        "not due");
  check(&trial, &polyring__text, POLYRING__AS_LIST, sent, "SERVER_ERROR no\r\n", "", "",
        "an error");
  check(&trial, &polyring__text, POLYRING__AS_LIST, sent, "STORED\r\n", "", "", "an error");
  /* Of another request on the same socket, in the other protocol. */
  check(&trial, &polyring__meta, POLYRING__AS_LIST, sent, "VA 1 ka O1 f0\r\nx\r\nEND\r\n", "", "",
        "no reply");
  check(&trial, &polyring__meta, POLYRING__AS_LIST, sent, "EN\r\n", "", "", "no reply");
}

static void long_values_go_from_where_they_lie(void **state) {
  (void)state;
  static char value[300000], out[700000];
  memset(value, 'v', sizeof value);
  struct trial trial = {.count = 0};
  add(&trial, POLYRING__SET, "k", "");
  add(&trial, POLYRING__SET, "l", "short");
  trial.requests[0].value = (polyring__span){value, sizeof value};
  add(&trial, POLYRING__SET, "m", "");
  trial.requests[2].value = trial.requests[0].value;
  polyring__connection connection;
  polyring__connection_init(&connection, NULL, &polyring__text, 1 << 20);
  begin(&connection, &trial, POLYRING__EACH);
  polyring__span spans[2];
  assert_int_equal(polyring__connection_to_send(&connection, spans), 2);
  assert_ptr_equal(spans[1].at, value);
  size_t size = send_all(&connection, out, 1000);
  const char *head = "set k 0 0 300000\r\n",
             *middle = "\r\nset l 0 0 5\r\nshort\r\nset m 0 0 300000\r\n";
  assert_int_equal(size, strlen(head) + strlen(middle) + 2 * sizeof value + 2);
  assert_memory_equal(out, head, strlen(head));
  assert_memory_equal(out + strlen(head) + sizeof value, middle, strlen(middle));
  assert_memory_equal(out + size - 3, "v\r\n", 3);
  receive(&connection, "STORED\r\nSTORED\r\nSTORED\r\n", 24, 5);
  assert_true(polyring__connection_is_idle(&connection) && !connection.broken);
  /* And a long value comes in as it comes. */
  struct trial get = {.count = 0};
  add(&get, POLYRING__GET, "k", "");
  begin(&connection, &get, POLYRING__EACH);
  send_all(&connection, out, 100);
  memcpy(out, "VALUE k 0 300000\r\n", 18);
  memcpy(out + 18, value, sizeof value);
  memcpy(out + 18 + sizeof value, "\r\nEND\r\n", 7);
  receive(&connection, out, 18 + sizeof value + 7, 4096);
  assert_memory_equal(get.verdicts, "a+aD", 4);
  assert_true(connection.in_size <= 4 * sizeof value);
  polyring__connection_done(&connection);
}

static void more_requests_than_the_buffer_holds(void **state) {
  (void)state;
  static char value[4000], out[300000];
  memset(value, 'v', sizeof value);
  struct trial trial = {.count = 0};
  for (int i = 0; i < MOST; i++) add(&trial, POLYRING__SET, "key", "");
  for (int i = 0; i < MOST; i++) trial.requests[i].value = (polyring__span){value, sizeof value};
  polyring__connection connection;
  polyring__connection_init(&connection, NULL, &polyring__meta, 1 << 20);
  begin(&connection, &trial, POLYRING__QUIETLY);
  polyring__span spans[2];
  assert_int_equal(polyring__connection_to_send(&connection, spans), 1);
  assert_true(connection.written < MOST && connection.written > 10);
  size_t size = send_all(&connection, out, 60000);
  assert_true(size > MOST * sizeof value);
  for (int i = 1; i <= MOST; i++) { /* large ones */
    char reply[30];
    snprintf(reply, sizeof reply, "HD kkey O%d\r\n", i);
    receive(&connection, reply, strlen(reply), 4);
  }
  assert_true(polyring__connection_is_idle(&connection));
  /* The next pipeline has other opaques: a late reply to the one before fits none. */
  struct trial next = {.count = 0};
  add(&next, POLYRING__SET, "key", "x");
  begin(&connection, &next, POLYRING__QUIETLY);
  send_all(&connection, out, 100);
  receive(&connection, "NS kkey O1\r\n", 12, 12);
  assert_non_null(connection.broken);
  polyring__connection_done(&connection);
}

static void a_new_pipeline_needs_an_idle_connection(void **state) {
  (void)state;
  struct trial trial = {.count = 0};
  add(&trial, POLYRING__GET, "k", "");
  polyring__connection connection;
  polyring__connection_init(&connection, NULL, &polyring__text, 1 << 20);
  begin(&connection, &trial, POLYRING__EACH);
  begin(&connection, &trial, POLYRING__EACH);
  assert_non_null(connection.broken);
  polyring__connection_done(&connection);
  polyring__connection_init(&connection, NULL, &polyring__text, 1 << 20);
  receive(&connection, "END\r\n", 5, 5);
  assert_string_equal(connection.broken, "bytes that nobody asked for");
  polyring__connection_done(&connection);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_request_has_its_reply),
      cmocka_unit_test(silence_is_an_answer),
      cmocka_unit_test(large_values_are_not_quiet),
      cmocka_unit_test(some_requests_go_in_front),
      cmocka_unit_test(replies_name_their_request),
      cmocka_unit_test(a_list_is_one_request),
      cmocka_unit_test(long_values_go_from_where_they_lie),
      cmocka_unit_test(more_requests_than_the_buffer_holds),
      cmocka_unit_test(a_new_pipeline_needs_an_idle_connection),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
