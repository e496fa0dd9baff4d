/* The golden stand-ins, vectors/failover: every case and every digest, through a health. */
#include "hash/sha256.h"
#include "unit.h"
#include "vectors.h"

enum { SERVERS_MOST = 12, UNCAPPED = 65535, KEYS_MOST = 100000 };

static char problem[256]; /* the first one of a file; "" */

/* A health in which the servers of these bits are down. */
static polyring_health *health_of(const polyring_ring *ring, unsigned dead, uint32_t most) {
  polyring_health_policy policy;
  polyring_health *health;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NEXT;
  policy.dead_most = most;
  assert_int_equal(polyring_health_new(NULL, ring, NULL, &policy, 1, &health, NULL), POLYRING_OK);
  for (size_t i = 0; i < polyring_ring_server_count(ring); i++)
    if (dead >> i & 1)
      assert_int_equal(polyring_health_report(health, i, POLYRING_SEEN_UNREACHED, 0, 1),
                       POLYRING_OK);
  return health;
}

static polyring_route route_of(const polyring_health *health, const char *key, size_t size) {
  polyring_route route;
  assert_int_equal(polyring_health_route(health, key, size, 1, &route), POLYRING_OK);
  polyring_route_kind kind = route.server == POLYRING_NO_SERVER ? POLYRING_ROUTE_NOWHERE
                             : route.server == route.home       ? POLYRING_ROUTE_HOME
                                                                : POLYRING_ROUTE_STAND_IN;
  assert_int_equal(route.kind, kind);
  assert_int_equal(route.ttl_most, kind == POLYRING_ROUTE_STAND_IN ? 10000000 : 0);
  return route;
}

static void say(const char *where, int expected, int found) {
  if (!*problem)
    snprintf(problem, sizeof problem, "%s: server %d instead of %d", where, found, expected);
}

/* The server of a member, or POLYRING_NO_SERVER. */
static int server_in(json_t *test, const char *member) {
  json_t *server = json_object_get(test, member);
  return server ? (int)json_integer_value(server) : (int)POLYRING_NO_SERVER;
}

static void check_case(const polyring_ring *ring, json_t *test) {
  char key[KEY_ROOM];
  size_t size = key_of(test, key), i;
  unsigned dead = 0;
  json_t *server;
  json_array_foreach(json_object_get(test, "dead"), i, server) dead |=
      1u << json_integer_value(server);
  int at = server_in(test, "at");
  int uncapped = json_object_get(test, "uncapped") ? server_in(test, "uncapped") : at;
  assert_true(json_is_true(json_object_get(test, "nowhere")) == (at == POLYRING_NO_SERVER));
  for (int free = 0; free < 2; free++) {
    polyring_health *health = health_of(ring, dead, free ? UNCAPPED : 0);
    polyring_route route = route_of(health, key, size);
    int expected = free ? uncapped : at;
    if (route.home != server_in(test, "home"))
      say(text_of(test, "id"), server_in(test, "home"), route.home);
    if (route.server != expected) say(text_of(test, "id"), expected, route.server);
    polyring_health_free(health);
  }
}

/* Numbered keys, made once. */
static struct {
  char text[24];
  size_t size;
} keys[KEYS_MOST];

static size_t make_keys(json_t *digest) {
  const char *pattern = text_of(digest, "keys"), *number = strstr(pattern, "{n}");
  json_int_t from = json_integer_value(json_object_get(digest, "from"));
  json_int_t count = json_integer_value(json_object_get(digest, "count"));
  assert_true(number && strlen(pattern) < 8);
  assert_in_range(count, 1, KEYS_MOST);
  for (json_int_t i = 0; i < count; i++)
    keys[i].size =
        (size_t)snprintf(keys[i].text, sizeof keys[i].text, "%.*s%lld%s", (int)(number - pattern),
                         pattern, (long long)(from + i), number + 3);
  return (size_t)count;
}

