/* A ring that got or lost a server, or another profile, against one that is built at once. */
#include "placement/ring.h"
#include "unit.h"

enum { SERVERS_MAX = 128, TEXT_MAX = 96, KEYS = 100 };

typedef struct list {
  char at[SERVERS_MAX][TEXT_MAX];
  size_t count;
} list;

static uint64_t seed = 1;

static uint32_t random_below(uint32_t limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((seed >> 32) * limit >> 32);
}

static polyring_status build(const char *profile, const list *servers, polyring_ring **ring,
                             polyring_error *error) {
  char text[SERVERS_MAX * TEXT_MAX];
  uint32_t ends[SERVERS_MAX], end = 0;
  for (size_t i = 0; i < servers->count; i++) {
    size_t size = strlen(servers->at[i]);
    memcpy(text + end, servers->at[i], size);
    ends[i] = end += (uint32_t)size;
  }
  return polyring_ring_new_from_list(NULL, profile, strlen(profile), text, ends, servers->count,
                                     ring, error);
}

static void compare_servers(const polyring_ring *changed, const polyring_ring *built) {
  assert_string_equal(polyring_ring_profile(changed), polyring_ring_profile(built));
  assert_int_equal(changed->servers.count, built->servers.count);
  for (size_t i = 0; i < built->servers.count; i++) {
    size_t size;
    assert_string_equal(polyring_ring_server(changed, i, &size),
                        polyring_ring_server(built, i, NULL));
    assert_int_equal(size, strlen(polyring_ring_server(built, i, NULL)));
    assert_true(changed->servers.at[i].weight == built->servers.at[i].weight);
    assert_int_equal(changed->servers.at[i].merged, built->servers.at[i].merged);
  }
  assert_int_equal(changed->alive_count, built->alive_count);
  assert_memory_equal(changed->alive, built->alive, built->alive_count * sizeof *built->alive);
}

static void compare_points(const polyring_ring *changed, const polyring_ring *built) {
  size_t count = built->point_count;
  assert_int_equal(changed->point_count, count);
  for (size_t i = 0; i < count; i++) {
    polyring__word point = polyring__point_at(changed, i), right = polyring__point_at(built, i);
    if (polyring__wide_compare(point, right) != 0 || changed->owners[i] != built->owners[i])
      fail_msg("point %zu of %zu is another one, or another server's", i, count);
  }
  assert_int_equal(changed->index.buckets, built->index.buckets);
  assert_int_equal(changed->index.shift, built->index.shift);
  if (built->points)
    assert_memory_equal(changed->index.firsts, built->index.firsts,
                        (built->index.buckets + (size_t)1) * sizeof *built->index.firsts);
}

static void compare(const polyring_ring *changed, const polyring_ring *built) {
  double shares[SERVERS_MAX], right[SERVERS_MAX];
  compare_servers(changed, built);
  compare_points(changed, built);
  polyring_ring_shares(changed, shares);
  polyring_ring_shares(built, right);
  assert_memory_equal(shares, right, built->servers.count * sizeof *right);
  for (int i = 0; i < KEYS; i++) {
    char key[16];
    sprintf(key, "%d", i * 7919);
    assert_int_equal(locate(changed, key), locate(built, key));
  }
}

/* Replaces *ring by one with the server, if the list can have it, and compares it with a ring built
 * of the list. */
static void add(const char *profile, list *servers, const char *server, polyring_ring **ring) {
  polyring_ring *changed, *built;
  polyring_error error = {0}, right = {0};
  strcpy(servers->at[servers->count++], server);
  polyring_status status = build(profile, servers, &built, &right);
  assert_int_equal(polyring_ring_add(*ring, server, strlen(server), &changed, &error), status);
  assert_string_equal(error.text, right.text);
  if (status < 0) {
    assert_null(changed);
    servers->count--;
    return;
  }
  compare(changed, built);
  polyring_ring_free(built);
  polyring_ring_free(*ring);
  *ring = changed;
}

static void take_away(const char *profile, list *servers, size_t index, polyring_ring **ring) {
  list left = *servers;
  polyring_ring *changed, *built;
  polyring_error error = {0}, right = {0};
  memmove(left.at[index], left.at[index + 1], (--left.count - index) * TEXT_MAX);
  polyring_status status = build(profile, &left, &built, &right);
  assert_int_equal(polyring_ring_remove(*ring, index, &changed, &error), status);
  assert_string_equal(error.text, right.text);
  if (status < 0) {
    assert_null(changed);
    return;
  }
  compare(changed, built);
  polyring_ring_free(built);
  polyring_ring_free(*ring);
  *ring = changed;
  *servers = left;
}

