/* MD5 in 4, 8 and 16 lanes against the scalar function. The texts stand between pages that may not
 * be touched, once right behind the one and once right before the other. */
#define _DEFAULT_SOURCE /* mmap, setenv */
#include <sys/mman.h>
#include <unistd.h>

#include "hash/hash.h"
#include "hash/md5_lanes.h"
#include "unit.h"

enum { COUNT_MAX = 1200, ROOM = 1 << 19, UNTOUCHED = 0x5eed };

typedef struct fixture {
  uint8_t *page; /* the first byte that may be touched; ROOM bytes from there */
  uint8_t texts[ROOM];
  uint32_t ends[COUNT_MAX], out[COUNT_MAX * 4 + 1];
  uint64_t random;
} fixture;

static uint32_t random_below(fixture *f, uint32_t limit) {
  f->random = f->random * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((f->random >> 32) * limit >> 32);
}

static void compare(fixture *f, int lanes, const uint8_t *bytes, size_t count, unsigned words) {
  uint32_t start = 0;
  for (size_t i = 0; i <= count * words; i++) f->out[i] = UNTOUCHED;
  polyring__md5_many(lanes, bytes, f->ends, count, words, f->out);
  assert_int_equal(f->out[count * words], UNTOUCHED);
  for (size_t i = 0; i < count; i++) {
    uint8_t digest[16];
    polyring__md5(bytes + start, f->ends[i] - start, digest);
    for (unsigned w = 0; w < words; w++)
      if (f->out[i * words + w] != polyring__little32(digest + 4 * w))
        fail_msg("%d lanes, text %zu of %zu, %u bytes: word %u of %u is wrong", lanes, i, count,
                 f->ends[i] - start, w, words);
    start = f->ends[i];
  }
}

static void compare_at_both_ends(fixture *f, int lanes, size_t count) {
  size_t size = count ? f->ends[count - 1] : 0;
  uint8_t *last = f->page + ROOM - size;
  for (unsigned words = 1; words <= 4; words++) {
    memcpy(last, f->texts, size);
    compare(f, lanes, last, count, words);
    memcpy(f->page, f->texts, size);
    compare(f, lanes, f->page, count, words);
  }
}

/* Lengths from first on, one more each, `each` texts of every length. */
static void lengths(fixture *f, int lanes, uint32_t first, size_t each, size_t count) {
  uint32_t end = 0;
  for (size_t i = 0; i < count; i++) f->ends[i] = end += first + (uint32_t)(i / each);
  compare_at_both_ends(f, lanes, count);
}

/* A whole batch of texts of one length, then a last one that leaves so much room to read. */
static void batch_and_rest(fixture *f, int lanes, uint32_t length, uint32_t rest) {
  uint32_t end = 0;
  size_t count = 0;
  while (count < 32) f->ends[count++] = end += length;
  f->ends[count++] = end + rest;
  compare_at_both_ends(f, lanes, count);
}

static void mixture(fixture *f, int lanes) {
  static const uint32_t limits[] = {24, 56, 57, 65, 251, 1024, 1100};
  uint32_t end = 0, limit = limits[random_below(f, COUNT(limits))];
  size_t count = random_below(f, 100);
  for (size_t i = 0; i < count; i++)
    f->ends[i] = end += random_below(f, random_below(f, 20) ? limit : 1100);
  compare_at_both_ends(f, lanes, count);
}

static void in_lanes(fixture *f, int lanes) {
  char text[8];
  snprintf(text, sizeof text, "%d", lanes);
  setenv("POLYRING_LANES", text, 1);
  assert_int_equal(polyring__lanes_wanted(), lanes);
  if (polyring__lanes() != lanes) {
    print_message("this machine has no vectors of %d lanes\n", lanes);
    skip();
  }
  for (size_t count = 0; count <= 70; count++) lengths(f, lanes, 20, COUNT_MAX, count);
  lengths(f, lanes, 0, 1, 301);
  for (uint32_t length = 0; length <= 300; length++) lengths(f, lanes, length, 35, 40);
  for (uint32_t rest = 0; rest <= 64; rest++) batch_and_rest(f, lanes, rest < 56 ? 55 : 0, rest);
  for (uint32_t rest = 0; rest <= 64; rest++) batch_and_rest(f, lanes, 64, rest);
  for (int round = 0; round < 500; round++) mixture(f, lanes);
}

static void four_lanes(void **state) { in_lanes(*state, 4); }
static void eight_lanes(void **state) { in_lanes(*state, 8); }
static void sixteen_lanes(void **state) { in_lanes(*state, 16); }

static void what_is_wanted(void **state) {
  (void)state;
  unsetenv("POLYRING_LANES");
  assert_int_equal(polyring__lanes_wanted(), 0);
  int most = polyring__lanes();
  assert_true(most == 4 || most == 8 || most == 16);
  static const char *const nothing[] = {"", "0", "5", "32", "-4", "four", "4x", "16 "};
  for (size_t i = 0; i < COUNT(nothing); i++) {
    setenv("POLYRING_LANES", nothing[i], 1);
    assert_int_equal(polyring__lanes_wanted(), 0);
    assert_int_equal(polyring__lanes(), most);
  }
  setenv("POLYRING_LANES", "4", 1);
  assert_int_equal(polyring__lanes(), 4);
}

static int set_up(void **state) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  fixture *f = calloc(1, sizeof *f);
  if (!f) return -1;
  uint8_t *at = mmap(NULL, ROOM + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED || mprotect(at + page, ROOM, PROT_READ | PROT_WRITE)) return -1;
  f->page = at + page;
  f->random = 1;
  for (size_t i = 0; i < ROOM; i++) f->texts[i] = (uint8_t)random_below(f, 256);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  munmap(f->page - page, ROOM + 2 * page);
  free(f);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_wanted), cmocka_unit_test(four_lanes),
                                     cmocka_unit_test(eight_lanes),
                                     cmocka_unit_test(sixteen_lanes)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
