/* Hashes: all lengths, published and observed answers, words of digests, and the recorded vectors.
 */
#include <jansson.h>

#include "hash/hash.h"
#include "unit.h"
#include "vectors.h"

enum { HASHES = POLYRING__HASH_ZERO + 1 };

static polyring__hasher hasher_of(int hash, polyring__units units, polyring__bits bits) {
  polyring__hasher hasher;
  polyring__hasher_init(&hasher, hash, units, bits, POLYRING__ORDER_LITTLE, 0, 0);
  return hasher;
}

static uint64_t number_of(const polyring__hasher *hasher, const void *text, size_t size) {
  polyring__word word;
  polyring__hash(hasher, text, size, 1, &word);
  assert_true(word.high == 0);
  return word.low;
}

static void hex(const uint8_t *bytes, size_t size, char *out) {
  for (size_t i = 0; i < size; i++) sprintf(out + 2 * i, "%02x", bytes[i]);
}

/* The texts by length: byte i of the text of n bytes is 7 i + n. */
static void fill(uint8_t *text, size_t n) {
  for (size_t i = 0; i < n; i++) text[i] = (uint8_t)(i * 7 + n);
}

/* The digest of the digests of all texts of 0 to 300 bytes, as Python's hashlib gives it. */
static void digests_of_every_length(void **state) {
  (void)state;
  uint8_t text[301], md5s[301 * 16], sha1s[301 * 20], sha384s[301 * 48], digest[20];
  char shown[41];
  for (size_t n = 0; n <= 300; n++) {
    fill(text, n);
    polyring__md5(text, n, md5s + 16 * n);
    polyring__sha1(text, n, sha1s + 20 * n);
    polyring__sha384(text, n, sha384s + 48 * n);
  }
  polyring__md5(md5s, sizeof md5s, digest);
  hex(digest, 16, shown);
  assert_string_equal(shown, "a9cf41e638496a4d8f14abe6ae258128");
  polyring__sha1(sha1s, sizeof sha1s, digest);
  hex(digest, 20, shown);
  assert_string_equal(shown, "e570432b09ac39935ad256f819b381ba3900dbbd");
  polyring__md5(sha384s, sizeof sha384s, digest);
  hex(digest, 16, shown);
  assert_string_equal(shown, "80af1986957a7a71eee4b9d9722eb27d");
}

/* The numbers of all texts of 0 to 2,100 bytes, beyond every border of a block, in one sum. The
 * sums were made with zlib, Python's mmh3, xxhash, siphash24 and spookyhash, and the sources of
 * twemproxy and mcrouter. */
static void numbers_of_every_length(void **state) {
  (void)state;
  const polyring__units bytes = POLYRING__UNITS_BYTES, is_signed = POLYRING__UNITS_SIGNED_BYTES;
  const struct {
    int hash;
    polyring__units units;
    uint64_t seed, sum;
  } known[] = {{POLYRING__HASH_CRC32, bytes, 0, 0x74f971960355b145},
               {POLYRING__HASH_CRC16, bytes, 0, 0xa9eed819742cae2e},
               {POLYRING__HASH_HSIEH, is_signed, 0, 0x83cc260c57941476},
               {POLYRING__HASH_MURMUR3_32, bytes, 0, 0x1189c73c81479d8f},
               {POLYRING__HASH_MURMUR64A, bytes, 0, 0xf25edf838482263b},
               {POLYRING__HASH_EMCACHE, is_signed, 0, 0xf858e6dee38cde93},
               {POLYRING__HASH_EMCACHE, bytes, 0, 0x84cb69e446118793},
               {POLYRING__HASH_SIPHASH13, bytes, 0, 0xc6bcdc7074b870c8},
               {POLYRING__HASH_XXH64, bytes, 0, 0x29aec71bfa5b0c56},
               {POLYRING__HASH_XXH64, bytes, 0x9e3779b97f4a7c15, 0x1a9c3fe71851bedf},
               {POLYRING__HASH_XXH3, bytes, 0, 0x5679813424c284f1},
               {POLYRING__HASH_XXH3, bytes, 0x9e3779b97f4a7c15, 0x3cb33656789611a8}};
  uint8_t buffer[2108];
  uint64_t sums[COUNT(known)] = {0}, spooky = 0;
  for (size_t n = 0; n <= 2100; n++) {
    uint8_t *text = buffer + n % 8; /* no alignment may matter */
    fill(text, n);
    spooky = spooky * 31 + polyring__spooky32(text, n, 0xface2014);
    for (size_t i = 0; i < COUNT(known); i++) {
      polyring__hasher hasher;
      polyring__hasher_init(&hasher, known[i].hash, known[i].units, POLYRING__BITS_64,
                            POLYRING__ORDER_LITTLE, 0, known[i].seed);
      sums[i] = sums[i] * 31 + number_of(&hasher, text, n);
    }
  }
  assert_true(spooky == 0xb01a9bd507fb6b64);
  for (size_t i = 0; i < COUNT(known); i++)
    if (sums[i] != known[i].sum) fail_msg("case %zu: %#jx", i, (uintmax_t)sums[i]);
}

