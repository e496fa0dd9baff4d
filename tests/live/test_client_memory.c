/* Every allocation of a client fails once: when it is made and changed, and in calls on a real
 * server. What fails says so, gives back what it took, and the client goes on as if nothing was. */
#include "heap.h"
#include "servers.h"

static live server;
static char document[300];

static int start(void **state) {
  (void)state;
  server = live_tcp("127.92.0.4", 21924);
  snprintf(document, sizeof document,
           "{\"polyring\":1,\"epoch\":9,\"profile\":\"ketama\",\"servers\":[\"one=%s\"],"
           "\"settings\":{\"rejoin\":\"immediate\"}}",
           server.word);
  return 0;
}

static int stop(void **state) {
  (void)state;
  live_stop(&server);
  return 0;
}

static polyring_status make(const polyring_allocator *memory, const char *servers,
                            polyring_client **client, polyring_error *error) {
  static const char settings[] =
      "profile=libmemcached%2Fketama&timeout=20s&connect_timeout=10s&compress_from=100"
      "&rejoin=immediate";
  size_t size = strchr(servers, '{') ? 0 : sizeof settings - 1;
  return polyring_client_new(memory, servers, strlen(servers), settings, size, client, error);
}

/* What a failure for want of memory is: named, and nothing is kept. */
static void must_be_said(polyring_status status, const polyring_error *error) {
  if (status == POLYRING_NO_MEMORY && error->status == status && strstr(error->text, "memory"))
    return;
  fail_msg("%s: %s", polyring_status_name(status), error->text);
}

static const char with_next[] = "memcached://a:1,b:1/?on_dead=next",
                  with_gutter[] = "memcached://a:1,b:1/?on_dead=gutter&gutter=g:1,h:1";

static void making_a_client(void **state) {
  (void)state;
  char url[200];
  snprintf(url, sizeof url, "memcached://%s,a:1:2/?max_connections=3", server.word);
  const char *const texts[] = {"a:1 b:2:3", url, document, with_next, with_gutter};
  for (size_t t = 0; t < COUNT(texts); t++) {
    polyring_status status = POLYRING_NO_MEMORY;
    size_t allowed = 0;
    for (; status != POLYRING_OK; allowed++) {
      heap counted = {.allowed = allowed};
      polyring_allocator memory = {resize, &counted};
      polyring_client *client = (polyring_client *)&counted;
      polyring_error error = {0};
      status = make(&memory, texts[t], &client, &error);
      if (status < 0) {
        must_be_said(status, &error);
        assert_null(client);
      }
      polyring_client_free(client);
      assert_int_equal(counted.bytes, 0);
    }
    assert_true(allowed > 20);
  }
}

typedef polyring_status change(polyring_client *client, polyring_error *error);

static polyring_status add(polyring_client *client, polyring_error *error) {
  return polyring_client_add_server(client, "c:1", 3, error);
}

static polyring_status take_away(polyring_client *client, polyring_error *error) {
  return polyring_client_remove_server(client, "b:1", 3, error);
}

static polyring_status take_list(polyring_client *client, polyring_error *error) {
  return polyring_client_set_topology(client, "x:1 y:2:3 z:1", 13, error);
}

static polyring_status copy_ring(polyring_client *client, polyring_error *error) {
  polyring_ring *ring;
  polyring_status status = polyring_client_ring(client, &ring, error);
  polyring_ring_free(ring);
  return status;
}

static polyring_status copy_topology(polyring_client *client, polyring_error *error) {
  polyring_topology *topology;
  polyring_status status = polyring_client_topology(client, &topology, error);
  polyring_topology_free(topology);
  return status;
}

static void changing_it(void **state) {
  (void)state;
  static change *const changes[] = {add, take_away, take_list, copy_ring, copy_topology};
  static const char *const texts[] = {"a:1 b:1", with_next, with_gutter};
  for (size_t c = 0; c < COUNT(changes) * COUNT(texts); c++) {
    heap counted = {.allowed = SIZE_MAX};
    polyring_allocator memory = {resize, &counted};
    polyring_client *client;
    polyring_error error = {0};
    assert_int_equal(make(&memory, texts[c % COUNT(texts)], &client, &error), POLYRING_OK);
    polyring_status status = POLYRING_NO_MEMORY;
    size_t held = counted.bytes, allowed = 0;
    for (; status != POLYRING_OK; allowed++) {
      polyring_statistics statistics;
      counted.allowed = allowed;
      status = changes[c / COUNT(texts)](client, &error);
      if (status == POLYRING_OK) break;
      must_be_said(status, &error);
      assert_int_equal(counted.bytes, held);
      assert_true(polyring_client_statistics(client, 1, &statistics)); /* as it was */
      assert_string_equal(statistics.server, "b:1");
    }
    assert_true(allowed > 2);
    polyring_client_free(client);
    assert_int_equal(counted.bytes, 0);
  }
}

