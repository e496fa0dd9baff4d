#include "placement/ring.h"

#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "hash/md5_lanes.h"
#include "placement/points.h"
#include "placement/weight.h"

/* Of the key, and of labels, which are bytes whatever the key's text is. */
static void init_hashers(polyring_ring *ring) {
  const polyring__columns *columns = &ring->columns;
  polyring__units bytes = columns->sign ? POLYRING__UNITS_SIGNED_BYTES : POLYRING__UNITS_BYTES;
  polyring__units units = columns->text == POLYRING__KEY_TEXT_UTF16 ? POLYRING__UNITS_UTF16 : bytes;
  polyring__bits bits = (polyring__bits)columns->bits;
  polyring__byte_order order = (polyring__byte_order)columns->byte_order;
  polyring__affix text;
  polyring__word seed = {0, 0};
  polyring__affix_read(columns->seed, POLYRING__PREFIX_MAX, &text);
  if (text.size) {
    polyring__hasher xxh3;
    polyring__hasher_init(&xxh3, POLYRING__HASH_XXH3, POLYRING__UNITS_BYTES, POLYRING__BITS_64,
                          POLYRING__ORDER_LITTLE, 0, 0);
    polyring__hash(&xxh3, text.at, text.size, 1, &seed);
  }
  polyring__hasher_init(&ring->hasher, (int)columns->hash, units, bits, order,
                        columns->start == POLYRING__START_ZERO, seed.low);
  ring->lanes = polyring__lanes();
  polyring__hasher_init(&ring->point_hasher, polyring__columns_point_hash(columns), bytes, bits,
                        order, 0, seed.low);
}

static polyring_status apply_columns(polyring_ring *ring, polyring_error *error) {
  polyring_status status = POLYRING_OK;
  ring->columns = *polyring__profile_columns(ring->profile);
  ring->heavy = polyring__weights_heavy(&ring->columns, &ring->servers);
  if (ring->heavy)
    status = polyring__columns_override(&ring->columns, ring->columns.heavy, ';', 0, error);
  if (status < 0) return status;
  const polyring__columns *columns = &ring->columns;
  polyring__key_rules_init(&ring->key_rules, columns);
  init_hashers(ring);
  status = polyring__template_parse(columns->label, &ring->label, error);
  if (status >= 0) status = polyring__template_parse(columns->next_label, &ring->next_label, error);
  if (status >= 0) status = polyring__template_parse(columns->unix_label, &ring->unix_label, error);
  return status;
}

/* A label that needs what the list does not give is refused; nothing is looked up. */
static polyring_status check_servers(const polyring_ring *ring, polyring_error *error) {
  for (size_t i = 0; i < ring->servers.count; i++) {
    const polyring__server *server = &ring->servers.at[i];
    int is_path = server->place == POLYRING__PLACE_UNIX;
    const char *missing =
        is_path && !ring->unix_label.count
            ? "this profile's client takes no unix sockets"
            : polyring__label_missing(is_path ? &ring->unix_label : &ring->label, server);
    if (!missing && !is_path) missing = polyring__label_missing(&ring->next_label, server);
    if (missing) return polyring__server_refuse(server, error, missing);
  }
  return POLYRING_OK;
}

static polyring_status list_alive(polyring_ring *ring, polyring_error *error) {
  ring->alive = polyring__allocate(&ring->allocator, ring->servers.count * sizeof *ring->alive);
  if (!ring->alive)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for %u servers",
                          (unsigned)ring->servers.count);
  for (size_t i = 0; i < ring->servers.count; i++) {
    if (ring->servers.at[i].merged) continue;
    ring->alive[ring->alive_count++] = (uint16_t)i;
    ring->total_weight += ring->servers.at[i].weight;
  }
  return POLYRING_OK;
}

polyring_status polyring__ring_settle(polyring_ring *ring, polyring_error *error) {
  polyring_status status = apply_columns(ring, error);
  if (status >= 0 && polyring__columns_use_labels(&ring->columns))
    status = check_servers(ring, error);
  if (status >= 0)
    status = polyring__weights_settle(&ring->columns, &ring->servers, &ring->plain_weights, error);
  if (status >= 0) status = polyring__duplicates_settle(ring, error);
  if (status >= 0) status = list_alive(ring, error);
  if (status >= 0) status = polyring__order_settle(ring, error);
  return status;
}