/* Answers that others have published. */
static void published_answers(void **state) {
  (void)state;
  static const struct {
    int hash;
    const char *text;
    uint64_t value;
  } known[] = {{POLYRING__HASH_CRC32, "123456789", 0xCBF43926},
               {POLYRING__HASH_CRC, "123456789", 0x4BF4},
               {POLYRING__HASH_FNV1_32, "foobar", 0x31F0B262},
               {POLYRING__HASH_FNV1A_32, "foobar", 0xBF9CF968},
               {POLYRING__HASH_FNV1_64, "foobar", 0x340D8765A4DDA9C2},
               {POLYRING__HASH_FNV1A_64, "foobar", 0x85944171F73967E8},
               {POLYRING__HASH_MURMUR3_32, "", 0},
               {POLYRING__HASH_MURMUR3_32, "hello", 0x248BFA47},
               {POLYRING__HASH_MURMUR3_32, "hello, world", 0x149BBB7F},
               {POLYRING__HASH_ONE_AT_A_TIME, "a", 0xCA2E9442},
               {POLYRING__HASH_JAVA, "hello", 99162322},
               {POLYRING__HASH_XXH64, "", 0xEF46DB3751D8E999},
               {POLYRING__HASH_XXH64, "a", 0xD24EC4F1A98C6E5B},
               {POLYRING__HASH_XXH3, "", 0x2D06800538D394C2},
               {POLYRING__HASH_XXH3, "a", 0xE6C632B61E964E1F},
               {POLYRING__HASH_DECIMAL, "18446744073709551617", 1},
               {POLYRING__HASH_ZERO, "foobar", 0}};
  for (size_t i = 0; i < COUNT(known); i++) {
    polyring__hasher hasher = hasher_of(known[i].hash, POLYRING__UNITS_BYTES, POLYRING__BITS_64);
    uint64_t value = number_of(&hasher, known[i].text, strlen(known[i].text));
    if (value != known[i].value) fail_msg("%s, case %zu: %#jx", known[i].text, i, (uintmax_t)value);
  }
  assert_true(polyring__hash128to64(0x0123456789abcdef, 0xfedcba9876543210) == 0x667ed044b87db1d5);
}

/* What xmemcached 2.4.9 and gwhalin's client 3.0.2 gave for three strings: ASCII, ASCII of which
 * lua leaves out characters, and 16-bit characters, just so many that its sign comes to matter. */
static void hashes_of_characters(void **state) {
  (void)state;
  static const struct {
    int hash;
    uint64_t values[3];
  } known[] = {{POLYRING__HASH_MYSQL, {4091412134, 1704430934, 611487075}},
               {POLYRING__HASH_ELF, {114710658, 152348320, 17918450}},
               {POLYRING__HASH_RS, {889896703, 1645551362, 511135143}},
               {POLYRING__HASH_LUA, {2573870209, 3032289519, 3029347295}},
               {POLYRING__HASH_JAVA33, {4127546361, 4489732501015318340, 13613732272012777129u}}};
  static const size_t counts[] = {6, 100, 31};
  for (size_t t = 0; t < COUNT(counts); t++) {
    uint8_t text[200];
    for (unsigned i = 0; i < counts[t]; i++) {
      const unsigned units[] = {(uint8_t) "foobar"[i % 6], 33 + i * 7 % 90,
                                0x20ac + i * 997 % 0x8000};
      text[2 * i] = (uint8_t)units[t];
      text[2 * i + 1] = (uint8_t)(units[t] >> 8);
    }
    for (size_t i = 0; i < COUNT(known); i++) {
      polyring__hasher hasher = hasher_of(known[i].hash, POLYRING__UNITS_UTF16, POLYRING__BITS_64);
      assert_true(number_of(&hasher, text, 2 * counts[t]) == known[i].values[t]);
    }
  }
}

