/* Many keys at once against one at a time, in each number of lanes: POLYRING_LANES chooses. */
#define _DEFAULT_SOURCE /* mmap */
#include <sys/mman.h>
#include <unistd.h>

#include "hash/md5_lanes.h"
#include "placement/ring.h"
#include "unit.h"
#include "vectors.h"

enum { SKIPPED = 77, KEYS_MAX = 5000, ROOM = 1 << 19 };

/* What stands in the results before, and behind them afterwards. */
static const uint16_t no_index = 0x5eed;
static const polyring_status no_status = POLYRING_TOO_LARGE;

typedef struct batch {
  uint8_t *page; /* ROOM bytes, then one that may not be touched */
  uint8_t *keys; /* they end where the page does */
  uint32_t ends[KEYS_MAX];
  size_t count;
} batch;

static batch keys;
static uint64_t seed = 1;

static uint32_t random_below(uint32_t limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((seed >> 32) * limit >> 32);
}

static void compare(const char *name, const polyring_ring *ring) {
  static uint16_t indexes[KEYS_MAX + 1];
  static polyring_status statuses[KEYS_MAX + 1];
  int refused = 0;
  uint32_t start = 0;
  for (size_t i = 0; i <= keys.count; i++) indexes[i] = no_index, statuses[i] = no_status;
  polyring_status whole =
      polyring_ring_locate_many(ring, keys.keys, keys.ends, keys.count, indexes, statuses);
  for (size_t i = 0; i < keys.count; start = keys.ends[i++]) {
    int32_t at = polyring_ring_locate(ring, keys.keys + start, keys.ends[i] - start);
    refused += at < 0;
    uint16_t index = at < 0 ? POLYRING_NO_SERVER : (uint16_t)at;
    if (indexes[i] != index || statuses[i] != (at < 0 ? (polyring_status)at : POLYRING_OK))
      fail_msg("%s: key %zu of %zu: server %u and status %d, alone %d", name, i, keys.count,
               indexes[i], (int)statuses[i], (int)at);
  }
  assert_int_equal(whole, refused ? POLYRING_PARTIAL : POLYRING_OK);
  assert_int_equal(indexes[keys.count], no_index);
  assert_int_equal(statuses[keys.count], no_status);
  assert_int_equal(polyring_ring_locate_many(ring, keys.keys, keys.ends, keys.count, indexes, NULL),
                   whole);
}

/* One key of each sort: plain, empty, too long, huge, with bytes that some rows refuse. */
static size_t write_key(uint8_t *out, int strange) {
  size_t size = 1 + random_below(60);
  int sort = random_below(100) < (uint32_t)strange ? (int)random_below(6) : 6;
  if (sort == 0) return 0;
  if (sort == 1) size = 245 + random_below(12);
  if (sort == 2) size = 900 + random_below(300);
  for (size_t i = 0; i < size; i++) out[i] = (uint8_t)('0' + random_below(10));
  if (sort == 3) out[random_below((uint32_t)size)] = (uint8_t)random_below(256);
  if (sort == 4) out[size - 1] = ' ';
  if (sort == 5 && size > 4) memcpy(out + random_below((uint32_t)size - 3), "\xc3\xbc", 2);
  return size;
}

static void write_keys(size_t count, int strange) {
  static uint8_t text[ROOM];
  uint32_t end = 0;
  for (keys.count = 0; keys.count < count && end + 1300 < ROOM; keys.count++)
    keys.ends[keys.count] = end += (uint32_t)write_key(text + end, strange);
  keys.keys = keys.page + ROOM - end;
  memcpy(keys.keys, text, end);
}

/* Some rows refuse weights, some need them. */
static polyring_ring *ring_of_row(const char *name) {
  static const char light[] = "a=mc1/127.0.0.1:11211 b=mc2/127.0.0.2:11212 c=mc3/[::1]:11213";
  polyring_ring *ring;
  if (polyring_ring_new(NULL, name, strlen(name), light, strlen(light), &ring, NULL) >= 0)
    return ring;
  return ring_of(name, "a=mc1/127.0.0.1:1:1 b=mc2/127.0.0.2:2:1 c=mc3/[::1]:3:1");
}

static void every_row(void **state) {
  (void)state;
  const char *name;
  for (size_t row = 0; (name = polyring_profile_name_at(row)); row++) {
    polyring_ring *ring = ring_of_row(name);
    for (size_t count = 0; count < 70; count += 1 + count / 8) {
      write_keys(count, 5);
      compare(name, ring);
    }
    for (int strange = 0; strange < 100; strange += 30) {
      write_keys(1500, strange);
      compare(name, ring);
    }
    polyring_ring_free(ring);
  }
}

