/* The furc layout: mcrouter's Ch3, plain and weighted. */
#include <string.h>

#include "base/error.h"
#include "placement/ring.h"

enum { TRIES = 32, STEP = 23, WORDS = (64 + TRIES * (STEP + 1) * STEP) / 64 };

static const uint64_t word_seed = 4193360111;
static const uint32_t chance_seed = 0xface2014;

/* A stream of bits that a text begins. */
typedef struct stream {
  uint64_t words[WORDS];
  size_t count;
} stream;

static int bit(stream *bits, size_t i) {
  while (i / 64 >= bits->count) {
    uint8_t bytes[8];
    for (int b = 0; b < 8; b++) bytes[b] = (uint8_t)(bits->words[bits->count - 1] >> 8 * b);
    bits->words[bits->count++] = polyring__murmur64a(bytes, sizeof bytes, word_seed);
  }
  return (int)(bits->words[i / 64] >> i % 64 & 1);
}

static uint32_t furc(const uint8_t *text, size_t size, uint32_t n, uint64_t *first_word) {
  stream bits = {.count = 1};
  *first_word = bits.words[0] = polyring__murmur64a(text, size, word_seed);
  if (n <= 1) return 0;
  unsigned depth = 0;
  while (n > (uint32_t)1 << depth) depth++;
  size_t at = depth;
  for (int attempt = 0; attempt < TRIES; attempt++) {
    while (!bit(&bits, at)) {
      if (--depth == 0) return 0;
      at = depth;
    }
    at += STEP;
    uint32_t number = 1;
    for (unsigned i = 1; i < depth; i++, at += STEP)
      number = number << 1 | (uint32_t)bit(&bits, at);
    if (number < n) return number;
  }
  return 0;
}

polyring_status polyring__furc_check(polyring_ring *ring, polyring_error *error) {
  for (size_t i = 0; i < ring->alive_count; i++) {
    const polyring__server *server = &ring->servers.at[ring->alive[i]];
    if (!ring->plain_weights && server->weight > 1)
      return polyring__server_refuse(server, error, "this profile's weights are from 0 to 1");
  }
  return POLYRING_OK;
}

static int is_kept(const polyring_ring *ring, uint32_t place, const uint8_t *text, size_t size) {
  double weight = ring->servers.at[ring->alive[place]].weight;
  return polyring__spooky32(text, size, chance_seed) < (uint32_t)(weight * 4294967295.0);
}

uint16_t polyring__furc_find(const polyring_ring *ring, polyring__span text, uint64_t *hash) {
  const uint8_t *at = (const uint8_t *)text.at;
  uint64_t ignored;
  uint32_t n = (uint32_t)ring->alive_count, place = furc(at, text.size, n, hash);
  if (ring->plain_weights) return ring->alive[place];
  uint8_t salted[POLYRING_TEXT_MAX + 2];
  size_t size = text.size;
  memcpy(salted, at, size);
  for (unsigned attempt = 0; attempt < TRIES; attempt++) {
    if (attempt) place = furc(salted, size, n, &ignored);
    if (is_kept(ring, place, salted, size)) break;
    size = text.size; /* the number of the attempt, its lowest digit first */
    salted[size++] = (uint8_t)('0' + attempt % 10);
    if (attempt >= 10) salted[size++] = (uint8_t)('0' + attempt / 10);
  }
  return ring->alive[place];
}
