/* Fingerprints: what they are the digest of, and that they are equal exactly where keys live alike.
 */
#include <stdbool.h>

#include "hash/sha256.h"
#include "topology/fingerprint.h"
#include "topology/identity.h"
#include "topology/topology.h"
#include "unit.h"

static void sha256_is_that_of_the_standard(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t repeat;
    const char *digest;
  } known[] = {
      {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"aaaaaaaaaa", 100000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}};
  for (size_t i = 0; i < COUNT(known); i++) {
    polyring__sha256 sha;
    char hex[POLYRING__SHA256_HEX];
    polyring__sha256_init(&sha);
    for (size_t n = 0; n < known[i].repeat; n++)
      polyring__sha256_add(&sha, known[i].text, strlen(known[i].text));
    polyring__sha256_hex(&sha, hex);
    assert_string_equal(hex, known[i].digest);
  }
  char text[200], whole[POLYRING__SHA256_HEX], pieces[POLYRING__SHA256_HEX];
  memset(text, 'x', sizeof text);
  for (size_t size = 0; size <= sizeof text; size++) { /* every ending, in one and in pieces */
    polyring__sha256 one, many;
    polyring__sha256_init(&one);
    polyring__sha256_init(&many);
    polyring__sha256_add(&one, text, size);
    for (size_t i = 0; i < size; i++) polyring__sha256_add(&many, text + i, 1);
    polyring__sha256_hex(&one, whole);
    polyring__sha256_hex(&many, pieces);
    assert_string_equal(whole, pieces);
  }
}

typedef struct text {
  char at[8192];
  size_t size;
} text;

static void append(void *to, const char *piece, size_t size) {
  text *out = to;
  if (out->size + size >= sizeof out->at) return; /* long ones are not looked at */
  memcpy(out->at + out->size, piece, size);
  out->at[out->size += size] = '\0';
}

/* The text, from the line that names its kind on. */
static void ends_with(const char *profile, const char *servers, const char *expected) {
  polyring_ring *ring = ring_of(profile, servers);
  text whole = {.size = 0};
  assert_int_equal(polyring__fingerprint_write(ring, append, &whole), POLYRING_OK);
  size_t size = strlen(expected);
  if (whole.size < size || strcmp(whole.at + whole.size - size, expected) != 0)
    fail_msg("%s with %s: %s", profile, servers, whole.at);
  polyring_ring_free(ring);
}

static void the_text_is_as_documented(void **state) {
  (void)state;
  ends_with("libmemcached/modula",
            "10.0.0.1 n=B:12 [FE80::1%25Eth0]:5 Mc%2f.example unix:/a%20b:0:1",
            "\nslots\n1 host=10.0.0.1:11211\n1 name=n\n1 host=fe80%3A0%3A0%3A0%3A0%3A0%3A0%3A1%25"
            "Eth0:5\n1 host=mc%2F.example:11211\n1 path=%2Fa%20b:0\n");
  ends_with("python-memcached/default", "a:1:2 b:1:3 a:1:1",
            "\nslots\n2 host=a:1\n3 host=b:1\n"
            "1 host=a:1\n");
  ends_with("python-memcached/default", "a:1:2 b:1:0", "\none\n* host=a:1\n");
  ends_with("ketama", "a:7", "polyring-fingerprint 1\none\n* host=a:7\n");
  ends_with("php-memcached/libketama-compatible,points=4,prefix=%41%3a", "a b",
            "polyring-fingerprint 1\nfrom=key\nhash=md5\nprefix=A%3A\nrefuse=00-20+7f-ff\narcs\n"
            "6f5ff234 host=b:11211\nd1ef65a1 host=a:11211\nffffffff host=b:11211\n");
  ends_with("ketama,fold=slots,slots=8,points=8", "a b",
            "\nfold=slots\nhash=md5\nslots=8\narcs\n00000000 host=a:11211\n7ffffffc host=b:11211\n"
            "bffffffa host=a:11211\ndffffff9 host=b:11211\n");
  ends_with("ketama,fold=absolute,points=4", "a b",
            "\nfold=absolute\nhash=md5\narcs\n6f5ff234 host=b:11211\n80000000 host=a:11211\n");
  ends_with("pymemcache/hash-client,hash=murmur64a,bits=64,weights=score", "b:1:6 a:1:2",
            "\nweights=score\nscores\na%3A1-{key} 1 host=a:1\nb%3A1-{key} 3 host=b:1\n");
  ends_with("libmemcached/modula,layout=buckets,slots=4", "a;buckets=0+3 b;buckets=1-2",
            "\nslots\n1 host=a:11211\n2 host=b:11211\n1 host=a:11211\n");
  ends_with("libmemcached/modula,layout=buckets,pick=mask,slots=6", "a;buckets=0-2 b;buckets=3-5",
            "\nslots\n4 host=a:11211\n4 host=b:11211\n"); /* hash & 5: 0 1 0 1 4 5 4 5 */
  ends_with("libmemcached/modula,hash=crc,weights=repeat", "a:1:32766 b:1:9 c",
            "\nslots\n32766 host=a:1\n2 host=b:1\n"); /* there are 32,768 hashes */
  ends_with("libmemcached/modula,layout=jump,hash=murmur64a,bits=64", "b a",
            "\njump\n4294967296 host=b:11211\n4294967296 host=a:11211\n");
  ends_with("pymemcache/hash-client", "b a B:1",
            "\nscores\nB%3A1-{key} 1 host=b:1\na%3A11211-{key} 1 host=a:11211\n"
            "b%3A11211-{key} 1 host=b:11211\n");
  ends_with("libmemcached/ketama,points=1,hash=crc,point_hash=zero", "a b",
            "\none\n* host=a:11211\n");
  ends_with("libmemcached/ketama,points=1,point_hash=crc,equal=last", "a b",
            "\narcs\n000030a7 host=a:11211\n"
            "000032e1 host=b:11211\nffffffff host=a:11211\n");
}