/* Hosts repeat; weights are none, the usual ones, or any. */
static void random_server(int kind, char *out) {
  static const char *const weights[] = {":1", ":1", ":2", ":0", ":7", ":0.5", "", ":3"};
  unsigned host = random_below(40);
  int named = random_below(4) == 0;
  const char *weight = kind == 0 ? "" : kind == 1 ? ":1" : weights[random_below(COUNT(weights))];
  if (random_below(30) == 0) {
    sprintf(out, "unix:/tmp/%u%s", host, weight);
    return;
  }
  sprintf(out, "%s%smc%u/10.0.0.%u:11%03u%s", named ? "n" : "", named ? "x=" : "", host, host,
          host % 3 ? 211 : host, weight);
}

static void random_changes(const char *profile, int kind) {
  list servers = {.count = 0};
  polyring_ring *ring = NULL;
  for (int tries = 0; !ring && tries < 50; tries++) {
    servers.count = 1 + random_below(4);
    for (size_t i = 0; i < servers.count; i++) random_server(kind, servers.at[i]);
    build(profile, &servers, &ring, NULL);
  }
  for (int step = 0; ring && step < 12; step++) {
    char server[TEXT_MAX];
    random_server(kind, server);
    if (servers.count > 1 && random_below(5) < 2)
      take_away(profile, &servers, random_below((uint32_t)servers.count), &ring);
    else
      add(profile, &servers, server, &ring);
  }
  polyring_ring_free(ring);
}

static void every_row(void **state) {
  (void)state;
  const char *name;
  for (size_t row = 0; (name = polyring_profile_name_at(row)); row++)
    for (int kind = 0; kind < 3; kind++) random_changes(name, kind);
}

/* 32,768 points at most, so that many are equal; wide points of servers that are listed twice. */
static void equal_points(void **state) {
  (void)state;
  static const char *const profiles[] = {
      "ketama,point_hash=crc,words=1",
      "ketama,point_hash=crc,words=1,equal=last",
      "ketama,point_hash=crc,words=1,equal=label",
      "ketama,point_hash=crc,words=1,equal=cycle",
      "ketama,point_hash=crc,words=1,equal=unspecified,order=natural",
      "ketama,point_hash=crc,words=1,equal=cycle,order=bytes,weights=ignored",
      "ketama,point_hash=crc,words=1,equal=last,order=length,weights=ignored",
      "ketama,point_hash=crc,words=1,order=host,duplicates=merged,weights=times",
      "ketama,point_hash=zero,words=1,points=5,equal=label,weights=ignored",
      "ketama,equal=cycle,point_order=signed",
      "polyring/ring-1024,duplicates=kept,points=20",
      "polyring/ring-1024,duplicates=kept,points=20,equal=last,order=bytes",
      "polyring/ring-1024,duplicates=merged,points=20,equal=cycle,point_order=signed",
      "uhashring/default,points=20,equal=first",
      "uhashring/default,points=20,equal=cycle,point_order=signed",
      "enyim/default,point_start=very_first,order=bytes,order_by={host}",
      "enyim/default,point_start=very_first",
      "libmemcached/ketama,heavy=point_hash=md5"};
  for (size_t p = 0; p < COUNT(profiles); p++)
    for (int round = 0; round < 12; round++) random_changes(profiles[p], round % 3);
}

/* At 25, 47, 50, 55, ... equal servers rounding takes four points from each. */
static void counts_at_which_all_points_change(void **state) {
  (void)state;
  static const char *const profiles[] = {"ketama", "libketama/ketama", "spymemcached/ketama",
                                         "npm-hashring/default"};
  for (size_t p = 0; p < COUNT(profiles); p++) {
    list servers = {.count = 1};
    polyring_ring *ring;
    strcpy(servers.at[0], "10.0.0.0:11211:1");
    assert_int_equal(build(profiles[p], &servers, &ring, NULL), POLYRING_OK);
    for (int i = 1; i < 102; i++) {
      char server[TEXT_MAX];
      sprintf(server, "10.0.0.%d:11211:1", i);
      add(profiles[p], &servers, server, &ring);
    }
    while (servers.count > 20) take_away(profiles[p], &servers, servers.count / 2, &ring);
    polyring_ring_free(ring);
  }
}

