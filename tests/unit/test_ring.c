/* Rings: that all ways to a server agree, and what keys are refused. */
#include "unit.h"

static const char servers[] =
    "mc1.example/127.0.0.1:11211:1 mc2.example/127.0.0.2:11212:2 mc3.example/[::1]:11213:5";
static const char unweighted[] =
    "mc1.example/127.0.0.1:11211 mc2.example/127.0.0.2:11212 mc3.example/[::1]:11213";

/* A list that every row takes. */
static const char *two_servers(const char *name) {
  int needs_weights = strcmp(row_value(name, "no_weight"), "refused") == 0;
  return needs_weights ? "1.2.3.4:1:1 1.2.3.5:1:1" : "1.2.3.4:1 1.2.3.5:1";
}

static void locate_many_and_explain_agree_with_locate(void **state) {
  (void)state;
  const char *name;
  for (size_t row = 0; (name = polyring_profile_name_at(row)); row++) {
    int takes_weights = strcmp(row_value(name, "weights"), "refused") != 0 &&
                        strcmp(row_value(name, "weights"), "chance") != 0;
    polyring_ring *ring = ring_of(name, takes_weights ? servers : unweighted);
    int is_sent_as_is = strcmp(row_value(name, "encode"), "url") != 0;
    char keys[20 * 1000];
    uint32_t ends[1000], end = 0;
    uint16_t indexes[1000];
    polyring_status statuses[1000];
    for (int i = 0; i < 1000; i++) /* every tenth is empty, and refused */
      ends[i] = end += i % 10 ? (uint32_t)sprintf(keys + end, "key:%d", i) : 0;
    assert_int_equal(polyring_ring_locate_many(ring, keys, ends, 1000, indexes, statuses),
                     POLYRING_PARTIAL);
    for (int i = 0; i < 1000; i++) {
      uint32_t start = i ? ends[i - 1] : 0;
      polyring_placement placement;
      int32_t at = polyring_ring_locate(ring, keys + start, ends[i] - start);
      polyring_status status =
          polyring_ring_explain(ring, keys + start, ends[i] - start, &placement, NULL);
      assert_int_equal(statuses[i], status);
      assert_int_equal(at, status < 0 ? status : placement.server);
      assert_int_equal(indexes[i], status < 0 ? POLYRING_NO_SERVER : placement.server);
      if (status < 0) continue;
      if (is_sent_as_is) assert_memory_equal(placement.sent_key, keys + start, ends[i] - start);
      assert_non_null(placement.why);
    }
    polyring_ring_free(ring);
  }
}

static void a_batch_may_be_empty_and_must_ascend(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b");
  static const uint32_t falling[] = {3, 2};
  uint16_t indexes[2];
  assert_int_equal(polyring_ring_locate_many(ring, NULL, NULL, 0, NULL, NULL), POLYRING_OK);
  assert_int_equal(polyring_ring_locate_many(ring, "abc", falling, 2, indexes, NULL),
                   POLYRING_INVALID_ARGUMENT);
  polyring_ring_free(ring);
}

static void key_refused(const char *profile, const void *key, size_t size, const char *words,
                        size_t position) {
  polyring_ring *ring = ring_of(profile, two_servers(profile));
  polyring_placement placement;
  polyring_error error = {0};
  assert_int_equal(polyring_ring_locate(ring, key, size), POLYRING_INVALID_KEY);
  assert_int_equal(polyring_ring_explain(ring, key, size, &placement, &error),
                   POLYRING_INVALID_KEY);
  if (!strstr(error.text, words) || error.position != position)
    fail_msg("%s: %s at %zu", profile, error.text, error.position);
  polyring_ring_free(ring);
}

static void bad_keys_are_refused(void **state) {
  (void)state;
  char long_key[600];
  memset(long_key, '1', sizeof long_key); /* some rows take digits only */
  const char *name;
  for (size_t row = 0; (name = polyring_profile_name_at(row)); row++) {
    key_refused(name, "", 0, "the key is empty", 0);
    unsigned longest = (unsigned)atoi(row_value(name, "longest"));
    char words[64];
    snprintf(words, sizeof words, "has %u bytes, the limit is %u", longest + 1, longest);
    if (strcmp(row_value(name, "long_key"), "refused") == 0)
      key_refused(name, long_key, longest + 1, words, longest);
    polyring_ring *ring = ring_of(name, two_servers(name));
    assert_in_range(polyring_ring_locate(ring, long_key, longest), 0, 1);
    polyring_ring_free(ring);
  }
  key_refused("python-memcached/default", "a b", 3, "the byte \"%20\" at 1", 1);
  key_refused("php-memcached/libketama-compatible", "Z\xc3\xbcrich", 7, "the byte \"%C3\" at 1", 1);
  key_refused("spymemcached/ketama", "ab\n", 3, "the byte \"%0A\" at 2", 2);
  static const char *const not_utf8[] = {
      "\xff\xfe", "\xc0\x80", "\xed\xa0\x80",        "\xf4\x90\x80\x80",
      "\xe4\xbd", "\x80",     "\xf8\x88\x80\x80\x80"};
  for (size_t i = 0; i < COUNT(not_utf8); i++) {
    key_refused("spymemcached/ketama", not_utf8[i], strlen(not_utf8[i]), "not valid UTF-8 at 0", 0);
    key_refused("spymemcached/array-mod", not_utf8[i], strlen(not_utf8[i]), "not valid UTF-8", 0);
    key_refused("pymemcache/hash-client", not_utf8[i], strlen(not_utf8[i]), "not valid UTF-8", 0);
  }
}

