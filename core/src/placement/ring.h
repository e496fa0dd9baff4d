/* The ring, from within: a profile and servers, made ready for look-ups. */
#ifndef POLYRING__RING_H
#define POLYRING__RING_H

#include "base/wide.h"
#include "placement/index.h"
#include "placement/key.h"
#include "placement/label.h"
#include "placement/profile.h"
#include "polyring/ring.h"

enum { POLYRING__POINTS_MAX = 1 << 25 };

/* A server's label in the rendezvous layout, up to the key and after it. */
typedef struct polyring__score_label {
  const uint8_t *text;
  uint16_t size, key_at;
  uint16_t server; /* its place in alive */
} polyring__score_label;

struct polyring_ring {
  polyring_allocator allocator;
  polyring_profile *profile;
  polyring__columns columns; /* the profile's, "heavy" applied */
  polyring__servers servers;
  uint16_t *alive; /* the servers that are not merged into an earlier one, in effective order */
  size_t alive_count;
  int plain_weights, heavy;
  double total_weight;
  polyring__key_rules key_rules;
  polyring__hasher hasher, point_hasher;
  polyring__template label, next_label, unix_label;

  uint64_t *slot_ends; /* modulo with repeated servers: where the slots of each one end */
  uint64_t slot_count;

  uint16_t *buckets; /* buckets: the server of each */
  size_t bucket_count;

  uint32_t *points;      /* ring: ascending; of equal points the winner comes first */
  polyring__index index; /* of these; points, index and owners lie in one block */
  polyring__word *wide_points; /* instead of these where they have more than 32 bits */
  uint16_t *owners;
  size_t point_count;
  int lanes; /* for MD5 */

  polyring__score_label *score_labels; /* rendezvous: one a server of alive, or more */
  size_t score_count;
  uint8_t *score_text;
  size_t score_text_size;
};

/* The steps of building a ring: an empty one (NULL: no memory), which then gets its servers and
 * profile; what concerns the servers alone; the layout. A ring is freed the same way after each. */
polyring_ring *polyring__ring_begin(const polyring_allocator *memory, polyring_error *error);
polyring_status polyring__ring_settle(polyring_ring *ring, polyring_error *error);
polyring_status polyring__ring_lay_out(polyring_ring *ring, polyring_error *error);

/* The ring of those servers that are not dead, which keep their indexes; what depends on all the
 * weights together, such as whether one of them is heavy, stays as it is. OK; INVALID_SERVERS if
 * that leaves nothing to place keys on; NO_MEMORY. */
polyring_status polyring__ring_without(const polyring_ring *ring, const uint8_t *dead,
                                       polyring_ring **rest, polyring_error *error);

/* Lays out a ring that has the servers of another one and one more, or one less: `index`, of the
 * longer list. By merging, if no other server's points change: 1 and its status in *status; 0
 * if that is not so. */
int polyring__points_merge(const polyring_ring *other, polyring_ring *ring, size_t index,
                           polyring_status *status, polyring_error *error);

/* Lays out a ring that has the servers of another one and another profile, by copying, if all points
 * are the same: 1 and its status in *status; 0 if that is not so. */
int polyring__points_copy(const polyring_ring *other, polyring_ring *ring, polyring_status *status,
                          polyring_error *error);

/* Marks the servers that stand earlier in the list too as merged, or refuses them, as the columns
 * say. OK, INVALID_SERVERS or NO_MEMORY. */
polyring_status polyring__duplicates_settle(polyring_ring *ring, polyring_error *error);

/* Brings ring->alive into the effective order. OK, INVALID_SERVERS or NO_MEMORY. */
polyring_status polyring__order_settle(polyring_ring *ring, polyring_error *error);

/* Each layout's own part of building. OK, INVALID_SERVERS, TOO_LARGE or NO_MEMORY. */
polyring_status polyring__modulo_build(polyring_ring *ring, polyring_error *error);
polyring_status polyring__buckets_build(polyring_ring *ring, polyring_error *error);
polyring_status polyring__furc_check(polyring_ring *ring, polyring_error *error);
polyring_status polyring__points_build(polyring_ring *ring, polyring_error *error);
polyring_status polyring__rendezvous_build(polyring_ring *ring, polyring_error *error);

/* What a hash or a text finds in each layout. All give the index of a server in the list, but
 * points_find that of a point. */
uint16_t polyring__modulo_find(const polyring_ring *ring, uint64_t hash, uint64_t *slot);
uint16_t polyring__jump_find(const polyring_ring *ring, uint64_t hash, uint64_t *slot);
uint16_t polyring__buckets_find(const polyring_ring *ring, uint64_t hash, uint64_t *bucket);
uint16_t polyring__furc_find(const polyring_ring *ring, polyring__span text, uint64_t *hash);
size_t polyring__points_find(const polyring_ring *ring, polyring__word hash);
/* In all layouts that hash the key alone: of a hash, folded. */
uint16_t polyring__ring_find(const polyring_ring *ring, polyring__word hash);
/* dead (NULL: none): the servers whose byte is set take no part; NO_SERVER if none is left. */
uint16_t polyring__rendezvous_find(const polyring_ring *ring, polyring__span text,
                                   const uint8_t *dead, size_t *winner, polyring__word *score);