static void refusals(void **state) {
  (void)state;
  polyring_error error;
  polyring_ring *ring = ring_of("ketama", "a b"), *changed = ring;
  assert_int_equal(polyring_ring_remove(ring, 2, &changed, &error), POLYRING_INVALID_ARGUMENT);
  assert_null(changed);
  assert_int_equal(polyring_ring_add(ring, "", 0, &changed, &error), POLYRING_INVALID_SERVERS);
  assert_int_equal(polyring_ring_add(ring, "c d", 3, &changed, &error), POLYRING_INVALID_SERVERS);
  assert_int_equal(error.position, 1);
  assert_int_equal(polyring_ring_add(ring, "c:1:4294967295", 14, &changed, NULL), POLYRING_OK);
  polyring_ring_free(changed);
  polyring_ring_free(ring);
  ring = ring_of("ketama", "a");
  assert_int_equal(polyring_ring_remove(ring, 0, &changed, &error), POLYRING_INVALID_ARGUMENT);
  assert_non_null(strstr(error.text, "last server"));
  polyring_ring_free(ring);
  ring = ring_of("nginx/consistent", "a:1:200000");
  assert_int_equal(polyring_ring_add(ring, "b:1:200000", 10, &changed, &error), POLYRING_TOO_LARGE);
  polyring_ring_free(ring);
}

/* From a ring to one of another profile, both ways; nothing if one of them refuses the list. */
static void follow(const char *from, const char *to, const list *servers) {
  polyring_ring *ring, *changed, *built;
  polyring_profile *profile;
  polyring_error error = {0}, right = {0};
  if (polyring_profile_new(NULL, to, strlen(to), &profile, NULL) < 0) return;
  if (build(from, servers, &ring, NULL) >= 0) {
    polyring_status status = build(to, servers, &built, &right);
    assert_int_equal(polyring_ring_follow(ring, profile, &changed, &error), status);
    polyring_ring_free(ring);
    if (status < 0) assert_string_equal(error.text, right.text);
    if (status >= 0) compare(changed, built);
    polyring_ring_free(built);
    polyring_ring_free(changed);
  }
  polyring_profile_free(profile);
}

static void follow_column(const char *profile, size_t column, const list *servers) {
  static const char *const texts[] = {"0", "1", "4", "40", "80", "", "{host}-{i}", "{host}", "zz"};
  char text[256];
  const char *value = "";
  for (size_t v = 0; value && v < 64; v++) {
    value = polyring_column_choice(column, v);
    if (!polyring_column_choice(column, 0)) value = v < COUNT(texts) ? texts[v] : NULL;
    if (!value) return;
    snprintf(text, sizeof text, "%s,%s=%s", profile, polyring_column_name(column), value);
    follow(profile, text, servers);
    follow(text, profile, servers);
  }
}

/* Each value of each column, on lists with equal points and without. */
static void other_profiles(void **state) {
  (void)state;
  static const char *const profiles[] = {
      "ketama",
      "ketama,point_hash=crc,words=1,weights=ignored",
      "uhashring/default,points=20",
      "enyim/default",
      "nginx/consistent",
      "libmemcached/ketama,heavy=point_hash=md5",
      "ketama,point_hash=crc,words=1,equal=cycle,duplicates=merged",
      "python-memcached/default",
      "twemproxy/ketama"};
  for (size_t p = 0; p < COUNT(profiles); p++)
    for (int kind = 0; kind < 3; kind++) {
      list servers = {.count = 2 + random_below(4)};
      for (size_t i = 0; i < servers.count; i++) random_server(kind % 3, servers.at[i]);
      for (size_t c = 0; polyring_column_name(c); c++) follow_column(profiles[p], c, &servers);
      for (size_t q = 0; q < COUNT(profiles); q++) follow(profiles[p], profiles[q], &servers);
    }
}

static void the_longest_list(void **state) {
  (void)state;
  polyring_error error;
  polyring_ring *ring, *changed;
  char *text = malloc(POLYRING_SERVERS_MAX * 10), *at = text;
  for (int i = 0; i < POLYRING_SERVERS_MAX; i++) at += sprintf(at, "s%d ", i);
  assert_int_equal(
      polyring_ring_new(NULL, "polyring/jump", 13, text, (size_t)(at - text), &ring, &error),
      POLYRING_OK);
  assert_int_equal(polyring_ring_add(ring, "t", 1, &changed, &error), POLYRING_TOO_LARGE);
  assert_null(changed);
  assert_int_equal(polyring_ring_remove(ring, 65534, &changed, &error), POLYRING_OK);
  assert_int_equal(polyring_ring_server_count(changed), 65534);
  polyring_ring_free(changed);
  polyring_ring_free(ring);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_row),
                                     cmocka_unit_test(equal_points),
                                     cmocka_unit_test(counts_at_which_all_points_change),
                                     cmocka_unit_test(refusals),
                                     cmocka_unit_test(other_profiles),
                                     cmocka_unit_test(the_longest_list)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