static polyring_placement explain(const char *profile, const char *list, const char *key) {
  polyring_ring *ring = ring_of(profile, list);
  polyring_placement placement;
  assert_int_equal(polyring_ring_explain(ring, key, strlen(key), &placement, NULL), POLYRING_OK);
  assert_int_equal(placement.server, locate(ring, key));
  polyring_ring_free(ring);
  return placement;
}

static void long_keys_become_digests_where_the_row_says_so(void **state) {
  (void)state;
  char key[301];
  memset(key, 'k', 300);
  key[300] = '\0';
  polyring_placement placement = explain("dalli/ring", "a b", key);
  assert_int_equal(placement.sent_key_size, 249);
  assert_memory_equal(placement.sent_key + 212, ":md5:", 5);
  key[250] = '\0';
  assert_int_equal(explain("dalli/ring", "a b", key).sent_key_size, 250);
  for (int i = 0; i < 150; i++) memcpy(key + 2 * i, "\xc3\xa4", 2); /* 150 characters, 300 bytes */
  key_refused("dalli/ring", key, 300, "has 300 bytes, the limit is 250", 250);
  memset(key, 0xFF, 300);
  polyring_ring *ring = ring_of("dalli/ring", "a b");
  assert_in_range(polyring_ring_locate(ring, key, 300), 0, 1);
  polyring_ring_free(ring);
}

static void hashed_texts_follow_the_row(void **state) {
  (void)state;
  const char *key = "\xc3\xa4\xf0\x9f\x98\x80"; /* U+00E4, U+1F600 */
  polyring_placement utf16 = explain("spymemcached/array-mod", "1.2.3.4 1.2.3.5", key);
  assert_int_equal(utf16.hashed_text_size, 6);
  assert_memory_equal(utf16.hashed_text, "\xe4\x00\x3d\xd8\x00\xde", 6);
  assert_int_equal(utf16.hash.low, ((0xe4u * 31) + 0xd83d) * 31 + 0xde00);
  polyring_placement low8 = explain("pymemcache/hash-client", "a b", key);
  assert_int_equal(low8.hashed_text_size, 2);
  assert_memory_equal(low8.hashed_text, "\xe4\x00", 2);
  assert_memory_equal(low8.label + low8.label_size - 3, "-\xe4\x00", 3);
}

static void traces_are_whole(void **state) {
  (void)state;
  polyring_placement ring = explain("ketama", "a:1 b:11211 c", "key");
  assert_int_equal(ring.has_hash, 1);
  assert_true(ring.label_size > 2 && ring.label[ring.label_size] == '\0');
  assert_true(ring.point.low >= ring.hash.low || strstr(ring.why, "above every point"));
  polyring_placement one = explain("ketama", "a:1", "key");
  assert_int_equal(one.has_hash, 0);
  assert_non_null(strstr(one.why, "only one server"));
  polyring_placement modulo = explain("libmemcached/modula", "a b c", "key");
  assert_int_equal(modulo.point.low, modulo.hash.low % 3);
  assert_int_equal(modulo.label_size, 0);
  assert_string_equal(
      (char *)explain("spymemcached/ketama", "mc/[2001:db8::1]:11211", "k").label,
      (char *)explain("spymemcached/ketama", "mc/[2001:DB8:0::1]:11211", "k").label);
  assert_non_null(strstr((char *)explain("spymemcached/ketama", "[fe80::1%25eth0]:1", "k").label,
                         "[fe80:0:0:0:0:0:0:1%eth0]:1-"));
  assert_non_null(strstr((char *)explain("spymemcached/ketama", "x/[::ffff:1.2.3.4]:1", "k").label,
                         "x/1.2.3.4:1-"));
}

/* Two servers with one label have all points in common. */
static void equal_points_follow_the_row(void **state) {
  (void)state;
  assert_int_equal(explain("ketama", "a a:11211", "key").server, 0);
  assert_int_equal(explain("ketama,equal=last", "a a:11211", "key").server, 1);
  assert_int_equal(explain("ketama,equal=label", "a a:11211", "key").server, 0);
  assert_int_equal(explain("ketama", "a a:11211", "key").tie_count, 0);
  polyring_placement tied = explain("ketama,equal=unspecified", "a a:11211 a", "key");
  assert_int_equal(tied.server, 0);
  assert_int_equal(tied.tie_count, 3);
  assert_int_equal(tied.ties[2], 2);
  assert_int_equal(explain("dalli/ring", "a a:11211", "key").tie_count, 2);
  assert_int_equal(explain("dalli/ring", "a a:11211", "key").server, 0);
  assert_int_equal(explain("pymemcache/hash-client", "a a:11211", "key").server, 0);
  assert_int_equal(
      explain("pymemcache/hash-client,duplicates=kept,equal=last", "a a:11211", "key").server, 1);
}

