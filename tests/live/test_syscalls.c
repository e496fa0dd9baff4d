/* Every system call of a client fails once, and so does every allocation while a server is down and
 * comes back. What fails is named, nothing is kept, no old value is read, and the client goes on.
 */
#include "calamity.h"

enum { SERVERS = 2, PORT = 21934 };
static live servers[SERVERS], gutter;
static char list[2 * sizeof servers->word], path[] = "/tmp/polyring-calls-XXXXXX";
static char value[20000]; /* does not go out in one piece */
static const char *home_key;

/* No memory: the n-th block, or all from then on. */
static struct {
  size_t bytes;
  int left, all, struck;
} memory;

static void *lack(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  if (!new_size) {
    memory.bytes -= old_size;
    free(block);
    return NULL;
  }
  if (memory.left != NEVER && memory.left-- <= 0) {
    memory.struck = 1;
    memory.left = memory.all ? 0 : NEVER;
    return NULL;
  }
  memory.bytes += new_size;
  return malloc(new_size);
}

static const polyring_allocator allocator = {lack, NULL};

static void calm(void) {
  calamity.left = memory.left = NEVER;
  calamity.cut = 0;
}

/* The file says the servers of the list, the first of them or all. */
static void write_topology(int epoch, int count) {
  FILE *file = fopen(path, "w");
  fprintf(file, "{\"polyring\":1,\"epoch\":%d,\"profile\":\"ketama\",\"servers\":[\"%s\"", epoch,
          servers[0].word);
  if (count > 1) fprintf(file, ",\"%s\"", servers[1].word);
  fprintf(file, "]}");
  assert_int_equal(fclose(file), 0);
}

static int start(void **state) {
  (void)state;
  calm();
  for (int i = 0; i < SERVERS; i++) {
    char address[20];
    snprintf(address, sizeof address, "127.92.5.%d", i + 1);
    servers[i] = live_tcp(address, PORT + i);
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s ", servers[i].word);
  }
  gutter = live_tcp("127.92.5.9", PORT + SERVERS);
  close(mkstemp(path));
  memset(value, 'v', sizeof value);
  polyring_ring *ring = ring_of("ketama", list);
  static char key[16];
  for (int i = 0; snprintf(key, sizeof key, "key:%d", i) && locate(ring, key) != 0; i++) continue;
  polyring_ring_free(ring);
  home_key = key;
  return 0;
}

static int stop(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  live_stop(&gutter);
  unlink(path);
  return 0;
}

/* --- what may come of a call --- */

/* Such a failure costs nothing: the call is made again, or goes on. */
static int is_harmless(void) {
  int error = calamity.error;
  switch (calamity.struck) {
    case -1:
      return 1;
    case CALL_send:
    case CALL_sendmsg:
    case CALL_recv:
    case CALL_ppoll:
      return error == SHORT || error == EINTR || error == EAGAIN;
    case CALL_connect:
    case CALL_read:
      return error == SHORT || error == EINTR;
    case CALL_setsockopt:
      return 1;
    default:
      return error == SHORT;
  }
}

static void must_be_named(const polyring_operation *one) {
  int status = one->status;
  int known = status >= 0 || status == POLYRING_UNAVAILABLE || status == POLYRING_UNKNOWN ||
              status == POLYRING_BUSY || status == POLYRING_NO_MEMORY;
  int said = status >= 0 || status == POLYRING_NO_MEMORY || one->reason || one->system_error;
  if (!known || !said)
    fail_msg("%s: %s, %s", call_names[calamity.struck < 0 ? 0 : calamity.struck],
             polyring_status_name((polyring_status)status), one->reason ? one->reason : "");
}

typedef struct subject {
  polyring_client *client;
  polyring_results *results;
} subject;

static polyring_operation ask(subject *self, polyring_verb verb, const char *key, const char *text,
                              size_t size) {
  polyring_operation one = {.verb = verb,
                            .key = key,
                            .key_size = strlen(key),
                            .value = {.tag = POLYRING_VALUE_BYTES, .at = text, .size = size}};
  polyring_status status = polyring_client_run(self->client, &one, 1, 0, self->results, NULL);
  if (status == POLYRING_NO_MEMORY) one.status = POLYRING_NO_MEMORY;
  must_be_named(&one);
  return one;
}

static polyring_operation set(subject *self, const char *key, const char *text) {
  return ask(self, POLYRING_SET, key, text, strlen(text));
}