static void add_lines(polyring__sha256 *sha, const polyring_health *health, size_t count) {
  char line[16];
  for (size_t i = 0; i < count; i++) {
    uint16_t server = route_of(health, keys[i].text, keys[i].size).server;
    int size = server == POLYRING_NO_SERVER ? snprintf(line, sizeof line, "-\n")
                                            : snprintf(line, sizeof line, "%u\n", server);
    polyring__sha256_add(sha, line, (size_t)size);
  }
}

static void check_digest(const polyring_ring *ring, json_t *digest, const char *member,
                         uint32_t most) {
  char hex[POLYRING__SHA256_HEX];
  size_t count = make_keys(digest);
  polyring__sha256 sha;
  polyring__sha256_init(&sha);
  for (unsigned dead = 1; dead >> polyring_ring_server_count(ring) == 0; dead++) {
    polyring_health *health = health_of(ring, dead, most);
    add_lines(&sha, health, count);
    polyring_health_free(health);
  }
  polyring__sha256_hex(&sha, hex);
  if (strcmp(hex, text_of(digest, member)) != 0 && !*problem)
    snprintf(problem, sizeof problem, "the digest \"%s\" is %s", member, hex);
}

/* The first problem of a file, or "". */
static const char *problem_of(json_t *file) {
  assert_in_range(json_array_size(json_object_get(file, "servers")), 1, SERVERS_MOST);
  polyring_ring *ring = ring_of_file(file);
  json_t *test, *digest = json_object_get(file, "digest");
  size_t i;
  *problem = '\0';
  assert_string_equal(text_of(file, "schema"), "polyring-stand-in-1");
  assert_string_equal(text_of(file, "on_dead"), "next");
  json_array_foreach(json_object_get(file, "cases"), i, test) check_case(ring, test);
  assert_true(i >= 6);
  check_digest(ring, digest, "capped", 0);
  check_digest(ring, digest, "uncapped", UNCAPPED);
  polyring_ring_free(ring);
  return problem;
}

static int files, layouts; /* layouts: with seven servers, one bit each */

static void check_file(const char *path, json_t *file) {
  static const char *const names[] = {"ring", "rendezvous", "modulo", "jump", "buckets", "furc"};
  if (strcmp(text_of(file, "on_dead"), "next") != 0) return;
  files++;
  const char *found = problem_of(file), *layout = row_value(text_of(file, "profile"), "layout");
  if (*found) fail_msg("%s: %s", path, found);
  for (size_t i = 0; i < COUNT(names); i++)
    if (json_array_size(json_object_get(file, "servers")) == 7 && !strcmp(names[i], layout))
      layouts |= 1 << i;
}

static void recorded_stand_ins(void **state) {
  (void)state;
  files = layouts = 0;
  assert_true(for_each_vector("failover", check_file) > 0);
  assert_true(files >= 80);
  assert_int_equal(layouts, 63);
}

static int controls;

/* A file that says otherwise is noticed, by a case or by a digest. */
static void check_controls(const char *path, json_t *file) {
  if (!strstr(path, "libmemcached/ketama/7-")) return;
  controls++;
  json_t *first = json_array_get(json_object_get(file, "cases"), 0);
  json_t *digest = json_object_get(file, "digest");
  json_int_t at = json_integer_value(json_object_get(first, "at"));
  assert_string_equal(problem_of(file), "");
  json_object_set_new(first, "at", json_integer((at + 1) % 7));
  assert_non_null(strstr(problem_of(file), "instead of"));
  json_object_set_new(first, "at", json_integer(at));
  for (int i = 0; i < 2; i++) {
    const char *member = i ? "uncapped" : "capped";
    char kept[POLYRING__SHA256_HEX];
    snprintf(kept, sizeof kept, "%s", text_of(digest, member));
    json_object_set_new(digest, member, json_string(text_of(digest, i ? "capped" : "uncapped")));
    assert_non_null(strstr(problem_of(file), member));
    json_object_set_new(digest, member, json_string(kept));
  }
  assert_string_equal(problem_of(file), "");
}

static void a_changed_file_is_noticed(void **state) {
  (void)state;
  controls = 0;
  assert_true(for_each_vector("failover", check_controls) > 0);
  assert_true(controls > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(recorded_stand_ins),
                                     cmocka_unit_test(a_changed_file_is_noticed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