static void heavy_weights_change_the_row(void **state) {
  (void)state;
  polyring_ring *light = ring_of("libmemcached/ketama", "a:1:1 b:1:1");
  polyring_ring *heavy = ring_of("libmemcached/ketama", "a:1:1 b:1:3");
  assert_int_equal(polyring_ring_point_count(light), 200);
  assert_int_equal(polyring_ring_point_count(heavy), 320);
  polyring_ring_free(light);
  polyring_ring_free(heavy);
}

/* The counts at which single precision loses a group of points, and double another. */
static void weights_round_as_their_clients_do(void **state) {
  (void)state;
  static const struct {
    const char *profile;
    unsigned servers;
    size_t points;
  } cases[] = {{"ketama", 24, 24 * 160},
               {"ketama", 25, 25 * 156},
               {"ketama", 47, 47 * 156},
               {"ketama", 99, 99 * 160},
               {"ketama", 100, 100 * 156},
               {"ketama,weights=share_double", 25, 25 * 160},
               {"spymemcached/ketama", 25, 25 * 160},
               {"spymemcached/ketama,no_weight=one", 25, 25 * 156},
               {"dalli/ring", 25, 25 * 160},
               {"dalli/ring", 7, 7 * 160}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    char list[2000] = "";
    for (unsigned s = 0; s < cases[i].servers; s++)
      sprintf(list + strlen(list), "10.0.0.%u ", s + 1);
    polyring_ring *ring = ring_of(cases[i].profile, list);
    assert_int_equal(polyring_ring_point_count(ring), cases[i].points);
    uint16_t server;
    for (size_t p = 1; p < cases[i].points; p++)
      assert_true(polyring_ring_point(ring, p, &server).low >=
                  polyring_ring_point(ring, p - 1, &server).low);
    polyring_ring_free(ring);
  }
}

/* Shares are exact: compared with all 32,768 values of the short hash, and with a sample. */
static void shares_are_exact(void **state) {
  (void)state;
  static const char *const profiles[] = {"ketama",
                                         "ketama,search=above",
                                         "ketama,search=floor",
                                         "libmemcached/modula",
                                         "python-memcached/default",
                                         "python-memcached/default,fold=all",
                                         "dalli/ring",
                                         "ketama,hash=crc",
                                         "cache-memcached-fast/ketama"};
  for (size_t p = 0; p < COUNT(profiles); p++) {
    polyring_ring *ring = ring_of(profiles[p], "1.2.3.4:1:1 1.2.3.5:1:2 1.2.3.6:1:4");
    enum { SAMPLE = 40000 };
    double shares[3], sum = 0;
    int counts[3] = {0};
    for (int i = 0; i < SAMPLE; i++) {
      char key[16];
      sprintf(key, "key:%d", i);
      counts[locate(ring, key)]++;
    }
    polyring_ring_shares(ring, shares);
    for (int s = 0; s < 3; s++) {
      double difference = shares[s] - (double)counts[s] / SAMPLE;
      if (difference > 0.012 || difference < -0.012)
        fail_msg("%s: server %d has %.4f, sampled %.4f", profiles[p], s, shares[s],
                 (double)counts[s] / SAMPLE);
      sum += shares[s];
    }
    assert_true(sum > 0.999999 && sum < 1.000001);
    polyring_ring_free(ring);
  }
  polyring_ring *two = ring_of("python-memcached/default,fold=all", "a b");
  polyring_ring *folded = ring_of("python-memcached/default", "a b");
  double shares[2];
  polyring_ring_shares(two, shares);
  assert_true(shares[0] == 0.5);
  polyring_ring_shares(folded, shares); /* one of 32,768 moves from the first to the second */
  assert_true(shares[1] == 16385.0 / 32768);
  polyring_ring_free(two);
  polyring_ring_free(folded);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(locate_many_and_explain_agree_with_locate),
      cmocka_unit_test(a_batch_may_be_empty_and_must_ascend),
      cmocka_unit_test(bad_keys_are_refused),
      cmocka_unit_test(long_keys_become_digests_where_the_row_says_so),
      cmocka_unit_test(hashed_texts_follow_the_row),
      cmocka_unit_test(traces_are_whole),
      cmocka_unit_test(equal_points_follow_the_row),
      cmocka_unit_test(heavy_weights_change_the_row),
      cmocka_unit_test(weights_round_as_their_clients_do),
      cmocka_unit_test(shares_are_exact)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