/* Of one byte from 0x80 up, by hand. */
static void signs(void **state) {
  (void)state;
  static const struct {
    int hash;
    polyring__units units;
    uint64_t value;
  } known[] = {{POLYRING__HASH_JAVA33, POLYRING__UNITS_BYTES, 0xc3},
               {POLYRING__HASH_JAVA33, POLYRING__UNITS_SIGNED_BYTES, 0xffffffffffffffc3},
               {POLYRING__HASH_JAVA, POLYRING__UNITS_SIGNED_BYTES, 0xffffffc3},
               {POLYRING__HASH_FNV1_64, POLYRING__UNITS_BYTES, 0xc3},
               {POLYRING__HASH_FNV1_64, POLYRING__UNITS_SIGNED_BYTES, 0xffffffffffffffc3},
               {POLYRING__HASH_FNV1_32, POLYRING__UNITS_SIGNED_BYTES, 0xffffffc3}};
  for (size_t i = 0; i < COUNT(known); i++) {
    polyring__hasher hasher;
    polyring__hasher_init(&hasher, known[i].hash, known[i].units, POLYRING__BITS_64,
                          POLYRING__ORDER_LITTLE, 1, 0);
    assert_true(number_of(&hasher, "\xc3", 1) == known[i].value);
  }
}

/* The MD5 of "foobar" is 3858f622 30ac3c91 5f300c66 4312c63f, its SHA-1 begins 8843d7f9 2416211d.
 */
static void words_of_digests(void **state) {
  (void)state;
  static const struct {
    int hash;
    polyring__bits bits;
    polyring__byte_order order;
    unsigned words, which;
    uint64_t high, low;
  } known[] = {
      {POLYRING__HASH_MD5, POLYRING__BITS_32, POLYRING__ORDER_LITTLE, 4, 1, 0, 0x913cac30},
      {POLYRING__HASH_MD5, POLYRING__BITS_32, POLYRING__ORDER_BIG, 4, 3, 0, 0x4312c63f},
      {POLYRING__HASH_MD5, POLYRING__BITS_64, POLYRING__ORDER_LITTLE, 2, 0, 0, 0x913cac3022f65838},
      {POLYRING__HASH_MD5, POLYRING__BITS_64, POLYRING__ORDER_BIG, 2, 1, 0, 0x5f300c664312c63f},
      {POLYRING__HASH_MD5, POLYRING__BITS_128, POLYRING__ORDER_LITTLE, 1, 0, 0x3fc61243660c305f,
       0x913cac3022f65838},
      {POLYRING__HASH_MD5, POLYRING__BITS_128, POLYRING__ORDER_BIG, 1, 0, 0x3858f62230ac3c91,
       0x5f300c664312c63f},
      {POLYRING__HASH_MD5, POLYRING__BITS_128, POLYRING__ORDER_HALVES, 1, 0, 0x913cac3022f65838,
       0x3fc61243660c305f},
      {POLYRING__HASH_SHA1, POLYRING__BITS_32, POLYRING__ORDER_LITTLE, 5, 0, 0, 0xf9d74388},
      {POLYRING__HASH_SHA1, POLYRING__BITS_64, POLYRING__ORDER_BIG, 2, 0, 0, 0x8843d7f92416211d},
      {POLYRING__HASH_SHA384, POLYRING__BITS_32, POLYRING__ORDER_LITTLE, 12, 0, 0, 0xd9309c3c},
      {POLYRING__HASH_SHA384, POLYRING__BITS_32, POLYRING__ORDER_BIG, 12, 11, 0, 0xf93ecf06}};
  for (size_t i = 0; i < COUNT(known); i++) {
    polyring__hasher hasher;
    polyring__word words[POLYRING__HASH_WORDS];
    polyring__hasher_init(&hasher, known[i].hash, POLYRING__UNITS_BYTES, known[i].bits,
                          known[i].order, 0, 0);
    assert_int_equal(polyring__hash_words(known[i].hash, known[i].bits), known[i].words);
    polyring__hash(&hasher, "foobar", 6, known[i].words, words);
    assert_true(words[known[i].which].high == known[i].high);
    assert_true(words[known[i].which].low == known[i].low);
  }
}

