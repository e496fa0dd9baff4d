/* The ring, from within: a profile and servers, made ready for look-ups. */
#ifndef POLYRING__RING_H
#define POLYRING__RING_H

#include "placement/key.h"
#include "placement/label.h"
#include "placement/profile.h"
#include "polyring/ring.h"

enum { POLYRING__POINTS_MAX = 1 << 25 };

/* A server's label in the rendezvous layout, up to the key and after it. */
typedef struct polyring__score_label {
  const uint8_t *text;
  uint16_t size, key_at;
} polyring__score_label;

struct polyring_ring {
  polyring_allocator allocator;
  polyring_profile *profile;
  polyring__columns columns; /* the profile's, "heavy" applied */
  polyring__servers servers;
  uint16_t *alive; /* the servers that are not merged into an earlier one */
  size_t alive_count;
  int plain_weights;
  double total_weight;
  polyring__key_rules key_rules;
  polyring__hash_function *hash;
  polyring__template label, unix_label;

  uint64_t *slot_ends; /* modulo with repeated servers: where the slots of each one end */
  uint64_t slot_count;

  uint32_t *points; /* ring: ascending; of equal points the winner's comes first */
  uint16_t *owners;
  size_t point_count;

  polyring__score_label *score_labels; /* rendezvous: one a server of alive */
  uint8_t *score_text;
  size_t score_text_size;
};

/* Marks the servers that stand earlier in the list too as merged, or refuses them, as the columns
 * say. OK, INVALID_SERVERS or NO_MEMORY. */
polyring_status polyring__duplicates_settle(polyring_ring *ring, polyring_error *error);

/* Each layout's own part of building. OK, INVALID_SERVERS, TOO_LARGE or NO_MEMORY. */
polyring_status polyring__modulo_build(polyring_ring *ring, polyring_error *error);
polyring_status polyring__points_build(polyring_ring *ring, polyring_error *error);
polyring_status polyring__rendezvous_build(polyring_ring *ring, polyring_error *error);

/* The number of labels of a server in the ring layout. */
uint64_t polyring__ring_labels(const polyring_ring *ring, const polyring__server *server);

/* The i-th label of a server as polyring__label_render gives it, and the points it makes. */
size_t polyring__ring_label(const polyring_ring *ring, const polyring__server *server, uint32_t i,
                            uint32_t previous, uint8_t *out);
void polyring__ring_label_points(const polyring_ring *ring, const uint8_t *label, size_t size,
                                 uint32_t words[POLYRING__DIGEST_WORDS]);

/* The label of server that makes this point; its size. */
size_t polyring__ring_label_of_point(const polyring_ring *ring, uint16_t server, uint32_t point,
                                     uint8_t *out);

/* What a hash or a text finds in each layout. */
uint16_t polyring__modulo_find(const polyring_ring *ring, uint32_t hash, uint32_t *slot);
size_t polyring__points_find(const polyring_ring *ring, uint32_t hash);
uint16_t polyring__rendezvous_find(const polyring_ring *ring, polyring__span text, uint32_t *score);
size_t polyring__rendezvous_label(const polyring_ring *ring, size_t i, polyring__span text,
                                  uint8_t *out);

/* The hash of the prepared key, folded. */
static inline uint32_t polyring__ring_hash(const polyring_ring *ring, const polyring__key *key) {
  uint32_t hash = ring->hash(key->text, key->text_size);
  return hash || ring->columns.fold != POLYRING__FOLD_OR_ONE ? hash : 1;
}

/* Whether a key's server is known without hashing it. */
static inline int polyring__ring_is_direct(const polyring_ring *ring) {
  return ring->alive_count == 1 && ring->columns.one_server == POLYRING__ONE_SERVER_DIRECT;
}

#endif
