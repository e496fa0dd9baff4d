/* Hashes: digests of all lengths, published answers, and the recorded vectors. */
#include <jansson.h>

#include "hash/hash.h"
#include "unit.h"
#include "vectors.h"

static void hex(const uint8_t *bytes, size_t size, char *out) {
  for (size_t i = 0; i < size; i++) sprintf(out + 2 * i, "%02x", bytes[i]);
}

/* The digest of the digests of all texts of 0 to 300 bytes, byte i of text n being 7 i + n;
 * the expected values are those of Python's hashlib and zlib. */
static void digests_of_every_length(void **state) {
  (void)state;
  uint8_t text[301], md5s[301 * 16], sha1s[301 * 20], digest[20];
  uint32_t crcs = 0;
  char shown[41];
  for (size_t n = 0; n <= 300; n++) {
    for (size_t i = 0; i < n; i++) text[i] = (uint8_t)(i * 7 + n);
    polyring__md5(text, n, md5s + 16 * n);
    polyring__sha1(text, n, sha1s + 20 * n);
    crcs = crcs * 31 + polyring__hash_pick(POLYRING__HASH_CRC32, 0, 0)(text, n);
  }
  polyring__md5(md5s, sizeof md5s, digest);
  hex(digest, 16, shown);
  assert_string_equal(shown, "a9cf41e638496a4d8f14abe6ae258128");
  polyring__sha1(sha1s, sizeof sha1s, digest);
  hex(digest, 20, shown);
  assert_string_equal(shown, "e570432b09ac39935ad256f819b381ba3900dbbd");
  assert_int_equal(crcs, 1070540722u);
}

/* Answers that others have published. */
static void published_answers(void **state) {
  (void)state;
  static const struct {
    int hash;
    const char *text;
    uint32_t value;
  } known[] = {{POLYRING__HASH_CRC32, "123456789", 0xCBF43926},
               {POLYRING__HASH_CRC, "123456789", 0x4BF4},
               {POLYRING__HASH_FNV1_32, "foobar", 0x31F0B262},
               {POLYRING__HASH_FNV1A_32, "foobar", 0xBF9CF968},
               {POLYRING__HASH_FNV1_64, "foobar", 0x340D8765A4DDA9C2 & 0xFFFFFFFF},
               {POLYRING__HASH_FNV1A_64, "foobar", 0x85944171F73967E8 & 0xFFFFFFFF},
               {POLYRING__HASH_MURMUR3_32, "", 0},
               {POLYRING__HASH_MURMUR3_32, "hello", 0x248BFA47},
               {POLYRING__HASH_MURMUR3_32, "hello, world", 0x149BBB7F},
               {POLYRING__HASH_ONE_AT_A_TIME, "a", 0xCA2E9442},
               {POLYRING__HASH_JAVA, "hello", 99162322}};
  for (size_t i = 0; i < COUNT(known); i++)
    assert_int_equal(polyring__hash_pick(known[i].hash, POLYRING__UNITS_BYTES, 0)(
                         known[i].text, strlen(known[i].text)),
                     known[i].value);
}

static void check_file(const char *path, json_t *file) {
  char profile[256];
  json_t *test, *order = json_object_get(file, "byte_order");
  size_t i;
  snprintf(profile, sizeof profile,
           "libmemcached/modula,one_server=hashed,hash=%s,sign=%s,text=%s,byte_order=%s",
           text_of(file, "function"), json_is_true(json_object_get(file, "signed")) ? "yes" : "no",
           text_of(file, "text"), order ? json_string_value(order) : "little");
  polyring_ring *ring = ring_of(profile, "a");
  json_array_foreach(json_object_get(file, "cases"), i, test) {
    char key[512], shown[16];
    polyring_placement placement;
    size_t size = key_of(test, key);
    assert_int_equal(polyring_ring_explain(ring, key, size, &placement, NULL), POLYRING_OK);
    snprintf(shown, sizeof shown, "%u", placement.hash);
    if (strcmp(shown, text_of(test, "hash")) != 0)
      fail_msg("%s, %s: %s instead of %s", path, text_of(test, "id"), shown, text_of(test, "hash"));
  }
  assert_true(i > 0);
  polyring_ring_free(ring);
}

static void recorded_vectors(void **state) {
  (void)state;
  assert_true(for_each_vector("hash", check_file) >= 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(digests_of_every_length),
                                     cmocka_unit_test(published_answers),
                                     cmocka_unit_test(recorded_vectors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
