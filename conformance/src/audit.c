#include "audit.h"

#include <stdlib.h>
#include <string.h>

/* From a key as it lies on a server to the key that a program asked for. */
struct way_back {
  bool plain; /* they are the same */
  char prefix[POLYRING_KEY_MAX + 1];
  size_t prefix_size;
};

static const char *column(const polyring_profile *profile, const char *name) {
  size_t c = 0;
  while (polyring_column_name(c) && strcmp(polyring_column_name(c), name)) c++;
  const char *value = polyring_profile_value(profile, c);
  return value ? value : "";
}

static struct way_back way_back(const char *name) {
  struct way_back back = {.plain = true};
  polyring_profile *profile;
  if (polyring_profile_new(NULL, name, strlen(name), &profile, NULL) < 0) return back;
  const char *prefix = column(profile, "prefix");
  size_t size = strlen(prefix);
  if (size <= 3 * POLYRING_KEY_MAX) {
    char decoded[3 * POLYRING_KEY_MAX + 1];
    size = polyring_percent_decode(prefix, size, decoded, NULL);
    back.prefix_size = size <= POLYRING_KEY_MAX ? size : 0;
    memcpy(back.prefix, decoded, back.prefix_size);
  }
  back.plain = !back.prefix_size && !strcmp(column(profile, "encode"), "none");
  polyring_profile_free(profile);
  return back;
}

/* The server of a key that, asked for as this, is sent as that. */
static uint32_t owner_if(const polyring_ring *ring, const uint8_t *key, size_t size,
                         const uint8_t *sent, size_t sent_size) {
  polyring_placement placement;
  if (polyring_ring_explain(ring, key, size, &placement, NULL) < 0 ||
      placement.sent_key_size != sent_size || memcmp(placement.sent_key, sent, sent_size))
    return NO_OWNER;
  return placement.server;
}

static uint32_t owner_of(const polyring_ring *ring, const struct way_back *back, const uint8_t *key,
                         size_t size) {
  uint8_t decoded[POLYRING_KEY_MAX];
  if (back->plain) {
    int32_t at = polyring_ring_locate(ring, key, size);
    return at < 0 ? NO_OWNER : (uint32_t)at;
  }
  if (size < back->prefix_size || memcmp(key, back->prefix, back->prefix_size)) return NO_OWNER;
  const uint8_t *rest = key + back->prefix_size;
  size_t rest_size = size - back->prefix_size;
  uint32_t owner = owner_if(ring, rest, rest_size, key, size);
  if (owner != NO_OWNER) return owner;
  rest_size = polyring_percent_decode((const char *)rest, rest_size, decoded, NULL);
  return rest_size == POLYRING_NOWHERE ? NO_OWNER : owner_if(ring, decoded, rest_size, key, size);
}

static void find_owners(struct audit *audit) {
  const struct keys *keys = &audit->dump->keys;
  struct way_back back = way_back(polyring_ring_profile(audit->ring));
  audit->owners = grow(NULL, keys->count, sizeof *audit->owners);
  for (size_t i = 0; i < keys->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(keys, i, &size);
    audit->owners[i] = owner_of(audit->ring, &back, key, size);
  }
}

/* Strings each key's places together. A server may list a key twice: it moved meanwhile. */
static void find_spots(struct audit *audit) {
  const struct dump *dump = audit->dump;
  size_t most = 0;
  for (size_t i = 0; i < audit->places->count; i++) most += dump->sources[i].count;
  audit->spots = grow(NULL, most, sizeof *audit->spots);
  audit->firsts = zeroed(dump->keys.count, sizeof *audit->firsts);
  for (size_t i = 0; i < audit->places->count; i++) {
    const struct source *source = &dump->sources[i];
    for (size_t j = 0; j < source->count; j++) {
      const struct dump_item *item = &source->items[j];
      uint32_t *first = &audit->firsts[item->key];
      if (item->flags_state == FLAGS_GONE || (*first && audit->spots[*first - 1].at == i)) continue;
      audit->spots[audit->spot_count] = (struct key_place){(uint32_t)i, (uint32_t)j, *first};
      *first = (uint32_t)++audit->spot_count;
    }
  }
}

/* Whether the original leaves it to chance, and this server is among those it may take. */
static bool is_tied(const struct audit *audit, uint32_t key, uint32_t at) {
  polyring_placement placement;
  size_t size;
  const uint8_t *bytes = keys_at(&audit->dump->keys, key, &size);
  if (polyring_ring_explain(audit->ring, bytes, size, &placement, NULL) < 0) return false;
  for (size_t i = 0; i < placement.tie_count && i < POLYRING_TIES_MAX; i++)
    if (audit->dump->sources[placement.ties[i]].same_as == at) return true;
  return false;
}

static bool is_home(const struct audit *audit, uint32_t key, uint32_t at) {
  uint32_t owner = audit->owners[key];
  if (owner == NO_OWNER) return false;
  return audit->dump->sources[owner].same_as == at || is_tied(audit, key, at);
}

static void judge_key(struct audit *audit, uint32_t key) {
  uint32_t first = audit->firsts[key];
  bool copied = first && audit->spots[first - 1].next, home = false;
  for (uint32_t i = first; i; i = audit->spots[i - 1].next) {
    const struct key_place *spot = &audit->spots[i - 1];
    if (is_home(audit, key, spot->at)) {
      audit->at_home[spot->at]++;
      home = true;
      continue;
    }
    audit->strange[spot->at]++;
    ROOM(audit->misplaced, audit->misplaced_count, audit->misplaced_capacity);
    audit->misplaced[audit->misplaced_count++] =
        (struct misplaced){spot->at, spot->item, audit->owners[key], NO_FINDING, copied};
  }
  audit->doubles += copied;
  audit->owned += copied && home;
  audit->unknown += first && audit->owners[key] == NO_OWNER;
}

void audit(struct audit *audit, const struct dump *dump, const polyring_ring *ring) {
  *audit = (struct audit){.dump = dump, .places = dump->places, .ring = ring};
  audit->at_home = zeroed(dump->places->count, sizeof *audit->at_home);
  audit->strange = zeroed(dump->places->count, sizeof *audit->strange);
  find_owners(audit);
  find_spots(audit);
  for (size_t i = 0; i < dump->keys.count; i++) judge_key(audit, (uint32_t)i);
  audit_explain(audit);
}

void audit_done(struct audit *audit) {
  for (size_t i = 0; i < audit->finding_count; i++) {
    struct finding *finding = &audit->findings[i];
    for (size_t j = 0; j < finding->names.count; j++) free(finding->names.items[j]);
    free(finding->names.items);
    free(finding->groups);
    free(finding->nearest);
    free(finding->splitter);
  }
  free(audit->findings);
  free(audit->misplaced);
  free(audit->at_home);
  free(audit->strange);
  free(audit->firsts);
  free(audit->spots);
  free(audit->owners);
}

const struct dump_item *audit_item(const struct audit *audit, const struct misplaced *misplaced) {
  return &audit->dump->sources[misplaced->at].items[misplaced->item];
}