/* Point i as it is compared (signed ones have their top bit flipped), and a hash made alike. */
static inline polyring__word polyring__point_at(const polyring_ring *ring, size_t i) {
  return ring->points ? (polyring__word){0, ring->points[i]} : ring->wide_points[i];
}

static inline polyring__word polyring__point_order(const polyring__columns *columns,
                                                   polyring__word word) {
  uint64_t top = (uint64_t)1 << 63;
  if (columns->point_order == POLYRING__POINT_ORDER_UNSIGNED) return word;
  switch (columns->bits) {
    case POLYRING__BITS_32:
      return (polyring__word){0, word.low ^ 0x80000000};
    case POLYRING__BITS_64:
      return (polyring__word){0, word.low ^ top};
    default:
      return (polyring__word){word.high ^ top, word.low ^ top};
  }
}

/* A rendezvous label with the hashed text in it; its size. */
size_t polyring__rendezvous_label(const polyring_ring *ring, size_t i, polyring__span text,
                                  uint8_t *out);

/* The labels of a server in the ring layout, one after the other. */
typedef struct polyring__label_walk {
  const polyring_ring *ring;
  const polyring__server *server;
  uint64_t labels;
  uint32_t next, previous;
  polyring__hasher first_hasher; /* of label 0 */
  uint8_t label[POLYRING_LABEL_MAX + 1];
  size_t size;
  int counted;   /* labels differ only in the number at their end */
  size_t prefix; /* then: what stands before it */
  polyring__word words[POLYRING__HASH_WORDS]; /* the label's points, in their order */
} polyring__label_walk;

/* place counts the servers of ring->alive. */
void polyring__label_walk_init(polyring__label_walk *walk, const polyring_ring *ring, size_t place);
/* Moves to the next label: 1, at the end 0, or INVALID_SERVERS if it is too long. */
int polyring__label_walk_next(polyring__label_walk *walk);
/* Fills words. Must be called for each label where a label holds the point before it. */
void polyring__label_walk_hash(polyring__label_walk *walk);

/* The number of labels of a server in the ring layout. */
uint64_t polyring__ring_labels(const polyring_ring *ring, const polyring__server *server);

/* Writes the label of server (an index of the list) that makes this point; its size. */
size_t polyring__ring_label_of_point(const polyring_ring *ring, uint16_t server,
                                     polyring__word point, uint8_t *out);

/* What the fold makes of a hash. */
static inline uint64_t polyring__fold(const polyring__columns *columns, uint64_t hash) {
  int wide = columns->bits != POLYRING__BITS_32;
  switch (columns->fold) {
    case POLYRING__FOLD_OR_ONE:
      return hash ? hash : 1;
    case POLYRING__FOLD_MIDDLE:
      return hash >> 16 & 0x7fff;
    case POLYRING__FOLD_MIDDLE_OR_ONE:
      return hash >> 16 & 0x7fff ? hash >> 16 & 0x7fff : 1;
    case POLYRING__FOLD_LOW31:
      return hash & 0x7fffffff;
    case POLYRING__FOLD_ABSOLUTE:
      if (wide) return hash >> 63 ? 0 - hash : hash;
      return hash >> 31 ? (uint32_t)(0 - hash) : hash;
    case POLYRING__FOLD_SLOTS:
      return hash % columns->slots * (0xffffffff / columns->slots);
    default:
      return hash;
  }
}

/* How many points are below a hash in their order; or_equal: not above it. */
size_t polyring__points_rank(const polyring_ring *ring, polyring__word hash, int or_equal);

/* The hash of the prepared key, folded. */
static inline polyring__word polyring__ring_hash(const polyring_ring *ring,
                                                 const polyring__key *key) {
  polyring__word word = {0, 0};
  if (ring->columns.bits == POLYRING__BITS_32)
    word.low = polyring__hash32(&ring->hasher, key->text, key->text_size);
  else
    polyring__hash(&ring->hasher, key->text, key->text_size, 1, &word);
  if (ring->columns.fold) word.low = polyring__fold(&ring->columns, word.low);
  return word;
}

/* Whether weights decide between scores. */
static inline int polyring__ring_weighs_scores(const polyring_ring *ring) {
  return ring->columns.weights == POLYRING__WEIGHTS_SCORE && !ring->plain_weights;
}

/* Whether a key's server is known without hashing it. */
static inline int polyring__ring_is_direct(const polyring_ring *ring) {
  return ring->alive_count == 1 && ring->columns.one_server == POLYRING__ONE_SERVER_DIRECT;
}

#endif
