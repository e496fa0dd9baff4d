#include "sent.h"

#include <stdlib.h>

void sent_key(const polyring_ring *ring, const uint8_t *key, size_t size, struct sent *sent) {
  sent->bytes = key;
  sent->size = size;
  sent->accepted =
      !ring || polyring_ring_explain(ring, key, size, &sent->placement, NULL) == POLYRING_OK;
  if (!ring || !sent->accepted) return;
  sent->bytes = sent->placement.sent_key;
  sent->size = sent->placement.sent_key_size;
}

size_t sent_rounds(const polyring_ring *ring, const struct keys *keys, size_t *rounds) {
  struct keys seen = {0};
  size_t *counts = zeroed(keys->count, sizeof *counts), most = 1;
  struct sent sent;
  for (size_t i = 0; i < keys->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(keys, i, &size);
    sent_key(ring, key, size, &sent);
    rounds[i] = counts[keys_add(&seen, sent.bytes, sent.size)]++;
    if (rounds[i] >= most) most = rounds[i] + 1;
  }
  keys_done(&seen);
  free(counts);
  return most;
}
