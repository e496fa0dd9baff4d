#include "failover/candidate.h"

polyring_status polyring__candidate_scores(const polyring_ring *ring, polyring_ring **scores,
                                           polyring_error *error) {
  static const char row[] =
      "polyring/rendezvous,duplicates=merged,weights=ignored,"
      "zero_weight=one";
  polyring_profile *profile;
  *scores = NULL;
  if (ring->columns.layout == POLYRING__LAYOUT_RING ||
      ring->columns.layout == POLYRING__LAYOUT_RENDEZVOUS)
    return POLYRING_OK;
  polyring_status status =
      polyring_profile_new(&ring->allocator, row, sizeof row - 1, &profile, error);
  if (status < 0) return status;
  status = polyring_ring_follow(ring, profile, scores, error);
  polyring_profile_free(profile);
  return status;
}

static int same_point(const polyring_ring *ring, size_t a, size_t b) {
  return polyring__wide_compare(polyring__point_at(ring, a), polyring__point_at(ring, b)) == 0;
}

/* The server of a point, which is the first of its equals: the winner, else the first of the list.
 */
static uint16_t living_owner(const polyring_ring *ring, size_t first, const polyring__dead *dead) {
  uint16_t found = POLYRING_NO_SERVER;
  if (!dead->of[ring->owners[first]]) return ring->owners[first];
  for (size_t i = first + 1; i < ring->point_count && same_point(ring, i, first); i++)
    if (!dead->of[ring->owners[i]] && ring->owners[i] < found) found = ring->owners[i];
  return found;
}

/* The first point behind its equals, or the first of those before it. */
static size_t step(const polyring_ring *ring, size_t at, int backwards) {
  size_t count = ring->point_count;
  if (backwards) {
    at = (at ? at : count) - 1;
    while (at && same_point(ring, at - 1, at)) at--;
    return at;
  }
  for (size_t first = at++; at < count && same_point(ring, at, first);) at++;
  return at == count ? 0 : at;
}

static uint16_t next_point(const polyring_ring *ring, const polyring__key *key,
                           const polyring__dead *dead) {
  size_t start = polyring__points_find(ring, polyring__ring_hash(ring, key)), at = start;
  int backwards = ring->columns.search == POLYRING__SEARCH_FLOOR;
  do {
    uint16_t found = living_owner(ring, at, dead);
    if (found != POLYRING_NO_SERVER) return found;
    at = step(ring, at, backwards);
  } while (at != start);
  return POLYRING_NO_SERVER;
}

uint16_t polyring__candidate_next(const polyring_ring *ring, const polyring_ring *scores,
                                  const polyring__key *key, const polyring__dead *dead) {
  polyring__span text = {(const char *)key->text, key->text_size};
  if (ring->columns.layout == POLYRING__LAYOUT_RING && !polyring__ring_is_direct(ring))
    return next_point(ring, key, dead);
  return polyring__rendezvous_find(scores ? scores : ring, text, dead->of, NULL, NULL);
}
