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

static uint16_t next_point(const polyring_ring *ring, const polyring__key *key,
                           const polyring__dead *dead) {
  size_t at = polyring__points_find(ring, polyring__ring_hash(ring, key));
  int backwards = ring->columns.search == POLYRING__SEARCH_FLOOR;
  for (size_t i = 0; i < ring->point_count; i++) {
    if (!dead->of[ring->owners[at]]) return ring->owners[at];
    if (backwards)
      at = (at ? at : ring->point_count) - 1;
    else
      at = at + 1 == ring->point_count ? 0 : at + 1;
  }
  return POLYRING_NO_SERVER;
}

uint16_t polyring__candidate_next(const polyring_ring *ring, const polyring_ring *scores,
                                  const polyring__key *key, const polyring__dead *dead) {
  polyring__span text = {(const char *)key->text, key->text_size};
  if (ring->columns.layout == POLYRING__LAYOUT_RING && !polyring__ring_is_direct(ring))
    return next_point(ring, key, dead);
  return polyring__rendezvous_find(scores ? scores : ring, text, dead->of, NULL, NULL);
}