polyring_status polyring__ring_lay_out(polyring_ring *ring, polyring_error *error) {
  switch (ring->columns.layout) {
    case POLYRING__LAYOUT_RING:
      return polyring__points_build(ring, error);
    case POLYRING__LAYOUT_RENDEZVOUS:
      return polyring__rendezvous_build(ring, error);
    case POLYRING__LAYOUT_BUCKETS:
      return polyring__buckets_build(ring, error);
    case POLYRING__LAYOUT_FURC:
      return polyring__furc_check(ring, error);
    default:
      return polyring__modulo_build(ring, error);
  }
}

static polyring_status build(polyring_ring *ring, const char *profile, size_t size,
                             polyring__servers_input input, polyring_error *error) {
  polyring_status status = polyring__servers_parse(&ring->allocator, input, &ring->servers, error);
  if (status >= 0)
    status = polyring_profile_new(&ring->allocator, profile, size, &ring->profile, error);
  if (status >= 0) status = polyring__ring_settle(ring, error);
  if (status >= 0) status = polyring__ring_lay_out(ring, error);
  return status;
}

polyring_ring *polyring__ring_begin(const polyring_allocator *memory, polyring_error *error) {
  polyring_ring *ring = polyring__allocate(memory, sizeof *ring);
  if (!ring) {
    polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a ring");
    return NULL;
  }
  memset(ring, 0, sizeof *ring);
  ring->allocator = *memory;
  return ring;
}

static polyring_status make(const polyring_allocator *allocator, const char *profile, size_t size,
                            polyring__servers_input input, polyring_ring **ring,
                            polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring_ring *made = polyring__ring_begin(&memory, error);
  *ring = NULL;
  if (!made) return POLYRING_NO_MEMORY;
  polyring_status status = build(made, profile, size, input, error);
  if (status < 0)
    polyring_ring_free(made);
  else
    *ring = made;
  return status;
}

polyring_status polyring_ring_new(const polyring_allocator *allocator, const char *profile,
                                  size_t profile_size, const char *servers, size_t servers_size,
                                  polyring_ring **ring, polyring_error *error) {
  polyring__servers_input input = {servers, servers_size, NULL, 0};
  return make(allocator, profile, profile_size, input, ring, error);
}

polyring_status polyring_ring_new_from_list(const polyring_allocator *allocator,
                                            const char *profile, size_t profile_size,
                                            const char *servers, const uint32_t *ends, size_t count,
                                            polyring_ring **ring, polyring_error *error) {
  static const uint32_t none[1];
  polyring__servers_input input = {servers, 0, count ? ends : none, count};
  return make(allocator, profile, profile_size, input, ring, error);
}

void polyring_ring_free(polyring_ring *ring) {
  if (!ring) return;
  polyring_allocator memory = ring->allocator;
  polyring__release(&memory, ring->alive, ring->servers.count * sizeof *ring->alive);
  polyring__release(&memory, ring->slot_ends, ring->alive_count * sizeof *ring->slot_ends);
  polyring__release(&memory, ring->buckets, ring->bucket_count * sizeof *ring->buckets);
  polyring__points points = polyring__points_of(ring);
  polyring__points_release(ring, &points);
  polyring__release(&memory, ring->score_labels, ring->score_count * sizeof *ring->score_labels);
  polyring__release(&memory, ring->score_text, ring->score_text_size);
  polyring__servers_done(&memory, &ring->servers);
  polyring_profile_free(ring->profile);
  polyring__release(&memory, ring, sizeof *ring);
}

const char *polyring_ring_profile(const polyring_ring *ring) {
  return polyring_profile_name(ring->profile);
}

size_t polyring_ring_server_count(const polyring_ring *ring) { return ring->servers.count; }

const char *polyring_ring_server(const polyring_ring *ring, size_t i, size_t *size) {
  if (i >= ring->servers.count) return NULL;
  if (size) *size = ring->servers.at[i].spelled.size;
  return ring->servers.at[i].spelled.at;
}

size_t polyring_ring_point_count(const polyring_ring *ring) { return ring->point_count; }

unsigned polyring_ring_point_bits(const polyring_ring *ring) { return 32u << ring->columns.bits; }

polyring_number polyring_ring_point(const polyring_ring *ring, size_t i, uint16_t *server) {
  polyring__word point = polyring__point_order(&ring->columns, polyring__point_at(ring, i));
  *server = ring->owners[i];
  return (polyring_number){point.high, point.low};
}