enum { OPERATIONS = 4 };

/* A call of all kinds of values. Whether memory was wanting for any of it. */
static int run(polyring_client *client, polyring_results *results, polyring_verb verb) {
  static char large[40000];
  polyring_operation operations[OPERATIONS];
  int wanting = 0;
  for (int i = 0; i < OPERATIONS; i++) {
    static const char *const keys[OPERATIONS] = {"a", "b b", "c", "large"};
    operations[i] = (polyring_operation){.verb = verb,
                                         .key = keys[i],
                                         .key_size = strlen(keys[i]),
                                         .value = {.tag = POLYRING_VALUE_INT, .integer = i}};
  }
  for (size_t i = 0; i < sizeof large; i++) large[i] = (char)('a' + i * i / 7 % 26);
  operations[3].value =
      (polyring_value){.tag = POLYRING_VALUE_BYTES, .at = large, .size = sizeof large};
  polyring_error error = {0};
  polyring_status status = polyring_client_run(client, operations, OPERATIONS, 0, results, &error);
  if (status == POLYRING_NO_MEMORY) return 1;
  for (int i = 0; i < OPERATIONS; i++) {
    const polyring_operation *one = &operations[i];
    wanting |= one->status < 0;
    /* A change that was sent when memory for the answer was wanting is not known to be done. */
    if (one->status < 0 && one->status != POLYRING_NO_MEMORY && one->status != POLYRING_UNKNOWN &&
        one->status != POLYRING_UNAVAILABLE)
      fail_msg("%s: %s", polyring_status_name((polyring_status)one->status),
               one->reason ? one->reason : "");
    if (verb != POLYRING_GET || one->status != POLYRING_OK) continue;
    assert_int_equal(one->found.tag, i < 3 ? POLYRING_VALUE_INT : POLYRING_VALUE_BYTES);
    if (i < 3) assert_int_equal(one->found.integer, i);
    if (i == 3) assert_int_equal(one->found.size, sizeof large);
    if (i == 3) assert_memory_equal(one->found.at, large, sizeof large);
  }
  return wanting;
}

static int run_everywhere(polyring_client *client, polyring_results *results) {
  polyring_operation stats = {.verb = POLYRING_STATS}, *all;
  size_t count;
  polyring_status status =
      polyring_client_run_everywhere(client, &stats, 0, results, &all, &count, NULL);
  return status == POLYRING_NO_MEMORY || all[0].status < 0;
}

/* On a client of its own, with so many allocations. Whether memory was wanting. */
static int call(size_t allowed) {
  heap counted = {.allowed = SIZE_MAX};
  polyring_allocator memory = {resize, &counted};
  polyring_client *client;
  polyring_error error = {0};
  int wanting = 1;
  if (make(&memory, document, &client, &error) < 0) fail_msg("%s", error.text);
  counted.allowed = allowed;
  polyring_results *results = polyring_results_borrow(client);
  if (results) {
    wanting = run(client, results, POLYRING_SET);
    wanting |= run(client, results, POLYRING_GET);
    wanting |= !polyring_results_operations(results, 10);
    wanting |= run_everywhere(client, results);
  }
  counted.allowed = SIZE_MAX; /* and then it is there again */
  if (!results) results = polyring_results_borrow(client);
  assert_int_equal(run(client, results, POLYRING_SET), 0);
  assert_int_equal(run(client, results, POLYRING_GET), 0);
  polyring_results_return(results);
  polyring_client_free(client);
  assert_int_equal(counted.bytes, 0);
  return wanting;
}

static void calling(void **state) {
  (void)state;
  size_t allowed = 0;
  while (call(allowed)) allowed++;
  assert_true(allowed > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(making_a_client),
                                     cmocka_unit_test(changing_it), cmocka_unit_test(calling)};
  return cmocka_run_group_tests(tests, start, stop);
}
