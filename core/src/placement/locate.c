/* From keys to servers. */
#include "hash/md5_lanes.h"
#include "placement/ring.h"

/* What a folded hash finds. */
static inline uint16_t find(const polyring_ring *ring, polyring__word hash) {
  uint64_t ignored;
  switch (ring->columns.layout) {
    case POLYRING__LAYOUT_RING:
      return ring->owners[polyring__points_find(ring, hash)];
    case POLYRING__LAYOUT_JUMP:
      return polyring__jump_find(ring, hash.low, &ignored);
    case POLYRING__LAYOUT_BUCKETS:
      return polyring__buckets_find(ring, hash.low, &ignored);
    default:
      return polyring__modulo_find(ring, hash.low, &ignored);
  }
}

uint16_t polyring__ring_find(const polyring_ring *ring, polyring__word hash) {
  return find(ring, hash);
}

int32_t polyring_ring_locate(const polyring_ring *ring, const void *key, size_t key_size) {
  polyring__key prepared;
  polyring_status status = polyring__key_prepare(&ring->key_rules, key, key_size, &prepared, NULL);
  if (status < 0) return status;
  if (polyring__ring_is_direct(ring)) return ring->alive[0];
  polyring__span text = {(const char *)prepared.text, prepared.text_size};
  uint64_t ignored;
  switch (ring->columns.layout) {
    case POLYRING__LAYOUT_RENDEZVOUS:
      return polyring__rendezvous_find(ring, text, NULL, NULL, NULL);
    case POLYRING__LAYOUT_FURC:
      return polyring__furc_find(ring, text, &ignored);
    default:
      return find(ring, polyring__ring_hash(ring, &prepared));
  }
}

enum {
  GROUP = 1024, /* keys that are hashed before the next ones are looked at */
  LONELY = 2,   /* keys that are sooner hashed one by one */
  FEW = 8       /* keys for which the fewest lanes do */
};

/* Whether keys are hashed where they lie, many at a time. */
static int is_hashed_in_lanes(const polyring_ring *ring) {
  return ring->key_rules.as_is && polyring__md5_many_serves(&ring->hasher) &&
         ring->columns.layout != POLYRING__LAYOUT_RENDEZVOUS && !polyring__ring_is_direct(ring);
}

/* Many keys, and where their servers go. */
typedef struct batch {
  const polyring_ring *ring;
  const uint8_t *keys;
  const uint32_t *ends;
  uint16_t *indexes;
  polyring_status *statuses; /* or NULL */
  polyring_status whole;
} batch;

static uint32_t start_of(const batch *all, size_t i) { return i ? all->ends[i - 1] : 0; }

static void answer(batch *all, size_t i, int32_t at) {
  all->indexes[i] = at < 0 ? POLYRING_NO_SERVER : (uint16_t)at;
  if (at < 0) all->whole = POLYRING_PARTIAL;
  if (all->statuses) all->statuses[i] = at < 0 ? (polyring_status)at : POLYRING_OK;
}

static void locate_one(batch *all, size_t i) {
  uint32_t start = start_of(all, i);
  answer(all, i, polyring_ring_locate(all->ring, all->keys + start, all->ends[i] - start));
}

static int32_t find_hashed(const batch *all, uint32_t start, uint32_t end, uint32_t hash) {
  const polyring_ring *ring = all->ring;
  const polyring__key_rules *rules = &ring->key_rules;
  polyring__word word = {0, hash};
  if (start == end || rules->refuses || rules->text) {
    polyring__key prepared;
    polyring_status status =
        polyring__key_prepare(rules, all->keys + start, end - start, &prepared, NULL);
    if (status < 0) return status;
  }
  if (ring->columns.fold) word.low = polyring__fold(&ring->columns, hash);
  return find(ring, word);
}

/* Whether no key that is short enough is refused, and a hash is searched among the points as is. */
static int is_plain(const polyring_ring *ring) {
  const polyring__columns *columns = &ring->columns;
  return ring->points && columns->search == POLYRING__SEARCH_CEIL && !columns->fold &&
         !columns->point_order && !ring->key_rules.refuses && !ring->key_rules.text;
}

/* What the loop reads lies in variables of its own: for all that the compiler knows, an answer
 * might be written over the ring. */
static void find_plain(batch *all, size_t first, size_t count, const uint32_t *hashes) {
  const uint32_t *points = all->ring->points, *ends = all->ends + first;
  const uint16_t *owners = all->ring->owners;
  const polyring__index index = all->ring->index;
  size_t point_count = all->ring->point_count;
  uint32_t start = start_of(all, first);
  for (size_t i = 0; i < count; start = ends[i++]) {
    size_t at = polyring__index_rank(&index, points, hashes[i]);
    uint16_t server = owners[at == point_count ? 0 : at];
    answer(all, first + i, start < ends[i] ? server : POLYRING_INVALID_KEY);
  }
}

/* Hashes the keys from first on, up to one that is too long, and finds their servers. A key that
 * will be refused takes part: its hash means nothing, but its ends are right. Returns how many keys
 * these were. */
static size_t locate_group(batch *all, size_t first, size_t count) {
  uint32_t ends[GROUP], hashes[GROUP], begin = start_of(all, first), start = begin;
  const uint32_t *their_ends = all->ends + first;
  size_t n = 0;
  for (; n < count && n < GROUP && their_ends[n] - start <= POLYRING_KEY_MAX; n++) {
    start = their_ends[n];
    ends[n] = start - begin;
  }
  if (n <= LONELY) return 0;
  polyring__md5_many(n <= FEW ? 4 : all->ring->lanes, all->keys + begin, ends, n, 1, hashes);
  if (is_plain(all->ring)) {
    find_plain(all, first, n, hashes);
    return n;
  }
  start = begin;
  for (size_t i = 0; i < n; start = their_ends[i++])
    answer(all, first + i, find_hashed(all, start, their_ends[i], hashes[i]));
  return n;
}

polyring_status polyring_ring_locate_many(const polyring_ring *ring, const void *keys,
                                          const uint32_t *ends, size_t count, uint16_t *indexes,
                                          polyring_status *statuses) {
  batch all = {ring, keys, ends, indexes, statuses, POLYRING_OK};
  for (size_t i = 1; i < count; i++)
    if (ends[i] < ends[i - 1]) return POLYRING_INVALID_ARGUMENT;
  int in_lanes = is_hashed_in_lanes(ring);
  for (size_t i = 0; i < count;) {
    size_t done = in_lanes ? locate_group(&all, i, count - i) : 0;
    if (!done) locate_one(&all, i);
    i += done ? done : 1;
  }
  return all.whole;
}