static polyring_operation get(subject *self, const char *key) {
  return ask(self, POLYRING_GET, key, NULL, 0);
}

static int is(const polyring_operation *one, const char *text) {
  return one->status == POLYRING_OK && one->found.size == strlen(text) &&
         memcmp(one->found.at, text, one->found.size) == 0;
}

static polyring_status make(const char *settings, const char *of, subject *self,
                            polyring_error *error) {
  *self = (subject){NULL, NULL};
  polyring_status status = polyring_client_new(&allocator, of, strlen(of), settings,
                                               strlen(settings), &self->client, error);
  if (status >= 0) self->results = polyring_results_borrow(self->client);
  return status;
}

static subject made(const char *settings, const char *of) {
  subject self;
  polyring_error error;
  if (make(settings, of, &self, &error) < 0) fail_msg("%s: %s", settings, error.text);
  return self;
}

static void done(subject *self) {
  polyring_results_return(self->results);
  polyring_client_free(self->client);
}

/* --- every day --- */

#define FAST "probe_interval=1ms&probe_most=4ms&settle=1ms&timeout=5s&connect_timeout=2s"

static char file_settings[300];

/* Calls of every kind. How many of them failed. */
static int calls(subject *self) {
  static const char *const keys[] = {"a", "b", "c", "d", "e", "f"};
  enum { MANY = COUNT(keys) };
  polyring_operation operations[MANY], stats = {.verb = POLYRING_STATS}, *all;
  int failed = 0;
  size_t count;
  for (int verb = POLYRING_SET;; verb = POLYRING_GET) {
    for (int i = 0; i < MANY; i++)
      operations[i] = (polyring_operation){
          .verb = (polyring_verb)verb,
          .key = keys[i],
          .key_size = 1,
          .value = {.tag = POLYRING_VALUE_BYTES, .at = value, .size = i ? 10 : sizeof value}};
    polyring_client_run(self->client, operations, MANY, 0, self->results, NULL);
    for (int i = 0; i < MANY; i++) {
      must_be_named(&operations[i]);
      failed += operations[i].status < 0;
      if (verb == POLYRING_GET && operations[i].status == POLYRING_OK)
        assert_memory_equal(operations[i].found.at, value, operations[i].found.size);
    }
    if (verb == POLYRING_GET) break;
  }
  failed += polyring_client_run_everywhere(self->client, &stats, 0, self->results, &all, &count,
                                           NULL) < 0;
  for (size_t i = 0; i < count; i++) {
    must_be_named(&all[i]);
    failed += all[i].status < 0;
  }
  return failed + (get(self, home_key).status < 0);
}

static size_t server_count(subject *self) {
  polyring_topology *topology;
  if (polyring_client_topology(self->client, &topology, NULL) < 0) return 0;
  size_t count = polyring_topology_server_count(topology);
  polyring_topology_free(topology);
  return count;
}

/* All is well again, at most after some probes and looks at the file. */
static void must_work(subject *self) {
  for (int i = 0; i < 300; i++) {
    ahead.by += 20000;
    if (calls(self) == 0 && server_count(self) == SERVERS) return;
  }
  for (polyring_event event; polyring_client_next_event(self->client, &event);)
    print_message("%d %s: %s\n", event.kind, event.server, event.text);
  fail_msg("it did not recover from %s, %d", call_names[calamity.struck < 0 ? 0 : calamity.struck],
           calamity.error);
}

/* A client is made of a file, used, and the file changed. */
static void a_day(void) {
  polyring_error error = {0};
  subject self;
  int failed = 0;
  write_topology(1, 1);
  if (make(file_settings, "", &self, &error) < 0) {
    assert_null(self.client);
    assert_false(is_harmless());
    assert_non_null(strstr(error.text, "cannot read the topology"));
    assert_int_equal(error.system_error, calamity.error);
    self = made(file_settings, "");
  }
  failed += calls(&self);
  write_topology(2, SERVERS);
  ahead.by += 1100000;
  failed += calls(&self);
  if (failed && is_harmless())
    fail_msg("%s, %d: %d failed", call_names[calamity.struck], calamity.error, failed);
  calm();
  must_work(&self);
  done(&self);
}

/* --- a server that is down, and comes back --- */

