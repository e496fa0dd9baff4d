#include "failover/native.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* The number of a try is 0 to 20, a hash at most 4294967295. */
enum { NUMBER_MAX = 12, TEXT_MAX = POLYRING_TEXT_MAX + 2 * NUMBER_MAX };

/* How a client looks for another server: it hashes a text made of the number of the try and of the
 * key, or of the hash before, and either takes that hash, or adds it to the one before. */
static const struct walk {
  uint8_t first, tries, adds;
} walks[] = {
    [POLYRING__NEXT_TRY_KEY] = {0, 19, 0},       /* Dalli */
    [POLYRING__NEXT_SUM_TRY_KEY] = {0, 6, 1},    /* spymemcached */
    [POLYRING__NEXT_SUM_TRY_1_KEY] = {1, 19, 1}, /* Cache::Memcached */
    [POLYRING__NEXT_KEY_TRY] = {0, 20, 0},       /* PECL memcache */
    [POLYRING__NEXT_HASH_TRY] = {0, 9, 0}        /* python-memcached */
};

/* Adds ASCII in the form in which the key's characters are hashed. */
static size_t put(const polyring_ring *ring, const char *ascii, uint8_t *text) {
  const polyring__key_rules *rules = &ring->key_rules;
  size_t wide = rules->units && rules->text == POLYRING__KEY_TEXT_UTF16, at = 0;
  for (; *ascii; ascii++) {
    text[at++] = (uint8_t)*ascii;
    if (wide) text[at++] = 0;
  }
  return at;
}

static size_t put_key(const polyring__key *key, uint8_t *text) {
  memcpy(text, key->text, key->text_size);
  return key->text_size;
}

/* What is hashed at a try; its size. */
static size_t text_of(const polyring_ring *ring, const polyring__key *key, unsigned number,
                      uint64_t hash, uint8_t text[TEXT_MAX]) {
  char digits[2 * NUMBER_MAX];
  size_t size;
  switch (ring->columns.next) {
    case POLYRING__NEXT_KEY_TRY:
      snprintf(digits, sizeof digits, "-%u", number);
      size = put_key(key, text);
      return size + put(ring, digits, text + size);
    case POLYRING__NEXT_HASH_TRY:
      snprintf(digits, sizeof digits, "%" PRIu32 "%u", (uint32_t)hash, number);
      return put(ring, digits, text);
    default:
      snprintf(digits, sizeof digits, "%u", number);
      size = put(ring, digits, text);
      return size + put_key(key, text + size);
  }
}

static uint16_t try_hashes(const polyring_ring *ring, const polyring__key *key,
                           const polyring__dead *dead) {
  const struct walk *walk = &walks[ring->columns.next];
  polyring__word hash = polyring__ring_hash(ring, key);
  uint8_t text[TEXT_MAX];
  for (unsigned i = 0; i < walk->tries; i++) {
    polyring__key other;
    other.text = text;
    other.text_size = text_of(ring, key, walk->first + i, hash.low, text);
    polyring__word more = polyring__ring_hash(ring, &other);
    hash = walk->adds ? (polyring__word){0, (uint32_t)(hash.low + more.low)} : more;
    uint16_t found = polyring__ring_find(ring, hash);
    if (!dead->of[found]) return found;
  }
  return POLYRING_NO_SERVER;
}

/* The next slot whose server lives. */
static uint16_t next_slot(const polyring_ring *ring, const polyring__key *key,
                          const polyring__dead *dead) {
  uint64_t slot;
  polyring__modulo_find(ring, polyring__ring_hash(ring, key).low, &slot);
  for (uint64_t i = 1; i < ring->slot_count; i++) {
    uint64_t ignored;
    uint16_t found = polyring__modulo_find(ring, slot + i, &ignored);
    if (!dead->of[found]) return found;
  }
  return POLYRING_NO_SERVER;
}

static int is_known(const polyring_ring *ring) {
  uint32_t next = ring->columns.next;
  int adds = next == POLYRING__NEXT_SUM_TRY_KEY || next == POLYRING__NEXT_SUM_TRY_1_KEY;
  if ((adds || next == POLYRING__NEXT_HASH_TRY) && ring->columns.bits != POLYRING__BITS_32)
    return 0;
  switch (ring->columns.layout) {
    case POLYRING__LAYOUT_MODULO:
    case POLYRING__LAYOUT_RING:
      return next != POLYRING__NEXT_NONE;
    case POLYRING__LAYOUT_RENDEZVOUS:
      return next == POLYRING__NEXT_REBUILD;
    default:
      return 0;
  }
}

polyring_status polyring__native_check(const polyring_ring *ring, polyring_error *error) {
  if (is_known(ring)) return POLYRING_OK;
  return polyring__fail(
      error, POLYRING_NOT_SUPPORTED, POLYRING_NOWHERE,
      "on_dead=native: it is not known where the client of %s sends the keys of a "
      "dead server (its column next, with this layout and hash)",
      polyring_ring_profile(ring));
}

uint16_t polyring__native_find(const polyring_ring *ring, const polyring__key *key,
                               const polyring__dead *dead) {
  if (polyring__ring_is_direct(ring)) return POLYRING_NO_SERVER;
  if (ring->columns.next != POLYRING__NEXT_STEP) return try_hashes(ring, key, dead);
  return ring->columns.layout == POLYRING__LAYOUT_RING
             ? polyring__candidate_next(ring, NULL, key, dead)
             : next_slot(ring, key, dead);
}