static void fingerprint(const char *profile, const char *servers,
                        char out[POLYRING_FINGERPRINT_SIZE]) {
  polyring_ring *ring = ring_of(profile, servers);
  assert_int_equal(polyring_ring_fingerprint(ring, out), POLYRING_OK);
  polyring_ring_free(ring);
}

static void compares(const char *profile, const char *servers, const char *other_profile,
                     const char *other_servers, bool equal) {
  char one[POLYRING_FINGERPRINT_SIZE], other[POLYRING_FINGERPRINT_SIZE];
  fingerprint(profile, servers, one);
  fingerprint(other_profile, other_servers, other);
  assert_int_equal(strlen(one), POLYRING_FINGERPRINT_SIZE - 1);
  assert_memory_equal(one, "pr1:", 4);
  if ((strcmp(one, other) == 0) != equal)
    fail_msg("%s with %s, %s with %s", profile, servers, other_profile, other_servers);
}

static void spelling_does_not_matter(void **state) {
  (void)state;
  static const struct {
    const char *profile, *servers, *other_profile, *other_servers;
  } same[] = {
      {"ketama", "a b:11211 c:1", "libmemcached/ketama-weighted,equal=last", "c:1 a:11211:1 %62"},
      {"ketama", "a:1:1 b:1:1", "ketama", "a:1:25 b:1:25"},
      {"ketama", "n=a o=b", "ketama", "n=a;zone=1 o=b"},
      {"ketama", "a", "dalli/ring,long_key=refused", "a"},
      {"libmemcached/modula", "A [::1]:2", "libmemcached/modula", "a:11211:7 [0:0::1]:2"},
      {"libmemcached/modula", "n=a o=b", "libmemcached/modula", "n=elsewhere:1 o=else"},
      {"libmemcached/modula", "a b", "libmemcached/modula", "a b a b a b"},
      {"libmemcached/modula", "a b a", "libmemcached/modula,weights=repeat", "a b a a b a"},
      {"libmemcached/modula", "a b c", "libmemcached/modula,layout=buckets", "a b c"},
      {"python-memcached/default", "a:1:2 b:1:4", "python-memcached/default", "a:1:2 b:1:4 c:1:0"},
      {"python-memcached/default,refuse=00-20+7f", "a b",
       "python-memcached/default,refuse=7f+00-10+11-20", "a b"},
      {"pymemcache/hash-client", "a b c", "pymemcache/hash-client", "c b a b"},
      {"pymemcache/hash-client,duplicates=kept", "a b a", "pymemcache/hash-client", "b a"},
      {"ketama,sign=yes,seed=x,start=zero", "a b", "ketama", "a b"},
      {"ketama,hash=fnv1_32,start=zero,bits=32", "a", "dalli/ring,long_key=refused", "a"},
      {"libmemcached/modula,from=key", "a b", "libmemcached/modula,from=sent", "a b"},
      {"libmemcached/modula,prefix=%61", "a b", "libmemcached/modula,prefix=a", "a b"}};
  static const struct {
    const char *profile, *servers, *other_profile, *other_servers;
  } different[] = {{"ketama", "a b", "ketama", "a c"},
                   {"ketama", "n=a o=b", "ketama", "n=a p=b"},
                   {"ketama", "n=a o=b", "ketama", "n=a o=c"},
                   {"ketama", "a:1:1 b:1:1", "ketama", "a:1:1 b:1:2"},
                   {"ketama", "a b", "ketama,hash=crc32", "a b"},
                   {"ketama", "a b", "ketama,prefix=x", "a b"},
                   {"ketama", "A b", "ketama", "a b"},
                   {"ketama", "a", "ketama,refuse=20", "a"},
                   {"libmemcached/modula", "a b", "libmemcached/modula", "b a"},
                   {"libmemcached/modula", "a b", "libmemcached/modula", "a b a"},
                   {"libmemcached/modula", "a b", "libmemcached/modula,fold=or_one", "a b"},
                   {"libmemcached/modula,from=key,prefix=x", "a b",
                    "libmemcached/modula,from=sent,prefix=x", "a b"},
                   {"pymemcache/hash-client", "n=a o=b", "pymemcache/hash-client", "n=b o=a"}};
  for (size_t i = 0; i < COUNT(same); i++)
    compares(same[i].profile, same[i].servers, same[i].other_profile, same[i].other_servers, true);
  for (size_t i = 0; i < COUNT(different); i++)
    compares(different[i].profile, different[i].servers, different[i].other_profile,
             different[i].other_servers, false);
}