/* What the loops go through: the errands that are to be on their way while calls fail. */
enum { PROBES = 1, DELETES = 2, FLUSHES = 4 };
static const struct policy {
  const char *settings;
  unsigned says;
} policies[] = {{FAST "&detect_soft=1", PROBES | DELETES},
                {FAST "&detect_soft=1&on_dead=next", PROBES | FLUSHES},
                {FAST "&detect_soft=1&on_dead=next&rejoin=repair", PROBES | DELETES},
                {FAST "&detect_soft=1&on_dead=native", PROBES | FLUSHES},
                {FAST "&detect_soft=1&on_dead=gutter&gutter=127.92.5.9:21936", PROBES | FLUSHES},
                {FAST "&detect_soft=1&rejoin=flush_first&protocol=text", PROBES | FLUSHES},
                {FAST "&detect_soft=0&detect_hard=0&detect_share=0", DELETES}};
static const char *outage_settings;
static unsigned outage_says;

/* Nothing failed but the server: all of it was said before calls went well again. */
static void must_have_said(void) {
  if (calamity.struck >= 0 || memory.struck) return;
  for (int i = 0; i < 3; i++)
    if (outage_says >> i & 1 && !calamity.said[i])
      fail_msg("%s: %d was not said", outage_settings, i);
}

/* A change that failed is never read, and neither is what it was to replace. */
static void must_not_be_old(subject *self) {
  polyring_operation one = get(self, home_key);
  if (is(&one, "old") || is(&one, "lost"))
    fail_msg("%s: \"%.*s\" was read after %s", outage_settings, (int)one.found.size,
             (const char *)one.found.at,
             calamity.struck < 0 ? "no memory" : call_names[calamity.struck]);
}

/* While a server rejoins it takes changes, and answers no reads. */
static int is_up(subject *self) {
  polyring_operation one = set(self, home_key, "new");
  if (one.status != POLYRING_OK || one.server != 0) return 0;
  one = get(self, home_key);
  return is(&one, "new") && one.server == 0 && get(self, "other").status == POLYRING_MISS;
}

static void take_policy(size_t i) {
  outage_settings = policies[i].settings;
  outage_says = policies[i].says;
}

static void outage(void) {
  int left = calamity.left, lacks = memory.left, told = 0;
  calm();
  subject self = made(outage_settings, list);
  for (int i = 0; i < 3; i++) assert_int_equal(set(&self, home_key, "old").status, POLYRING_OK);
  memset(calamity.said, 0, sizeof calamity.said);
  calamity.cut = PORT;
  calamity.left = left;
  memory.left = lacks;
  for (int i = 0; i < 9 && !told;
       i++) { /* what was never tried for want of memory changes nothing */
    polyring_operation one = set(&self, home_key, "lost");
    told = one.status != POLYRING_NO_MEMORY;
    if (told) assert_true(one.status < 0);
  }
  if (told) set(&self, home_key, "elsewhere");
  calamity.cut = 0;
  for (int i = 0; i < 20; i++) {
    ahead.by += i < 10 ? 4000 : 300000;
    polyring_client_tick(self.client, 100000, NULL);
    if (told) must_not_be_old(&self);
  }
  must_have_said();
  calm();
  int up = 0;
  for (int i = 0; i < 60 && !up; i++) {
    ahead.by += 100000;
    polyring_client_tick(self.client, 100000, NULL);
    if (told) must_not_be_old(&self);
    up = is_up(&self);
  }
  if (!up) fail_msg("%s: it is never UP again", outage_settings);
  done(&self);
}

/* Another client has the fence: until the server is emptied nothing of it is read, for its keys may
 * have been changed elsewhere. */
