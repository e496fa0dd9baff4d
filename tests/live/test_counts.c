/* What a call costs that can be counted: allocations and system calls of the core. They are counted
 * where the core calls the C library: the linker puts __wrap_ in front of those names. */
#include <poll.h>
#include <sys/uio.h>

#include "client/client.h"
#include "protocol/codec.h"
#include "servers.h"

enum { SERVERS = 4, KEYS = 1000, LIST = 100, WARM = 3, ROUNDS = 20 };

static struct {
  size_t blocks, asked; /* from the C library, from the allocator */
  size_t sends, receives, looks, polls, others;
  uint64_t sent, received; /* bytes */
} counts;

/* --- the C library --- */

extern __typeof__(malloc) __real_malloc, __wrap_malloc;
extern __typeof__(calloc) __real_calloc, __wrap_calloc;
extern __typeof__(realloc) __real_realloc, __wrap_realloc;
extern __typeof__(send) __real_send, __wrap_send;
extern __typeof__(sendmsg) __real_sendmsg, __wrap_sendmsg;
extern __typeof__(recv) __real_recv, __wrap_recv;
extern __typeof__(ppoll) __real_ppoll, __wrap_ppoll;
extern __typeof__(setsockopt) __real_setsockopt, __wrap_setsockopt;

void *__wrap_malloc(size_t size) {
  counts.blocks++;
  return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  counts.blocks++;
  return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size) {
  counts.blocks++;
  return __real_realloc(block, size);
}

ssize_t __wrap_send(int to, const void *at, size_t size, int how) {
  ssize_t sent = __real_send(to, at, size, how);
  counts.sends++;
  if (sent > 0) counts.sent += (size_t)sent;
  return sent;
}

ssize_t __wrap_sendmsg(int to, const struct msghdr *message, int how) {
  ssize_t sent = __real_sendmsg(to, message, how);
  counts.sends++;
  if (sent > 0) counts.sent += (size_t)sent;
  return sent;
}

ssize_t __wrap_recv(int from, void *at, size_t size, int how) {
  ssize_t got = __real_recv(from, at, size, how);
  if (how & MSG_PEEK) {
    counts.looks++;
    return got;
  }
  counts.receives++;
  if (got > 0) counts.received += (size_t)got;
  return got;
}

int __wrap_ppoll(struct pollfd *all, nfds_t count, const struct timespec *time,
                 const sigset_t *set) {
  counts.polls++;
  return __real_ppoll(all, count, time, set);
}

int __wrap_setsockopt(int of, int level, int name, const void *at, socklen_t size) {
  counts.others++;
  return __real_setsockopt(of, level, name, at, size);
}

static void *count_blocks(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size) counts.asked++;
  if (new_size) return __real_malloc(new_size);
  free(block);
  return NULL;
}

/* --- calls --- */

static live servers[SERVERS];
static char folder[] = "/tmp/polyring-counts-XXXXXX";
static char keys[KEYS][24], value[LIST];
static polyring_operation operations[KEYS];

static int start(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  for (int i = 0; i < SERVERS; i++)
    servers[i] = live_unix(folder, (const char *[]){"a", "b", "c", "d"}[i]);
  for (int i = 0; i < KEYS; i++) snprintf(keys[i], sizeof keys[i], "key:%d", i);
  memset(value, '7', sizeof value);
  return 0;
}

static int stop(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  rmdir(folder);
  return 0;
}

typedef struct client {
  polyring_client *at;
  polyring_results *results;
} client;

static client client_of(int server_count, const char *settings) {
  const polyring_allocator allocator = {count_blocks, NULL};
  polyring_error error;
  client made;
  char list[SERVERS * sizeof servers->word] = "";
  for (int i = 0; i < server_count; i++) strcat(strcat(list, servers[i].word), " ");
  if (polyring_client_new(&allocator, list, strlen(list), settings, strlen(settings), &made.at,
                          &error) < 0)
    fail_msg("%s", error.text);
  made.results = polyring_results_borrow(made.at);
  return made;
}

static void client_done(client *self) {
  polyring_results_return(self->results);
  polyring_client_free(self->at);
}