/* What the rows do not combine. */
static void other_columns(void **state) {
  (void)state;
  static const char *const profiles[] = {"ketama,refuse=30+35-36",
                                         "ketama,text=utf8,refuse=39",
                                         "ketama,search=above",
                                         "ketama,search=floor",
                                         "ketama,search=ceil_or_last",
                                         "ketama,point_order=signed",
                                         "ketama,fold=middle_or_one",
                                         "ketama,fold=slots,slots=7",
                                         "ketama,byte_order=big",
                                         "ketama,bits=64,words=2",
                                         "ketama,hash=zero",
                                         "libmemcached/modula,hash=md5",
                                         "memcached-proxy/jump,hash=md5,bits=32",
                                         "libvbucket/vbucket,hash=md5,fold=low31"};
  for (size_t p = 0; p < COUNT(profiles); p++)
    for (int one = 0; one < 2; one++) {
      polyring_ring *ring = ring_of(profiles[p], one ? "a" : "a b c d e");
      for (int strange = 0; strange < 100; strange += 30) {
        write_keys(one ? 50 : 2500, strange);
        compare(profiles[p], ring);
      }
      polyring_ring_free(ring);
    }
}

/* The points of each server are those that its labels make one by one. */
static void points_of_labels(void **state) {
  (void)state;
  const char *name;
  for (size_t row = 0; (name = polyring_profile_name_at(row)); row++) {
    polyring_ring *ring = ring_of_row(name);
    size_t found = 0;
    for (size_t place = 0; ring->point_count && place < ring->alive_count; place++) {
      polyring__label_walk walk;
      polyring__label_walk_init(&walk, ring, place);
      while (polyring__label_walk_next(&walk) > 0) {
        polyring__label_walk_hash(&walk);
        for (uint32_t w = 0; w < ring->columns.words; w++, found++) {
          polyring__word point = polyring__point_order(&ring->columns, walk.words[w]);
          size_t at = polyring__points_rank(ring, point, 0);
          while (at < ring->point_count && ring->owners[at] != ring->alive[place]) at++;
          if (at == ring->point_count ||
              polyring__wide_compare(polyring__point_at(ring, at), point) != 0)
            fail_msg("%s: a point of server %u is not in the ring", name, ring->alive[place]);
        }
      }
    }
    assert_int_equal(found, ring->point_count);
    polyring_ring_free(ring);
  }
}

static void check_vectors(const char *path, json_t *file) {
  static char list[16384];
  static uint8_t text[ROOM];
  json_t *server, *test;
  size_t i;
  uint32_t end = 0;
  list[0] = '\0';
  json_array_foreach(json_object_get(file, "servers"), i, server)
      strcat(strcat(list, json_string_value(server)), " ");
  polyring_ring *ring = ring_of(text_of(file, "profile"), list);
  keys.count = 0;
  json_array_foreach(json_object_get(file, "cases"), i, test) keys.ends[keys.count++] = end +=
      (uint32_t)key_of(test, (char *)text + end);
  keys.keys = keys.page + ROOM - end;
  memcpy(keys.keys, text, end);
  compare(path, ring);
  uint16_t indexes[KEYS_MAX];
  polyring_ring_locate_many(ring, keys.keys, keys.ends, keys.count, indexes, NULL);
  json_array_foreach(json_object_get(file, "cases"), i, test) {
    json_t *at = json_object_get(test, "at");
    if (indexes[i] != POLYRING_NO_SERVER && json_is_integer(at))
      assert_int_equal(indexes[i], json_integer_value(at));
  }
  polyring_ring_free(ring);
}

static void recorded_placements(void **state) {
  (void)state;
  assert_true(for_each_vector("placement", check_vectors) >= 10);
}

static int set_up(void **state) {
  (void)state;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  keys.page = mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return keys.page == MAP_FAILED || mprotect(keys.page + ROOM, page, PROT_NONE) ? -1 : 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_row), cmocka_unit_test(other_columns),
                                     cmocka_unit_test(points_of_labels),
                                     cmocka_unit_test(recorded_placements)};
  int wanted = polyring__lanes_wanted();
  if (wanted && wanted != polyring__lanes()) {
    printf("this machine has no vectors of %d lanes\n", wanted);
    return SKIPPED;
  }
  return cmocka_run_group_tests(tests, set_up, NULL);
}