/* A number of 64 bits has two words of 32, one of 32 bits has one; a wider word holds it all. */
static void words_of_numbers(void **state) {
  (void)state;
  polyring__word words[2];
  polyring__hasher hasher =
      hasher_of(POLYRING__HASH_FNV1A_64, POLYRING__UNITS_BYTES, POLYRING__BITS_32);
  assert_int_equal(polyring__hash_words(POLYRING__HASH_FNV1A_64, POLYRING__BITS_32), 2);
  assert_int_equal(polyring__hash_words(POLYRING__HASH_FNV1A_64, POLYRING__BITS_64), 1);
  assert_int_equal(polyring__hash_words(POLYRING__HASH_FNV1A_64, POLYRING__BITS_128), 1);
  assert_int_equal(polyring__hash_words(POLYRING__HASH_CRC32, POLYRING__BITS_32), 1);
  assert_int_equal(polyring__hash_words(POLYRING__HASH_CRC32, POLYRING__BITS_64), 1);
  polyring__hash(&hasher, "foobar", 6, 2, words);
  assert_true(words[0].low == 0xF73967E8 && words[1].low == 0x85944171);
}

/* The fast path gives what the first word has, for every function and every setting. */
static void the_fast_path(void **state) {
  (void)state;
  static const char text[] = "Z\xc3\xbcrich-\xe2\x82\xac-0123456789";
  for (int setting = 0; setting < HASHES * 3 * 3 * 3 * 2; setting++) {
    polyring__hasher hasher;
    polyring__word words[POLYRING__HASH_WORDS];
    int hash = setting % HASHES, rest = setting / HASHES;
    polyring__hasher_init(&hasher, hash, (polyring__units)(rest % 3),
                          (polyring__bits)(rest / 3 % 3), (polyring__byte_order)(rest / 9 % 3),
                          rest / 27, 0xfeed);
    unsigned count = polyring__hash_words(hash, hasher.bits);
    assert_in_range(count, 1, POLYRING__HASH_WORDS);
    polyring__hash(&hasher, text, sizeof text - 1, count, words);
    assert_int_equal(polyring__hash32(&hasher, text, sizeof text - 1), (uint32_t)words[0].low);
    for (unsigned i = 0; i < count; i++)
      assert_true(hasher.bits == POLYRING__BITS_32
                      ? !words[i].high && words[i].low <= UINT32_MAX
                      : hasher.bits > POLYRING__BITS_64 || !words[i].high);
  }
}

/* Whom start_zero and the seed concern, and nobody else. */
static void settings_of_some(void **state) {
  (void)state;
  for (int hash = 0; hash < HASHES; hash++) {
    int is_fnv = hash >= POLYRING__HASH_FNV1_64 && hash <= POLYRING__HASH_FNV1A_32;
    int has_seed = hash == POLYRING__HASH_XXH64 || hash == POLYRING__HASH_XXH3;
    polyring__hasher plain = hasher_of(hash, POLYRING__UNITS_BYTES, POLYRING__BITS_32);
    polyring__hasher zero, seeded;
    polyring__hasher_init(&zero, hash, 0, POLYRING__BITS_32, 0, 1, 0);
    polyring__hasher_init(&seeded, hash, 0, POLYRING__BITS_32, 0, 0, 1);
    uint32_t value = polyring__hash32(&plain, "1", 1);
    assert_int_equal(polyring__hash32(&zero, "1", 1) != value, is_fnv);
    assert_int_equal(polyring__hash32(&seeded, "1", 1) != value, has_seed);
    if (is_fnv) assert_int_equal(polyring__hash32(&zero, "", 0), 0);
  }
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
    char key[KEY_ROOM], shown[POLYRING_NUMBER_SIZE];
    polyring_placement placement;
    size_t size = key_of(test, key);
    assert_int_equal(polyring_ring_explain(ring, key, size, &placement, NULL), POLYRING_OK);
    polyring_number_print(placement.hash, shown);
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
                                     cmocka_unit_test(numbers_of_every_length),
                                     cmocka_unit_test(published_answers),
                                     cmocka_unit_test(hashes_of_characters),
                                     cmocka_unit_test(signs),
                                     cmocka_unit_test(words_of_digests),
                                     cmocka_unit_test(words_of_numbers),
                                     cmocka_unit_test(the_fast_path),
                                     cmocka_unit_test(settings_of_some),
                                     cmocka_unit_test(recorded_vectors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