static void a_server_that_rejoins_is_not_read(void **state) {
  (void)state;
  char other_key[16];
  polyring_ring *ring = ring_of("ketama", list);
  int i = 1000, rejoins = 0;
  while (snprintf(other_key, sizeof other_key, "key:%d", i) && locate(ring, other_key) != 0) i++;
  polyring_ring_free(ring);
  subject self = made(FAST "&detect_soft=1&rejoin=flush_first", list);
  subject other = made(FAST, servers[0].word);
  assert_int_equal(set(&self, home_key, "old").status, POLYRING_OK);
  assert_int_equal(set(&self, other_key, "old").status, POLYRING_OK);
  assert_int_equal(set(&other, "polyring:flush", "busy other").status, POLYRING_OK);
  calamity.cut = PORT;
  assert_true(set(&self, home_key, "lost").status < 0);
  calamity.cut = 0;
  for (int n = 0; n < 50 && !rejoins; n++) {
    polyring_event event;
    ahead.by += 4000;
    polyring_client_tick(self.client, 100000, NULL);
    while (polyring_client_next_event(self.client, &event))
      rejoins |= strstr(event.text, "-> REJOINING") != NULL;
  }
  assert_true(rejoins);
  polyring_operation one = get(&self, other_key);
  assert_int_equal(one.status, POLYRING_UNAVAILABLE);
  assert_string_equal(one.reason, "what it missed while it was down is being undone");
  for (int n = 0; n < 90 && one.status != POLYRING_MISS; n++) { /* the other one is dead */
    ahead.by += 100000;
    polyring_client_tick(self.client, 100000, NULL);
    one = get(&self, other_key);
    assert_int_not_equal(one.status, POLYRING_OK);
  }
  assert_int_equal(one.status, POLYRING_MISS);
  done(&self);
  done(&other);
}

/* --- the loops --- */

static const int errors[] = {EINTR, EAGAIN, ENOBUFS, EMFILE, ECONNRESET, SHORT};

/* Once with each call failing in each way; the calls that there are. */
static int fail_each(void (*scenario)(void)) {
  int most = 0, before = descriptors();
  for (size_t e = 0; e < COUNT(errors); e++)
    for (int n = 0;; n++) {
      calamity_arm(n, errors[e]);
      scenario();
      calm();
      assert_int_equal(memory.bytes, 0);
      assert_int_equal(descriptors(), before);
      if (calamity.struck < 0) break;
      if (n + 1 > most) most = n + 1;
    }
  return most;
}

static void every_call_fails_once(void **state) {
  (void)state;
  snprintf(file_settings, sizeof file_settings, "topology=%s&compress=none&" FAST, path);
  assert_in_range(fail_each(a_day), 60, 400);
  static const enum call rare[] = {CALL_getsockopt, CALL_fcntl, CALL_open, CALL_read, CALL_ppoll};
  for (size_t i = 0; i < COUNT(rare); i++) assert_true(calamity.failed[rare[i]] > 0);
  snprintf(file_settings, sizeof file_settings, "topology=%s&compress=none&protocol=text&" FAST,
           path);
  assert_in_range(fail_each(a_day), 60, 400);
  for (int i = 0; i < CALL_KINDS; i++)
    if (!calamity.failed[i]) fail_msg("%s never failed", call_names[i]);
}

static void every_call_of_an_outage_fails_once(void **state) {
  (void)state;
  for (size_t p = 0; p < COUNT(policies); p++) {
    take_policy(p);
    assert_in_range(fail_each(outage), 20, 400);
  }
}

static void every_block_of_an_outage_is_wanting(void **state) {
  (void)state;
  int before = descriptors();
  calamity_arm(NEVER, 0);
  for (size_t p = 0; p < COUNT(policies) * 2; p++) {
    take_policy(p / 2);
    memory.all = p % 2;
    int n = 0;
    do {
      memory.struck = 0;
      memory.left = n++;
      outage();
      assert_int_equal(memory.bytes, 0);
      assert_int_equal(descriptors(), before);
    } while (memory.struck);
    assert_in_range(n, 4, 200);
  }
}

/* The counts are of calls: more keys, more calls. */
static void calls_are_counted(void **state) {
  (void)state;
  int counts[2][CALL_KINDS];
  for (int times = 0; times < 2; times++) {
    subject self = made(FAST "&announce=false", list);
    memset(calamity.counts, 0, sizeof calamity.counts);
    for (int i = 0; i < (times ? 10 : 1); i++)
      assert_int_equal(set(&self, home_key, "x").status, POLYRING_OK);
    memcpy(counts[times], calamity.counts, sizeof calamity.counts);
    done(&self);
  }
  assert_int_equal(counts[0][CALL_socket], 1);
  assert_int_equal(counts[1][CALL_socket], 1);
  assert_int_equal(counts[1][CALL_send], counts[0][CALL_send] + 9);
  assert_true(counts[1][CALL_recv] >= counts[0][CALL_recv] + 9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(calls_are_counted),
      cmocka_unit_test(a_server_that_rejoins_is_not_read),
      cmocka_unit_test(every_call_fails_once),
      cmocka_unit_test(every_call_of_an_outage_fails_once),
      cmocka_unit_test(every_block_of_an_outage_is_wanting),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