/* One call of count operations on the first keys, which must all come to this. */
static void call(client *self, polyring_verb verb, size_t count, int status) {
  memset(operations, 0, sizeof operations);
  for (size_t i = 0; i < count; i++) {
    polyring_operation *one = &operations[i];
    int stores = verb == POLYRING_SET, is_counter = verb == POLYRING_INCR;
    one->verb = verb;
    one->key = is_counter ? "counter" : keys[i];
    one->key_size = strlen(one->key);
    one->delta = is_counter;
    if (stores)
      one->value = (polyring_value){POLYRING_VALUE_BYTES, .at = value, .size = sizeof value};
  }
  polyring_client_run(self->at, operations, count, 10000000, self->results, NULL);
  for (size_t i = 0; i < count; i++) {
    polyring_error error;
    if (operations[i].status == status) continue;
    polyring_results_explain(self->results, &operations[i], &error);
    fail_msg("operation %zu came to %d: %s", i, operations[i].status, error.text);
  }
}

static void make_counter(client *self) {
  polyring_operation set = {.verb = POLYRING_SET,
                            .marks = POLYRING_COUNTER,
                            .key = "counter",
                            .key_size = 7,
                            .value = {POLYRING_VALUE_INT, .integer = 1}};
  assert_int_equal(polyring_client_run(self->at, &set, 1, 0, self->results, NULL), POLYRING_OK);
}

static void forget(void) { memset(&counts, 0, sizeof counts); }

/* --- allocations --- */

/* All that a program does all day, and the results given back and borrowed again. */
static void a_day(client *self) {
  call(self, POLYRING_SET, 1, POLYRING_OK);
  call(self, POLYRING_GET, 1, POLYRING_OK);
  call(self, POLYRING_SET, KEYS, POLYRING_OK);
  call(self, POLYRING_GET, LIST, POLYRING_OK);
  call(self, POLYRING_TOUCH, 1, POLYRING_OK);
  call(self, POLYRING_INCR, 1, POLYRING_OK);
  call(self, POLYRING_DELETE, 1, POLYRING_OK);
  call(self, POLYRING_GET, 1, POLYRING_MISS);
  polyring_results_return(self->results);
  self->results = polyring_results_borrow(self->at);
}

/* What is asked once of each server, a second after it came into use, may fall into any call. */
static void ask_nothing_else(client *self) {
  polyring__snapshot *now = self->at->now;
  for (size_t i = 0; i < now->all; i++) now->pools[i]->birth_due = INT64_MAX;
}

static void steady_calls_allocate_nothing(void **state) {
  static const char *const settings[] = {"protocol=auto", "protocol=text", "protocol=meta"};
  (void)state;
  for (size_t s = 0; s < COUNT(settings); s++)
    for (int count = 1; count <= SERVERS; count += SERVERS - 1) {
      client one = client_of(count, settings[s]);
      make_counter(&one);
      forget();
      a_day(&one);
      ask_nothing_else(&one);
      assert_true(counts.asked > 0);      /* the first day: so it is counted */
      assert_int_equal(counts.blocks, 0); /* all of it by the client's own allocator */
      for (int i = 0; i < WARM; i++) a_day(&one);
      ask_nothing_else(&one);
      forget();
      for (int i = 0; i < ROUNDS; i++) a_day(&one);
      assert_int_equal(counts.asked, 0);
      assert_int_equal(counts.blocks, 0);
      client_done(&one);
    }
}

static void what_the_c_library_allocates_is_counted(void **state) {
  (void)state;
  polyring_client *made;
  forget();
  assert_int_equal(polyring_client_new(NULL, "a", 1, NULL, 0, &made, NULL), POLYRING_OK);
  assert_true(counts.blocks > 0);
  polyring_client_free(made);
}

static void reading_allocates_nothing(void **state) {
  static const char text[] = "VALUE key:1 0 10\r\n0123456789\r\nVALUE key:2 0 2 7\r\nab\r\nEND\r\n";
  static const char meta[] =
      "VA 2 kkey:1 O17 f0\r\nab\r\nHD kkey:2 O18\r\nVA 1 t-1 s1\r\na\r\nEN\r\n";
  const struct {
    const polyring__codec *codec;
    const char *at;
  } all[] = {{&polyring__text, text}, {&polyring__meta, meta}};
  (void)state;
  forget();
  for (size_t i = 0; i < COUNT(all); i++)
    for (const char *at = all[i].at; *at;) {
      polyring__reply reply;
      ptrdiff_t taken = all[i].codec->read(at, strlen(at), 1000, &reply);
      assert_true(taken > 0);
      at += taken;
    }
  assert_int_equal(counts.blocks, 0);
}