/* --- every row --- */

enum { KEYS = 10000, WITNESS_KEYS = 3000000 };

static uint32_t dice(uint32_t *seed, uint32_t sides) {
  *seed = *seed * 1664525 + 1013904223;
  return (*seed >> 8) % sides;
}

/* A list that any client could take: names, addresses and ports are there, weights sometimes. */
static void make_list(uint32_t *seed, bool weighted, char *out) {
  uint32_t count = dice(seed, 4) + 1;
  *out = '\0';
  for (uint32_t i = 0; i < count; i++) {
    uint32_t server = dice(seed, 6);
    out +=
        sprintf(out, "%smc%u.example/127.0.0.%u:%u", i ? " " : "", server, server, 11211 + server);
    if (weighted) out += sprintf(out, ":%u", dice(seed, 4) ? dice(seed, 3) + 1 : 1);
  }
}

static polyring_ring *try_ring(const char *profile, const char *servers) {
  polyring_ring *ring;
  polyring_ring_new(NULL, profile, strlen(profile), servers, strlen(servers), &ring, NULL);
  return ring;
}

static bool moves(const polyring_ring *const *rings, const polyring__identities *identities,
                  uint32_t number) {
  char key[16];
  size_t size = (size_t)sprintf(key, "%x", number * 2654435761u);
  int32_t a = polyring_ring_locate(rings[0], key, size),
          b = polyring_ring_locate(rings[1], key, size);
  if (a < 0 || b < 0) return a != b;
  size_t other = rings[0]->servers.count + (size_t)b;
  return identities->first[a] != identities->first[other];
}

/* Whether keys live differently: by trying some, then, if a key is hard to find, by the plan. */
static bool live_differently(const polyring_ring *const *rings, uint32_t keys) {
  const polyring_allocator memory = rings[0]->allocator;
  polyring__identities identities;
  bool found = false;
  assert_int_equal(polyring__identities_init(&memory, rings, 2, &identities), POLYRING_OK);
  for (uint32_t i = 0; i < keys && !found; i++) found = moves(rings, &identities, i);
  polyring__identities_done(&memory, &identities);
  return found;
}

static void compare_rings(const char *profile, const char *servers, const char *other,
                          uint32_t *equal, uint32_t *unequal) {
  polyring_ring *rings[2] = {try_ring(profile, servers), try_ring(profile, other)};
  if (rings[0] && rings[1]) {
    const polyring_ring *const both[2] = {rings[0], rings[1]};
    char prints[2][POLYRING_FINGERPRINT_SIZE];
    assert_int_equal(polyring_ring_fingerprint(rings[0], prints[0]), POLYRING_OK);
    assert_int_equal(polyring_ring_fingerprint(rings[1], prints[1]), POLYRING_OK);
    bool same = strcmp(prints[0], prints[1]) == 0;
    if (live_differently(both, same ? KEYS : WITNESS_KEYS) == same)
      fail_msg("%s: %s, %s: %s", profile, servers, other, same ? "a key moves" : "no key moves");
    ++*(same ? equal : unequal);
  }
  polyring_ring_free(rings[0]);
  polyring_ring_free(rings[1]);
}

static void every_row_has_equal_fingerprints_where_keys_live_alike(void **state) {
  (void)state;
  const char *profile;
  uint32_t seed = 7, all_equal = 0;
  for (size_t row = 0; (profile = polyring_profile_name_at(row)); row++) {
    uint32_t equal = 0, unequal = 0;
    for (int round = 0; round < 10; round++) {
      char servers[400], other[400];
      make_list(&seed, round % 2, servers);
      make_list(&seed, round % 4 > 1, other);
      compare_rings(profile, servers, other, &equal, &unequal);
      char *middle = strchr(servers, ' ');
      if (!middle) continue; /* the same servers in another order */
      snprintf(other, sizeof other, "%s %.*s", middle + 1, (int)(middle - servers), servers);
      compare_rings(profile, servers, other, &equal, &unequal);
    }
    if (!unequal) fail_msg("%s: nothing compared", profile);
    all_equal += equal;
  }
  assert_true(all_equal > 40);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sha256_is_that_of_the_standard), cmocka_unit_test(the_text_is_as_documented),
      cmocka_unit_test(spelling_does_not_matter),
      cmocka_unit_test(every_row_has_equal_fingerprints_where_keys_live_alike)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