/* --- system calls --- */

/* What a call may need; and what says that nothing went past the counting. */
typedef struct budget {
  size_t sends, receives, looks, polls;
} budget;

static int keeps(const budget *most) {
  return counts.sends <= most->sends && counts.receives <= most->receives &&
         counts.looks <= most->looks && counts.polls <= most->polls && !counts.others;
}

/* How many of the rounds keep the budget. A server that gets no time to answer in one go, or a call
 * that does not come for a while, may cost one round a call more. */
static int rounds_within(client *self, polyring_verb verb, size_t count, const budget *most) {
  int within = 0;
  for (int i = 0; i < WARM; i++) call(self, verb, count, POLYRING_OK);
  for (int i = 0; i < ROUNDS; i++) {
    forget();
    call(self, verb, count, POLYRING_OK);
    within += keeps(most);
  }
  return within;
}

static uint64_t told(const client *self, int received) {
  polyring_statistics statistics;
  uint64_t bytes = 0;
  for (size_t i = 0; polyring_client_statistics(self->at, i, &statistics); i++)
    bytes += received ? statistics.bytes_received : statistics.bytes_sent;
  return bytes;
}

static void calls_make_few_system_calls(void **state) {
  static const struct {
    const char *settings;
    int servers;
    polyring_verb verb;
    size_t count;
    budget most;
  } cases[] = {
      {"", 1, POLYRING_SET, KEYS, {10, 10, 0, 10}},
      {"", 1, POLYRING_SET, 1, {1, 1, 0, 0}},
      {"", 1, POLYRING_GET, 1, {1, 1, 0, 0}},
      {"", SERVERS, POLYRING_SET, KEYS, {10, 10, 0, 10}},
      {"", SERVERS, POLYRING_GET, 1, {1, 1, 0, 0}},
      {"", SERVERS, POLYRING_GET, LIST, {SERVERS, 2 * SERVERS, SERVERS, 2 * SERVERS}},
      {"protocol=text", 1, POLYRING_GET, 1, {1, 1, 1, 0}}, /* whether bytes lie unread */
      {"protocol=text", SERVERS, POLYRING_GET, LIST, {SERVERS, 2 * SERVERS, SERVERS, 2 * SERVERS}},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    client one = client_of(cases[i].servers, cases[i].settings);
    call(&one, POLYRING_SET, KEYS, POLYRING_OK);
    if (rounds_within(&one, cases[i].verb, cases[i].count, &cases[i].most) < ROUNDS / 2)
      fail_msg("case %zu: %zu sends, %zu receives, %zu looks, %zu polls, %zu others", i,
               counts.sends, counts.receives, counts.looks, counts.polls, counts.others);
    client_done(&one);
  }
}

static void one_call_less_is_too_few(void **state) {
  client one = client_of(1, "");
  (void)state;
  assert_int_equal(rounds_within(&one, POLYRING_SET, 1, &(budget){0, 1, 0, 0}), 0);
  assert_int_equal(rounds_within(&one, POLYRING_SET, 1, &(budget){1, 0, 0, 0}), 0);
  assert_int_equal(rounds_within(&one, POLYRING_SET, KEYS, &(budget){1, 10, 0, 10}), 0);
  client_done(&one);
}

static void the_first_call_is_no_steady_one(void **state) {
  client one = client_of(1, "");
  (void)state;
  forget();
  call(&one, POLYRING_SET, 1, POLYRING_OK);
  assert_false(keeps(&(budget){1, 1, 0, 0}));
  client_done(&one);
}

static void every_byte_went_through_what_is_counted(void **state) {
  (void)state;
  forget();
  client one = client_of(SERVERS, "");
  make_counter(&one);
  for (int i = 0; i < WARM; i++) a_day(&one);
  assert_int_equal(counts.sent, told(&one, 0));
  assert_int_equal(counts.received, told(&one, 1));
  assert_true(counts.sent > WARM * KEYS * sizeof value);
  client_done(&one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steady_calls_allocate_nothing),
      cmocka_unit_test(what_the_c_library_allocates_is_counted),
      cmocka_unit_test(reading_allocates_nothing),
      cmocka_unit_test(calls_make_few_system_calls),
      cmocka_unit_test(one_call_less_is_too_few),
      cmocka_unit_test(the_first_call_is_no_steady_one),
      cmocka_unit_test(every_byte_went_through_what_is_counted),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
