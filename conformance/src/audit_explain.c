/* Who would put the misplaced keys where they are. There may be several writers: if no profile
 * explains all of them, those with the same flags are looked at together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "identify.h"
#include "judge.h"
#include "progress.h"

enum {
  ASKED = 2000,   /* keys of a set that a profile is looked for with; it is tried on all of them */
  GROUPS = 24,    /* sets of equal flags; what is left is one more */
  ROUNDS = 4,     /* profiles that explain a part of a set */
  FEW = 3,        /* keys: less is no part */
  DEVIATIONS = 6, /* from what luck explains: there are thousands of profiles to be lucky with */
  ENOUGH = 16,    /* keys for looking among thousands of changed rows */
  SERVERS_LESS = 64 /* lists up to this size are tried without each of the servers */
};

/* What is being explained, and what may explain it. */
struct search {
  struct audit *audit;
  struct candidates candidates;
};

/* Misplaced keys: indexes of audit->misplaced. */
struct set {
  uint32_t *items;
  size_t count;
};

static const uint8_t *key_of(const struct audit *audit, uint32_t i, size_t *size) {
  return keys_at(&audit->dump->keys, audit_item(audit, &audit->misplaced[i])->key, size);
}

static uint32_t flags_of(const struct audit *audit, uint32_t i) {
  const struct dump_item *item = audit_item(audit, &audit->misplaced[i]);
  return item->flags_state == FLAGS_READ ? item->flags : 0;
}

/* Whether a ring puts a key where it is; without: the server that the ring lacks, or NO_OWNER. */
static bool explains(const struct audit *audit, const polyring_ring *ring, uint32_t without,
                     uint32_t i) {
  polyring_placement placement;
  size_t size;
  const uint8_t *key = key_of(audit, i, &size);
  const struct source *sources = audit->dump->sources;
  uint32_t at = audit->misplaced[i].at;
  int32_t found = polyring_ring_locate(ring, key, size);
  if (found < 0) return false;
  if (sources[(uint32_t)found + ((uint32_t)found >= without)].same_as == at) return true;
  if (without != NO_OWNER || polyring_ring_explain(ring, key, size, &placement, NULL) < 0)
    return false;
  for (size_t t = 0; t < placement.tie_count && t < POLYRING_TIES_MAX; t++)
    if (sources[placement.ties[t]].same_as == at) return true;
  return false;
}

static struct finding *finding_add(struct audit *audit) {
  ROOM(audit->findings, audit->finding_count, audit->finding_capacity);
  struct finding *finding = &audit->findings[audit->finding_count++];
  *finding = (struct finding){.chance = 1};
  return finding;
}

/* The keys of a set that a ring explains become those of a finding; the others stay. */
static size_t give(struct audit *audit, struct set *set, const polyring_ring *ring,
                   uint32_t without, size_t finding) {
  size_t left = 0, count = set->count;
  for (size_t i = 0; i < count; i++) {
    if (!ring || explains(audit, ring, without, set->items[i]))
      audit->misplaced[set->items[i]].finding = (uint32_t)finding;
    else
      set->items[left++] = set->items[i];
  }
  set->count = left;
  audit->findings[finding].keys += count - left;
  if (ring) audit->findings[finding].explained += count - left;
  return count - left;
}

static bool explains_all(const struct audit *audit, const struct set *set,
                         const polyring_ring *ring, uint32_t without) {
  for (size_t i = 0; i < set->count; i++)
    if (!explains(audit, ring, without, set->items[i])) return false;
  return true;
}

/* Asks which profile it is, with keys from all over the set. */
static void ask(const struct search *search, const struct set *set, bool rows_only,
                struct identity *identity) {
  const struct audit *audit = search->audit;
  struct candidates candidates = search->candidates;
  struct keys keys = {0};
  size_t step = (set->count + ASKED - 1) / ASKED, *at = grow(NULL, ASKED, sizeof *at);
  for (size_t i = 0; i < set->count; i += step) {
    size_t size, before = keys.count;
    const uint8_t *key = key_of(audit, set->items[i], &size);
    if (keys_add(&keys, key, size) == before) at[before] = audit->misplaced[set->items[i]].at;
  }
  if (rows_only) candidates.count = candidates.rows;
  identify_among(&candidates, audit->places, &keys, at, identity);
  keys_done(&keys);
  free(at);
}

static polyring_ring *ring_of(const struct audit *audit, const char *profile) {
  char *why;
  polyring_ring *ring = judge_ring(profile, audit->places, &why);
  free(why);
  return ring;
}

/* An earlier finding whose profile explains this set too. */
static bool known(struct audit *audit, struct set *set) {
  for (size_t i = 0; i < audit->finding_count; i++) {
    struct finding *finding = &audit->findings[i];
    polyring_ring *ring = finding->names.count ? ring_of(audit, finding->names.items[0]) : NULL;
    bool all = ring && explains_all(audit, set, ring, NO_OWNER);
    if (all) give(audit, set, ring, NO_OWNER, i);
    polyring_ring_free(ring);
    if (all) return true;
  }
  return false;
}

/* The same profile, by a program that does not have one of the servers: its list is older, or it
 * took that server for dead. */
static bool shorter_list(struct audit *audit, struct set *set) {
  size_t count = audit->places->count;
  for (uint32_t i = 0; i < count && count > 1 && count <= SERVERS_LESS; i++) {
    polyring_ring *ring;
    if (polyring_ring_remove(audit->ring, i, &ring, NULL) < 0) continue;
    bool all = explains_all(audit, set, ring, i);
    if (all) {
      struct finding *finding = finding_add(audit);
      words_add(&finding->names,
                format("%s without the server %s", polyring_ring_profile(audit->ring),
                       audit->places->items[i].word));
      give(audit, set, ring, i, audit->finding_count - 1);
    }
    polyring_ring_free(ring);
    if (all) return true;
  }
  return false;
}

static void take_names(struct finding *finding, struct identity *identity) {
  finding->names = identity->names;
  finding->rows = identity->rows;
  finding->groups = identity->groups;
  finding->by_luck = identity->by_luck;
  finding->splitter = identity->splitter;
  identity->names = (struct words){0};
  identity->groups = NULL;
  identity->splitter = NULL;
}

/* Whether one profile explains the whole set. A changed row is looked for only if no row does:
 * there are very many of them. */
static bool whole(const struct search *search, struct set *set, bool rows_only) {
  struct audit *audit = search->audit;
  struct identity identity;
  ask(search, set, rows_only, &identity);
  polyring_ring *ring = identity.names.count ? ring_of(audit, identity.names.items[0]) : NULL;
  bool all = ring && explains_all(audit, set, ring, NO_OWNER);
  if (all) {
    struct finding *finding = finding_add(audit);
    finding->chance = identity.chance;
    take_names(finding, &identity);
    give(audit, set, ring, NO_OWNER, audit->finding_count - 1);
  }
  polyring_ring_free(ring);
  identity_done(&identity);
  return all;
}

/* The row that explains most of a set, going by keys from all over it. */
struct best {
  const char *name;
  size_t explained, tried;
};

static struct best best_row(const struct search *search, const struct set *set) {
  size_t step = (set->count + ASKED - 1) / ASKED;
  struct best best = {NULL, 0, (set->count + step - 1) / step};
  for (size_t row = 0; row < search->candidates.rows; row++) {
    const char *name = search->candidates.items[row].name;
    polyring_ring *ring = ring_of(search->audit, name);
    size_t explained = 0;
    for (size_t i = 0; ring && i < set->count; i += step)
      explained += explains(search->audit, ring, NO_OWNER, set->items[i]);
    if (explained > best.explained) {
      best.name = name;
      best.explained = explained;
    }
    polyring_ring_free(ring);
  }
  return best;
}

/* How often two keys of a set lie on one server: as often another client would be right. */
static double chance_of(const struct audit *audit, const struct set *set) {
  size_t *held = zeroed(audit->places->count, sizeof *held);
  double pairs = 0, count = (double)set->count;
  for (size_t i = 0; i < set->count; i++)
    pairs += (double)held[audit->misplaced[set->items[i]].at]++;
  free(held);
  return count > 1 ? pairs / (count * (count - 1) / 2) : 1;
}

/* Takes what a row explains out of a set, if that is more than luck does. */
static bool part(const struct search *search, struct set *set, struct best best, double chance) {
  struct audit *audit = search->audit;
  double mean = chance * (double)best.tried;
  if ((double)best.explained <= FEW + mean + DEVIATIONS * sqrt(mean * (1 - chance))) return false;
  polyring_ring *ring = ring_of(audit, best.name);
  struct finding *finding = finding_add(audit);
  finding->chance = chance;
  words_add(&finding->names, copy(best.name));
  finding->rows = 1;
  finding->groups = zeroed(1, sizeof *finding->groups);
  give(audit, set, ring, NO_OWNER, audit->finding_count - 1);
  polyring_ring_free(ring);
  return true;
}

static void unexplained(struct audit *audit, struct set *set, struct best best, double chance) {
  size_t count = set->count;
  struct finding *finding = finding_add(audit);
  finding->chance = chance;
  give(audit, set, NULL, NO_OWNER, audit->finding_count - 1);
  finding->explained = best.explained * count / best.tried;
  finding->nearest = best.name ? copy(best.name) : NULL;
}

static void explain_set(const struct search *search, struct set *set) {
  struct audit *audit = search->audit;
  for (int round = 0; set->count; round++) {
    progress("looking for who wrote %zu keys", set->count);
    if (known(audit, set) || whole(search, set, true) || shorter_list(audit, set)) return;
    if (!round && set->count >= ENOUGH && whole(search, set, false)) return;
    struct best best = best_row(search, set);
    double chance = chance_of(audit, set);
    if (round == ROUNDS || !part(search, set, best, chance)) unexplained(audit, set, best, chance);
  }
}

struct flags_count {
  uint32_t flags;
  size_t count;
};

static int by_count(const void *a, const void *b) {
  const struct flags_count *x = a, *y = b;
  if (x->count != y->count) return x->count < y->count ? 1 : -1;
  return (x->flags > y->flags) - (x->flags < y->flags);
}

/* The flags that there are, the most frequent ones first. */
static size_t flags_list(const struct audit *audit, const struct set *set,
                         struct flags_count list[GROUPS]) {
  size_t count = 0;
  for (size_t i = 0; i < set->count; i++) {
    uint32_t flags = flags_of(audit, set->items[i]);
    size_t at = 0;
    while (at < count && list[at].flags != flags) at++;
    if (at == GROUPS) continue;
    if (at == count) list[count++] = (struct flags_count){flags, 0};
    list[at].count++;
  }
  qsort(list, count, sizeof *list, by_count);
  return count;
}

static void explain_groups(const struct search *search, struct set *all) {
  const struct audit *audit = search->audit;
  struct flags_count list[GROUPS];
  size_t count = flags_list(audit, all, list);
  struct set group = {.items = grow(NULL, all->count, sizeof *group.items)};
  for (size_t g = 0; g < count; g++) {
    size_t left = 0;
    group.count = 0;
    for (size_t i = 0; i < all->count; i++)
      if (flags_of(audit, all->items[i]) == list[g].flags)
        group.items[group.count++] = all->items[i];
      else
        all->items[left++] = all->items[i];
    all->count = left;
    explain_set(search, &group);
  }
  explain_set(search, all);
  free(group.items);
}

/* Findings in the order of their size. */
static void sort(struct audit *audit) {
  size_t count = audit->finding_count;
  uint32_t *now = zeroed(count, sizeof *now);
  struct finding **from = zeroed(count, sizeof *from), *sorted = zeroed(count, sizeof *sorted);
  for (size_t i = 0; i < count; i++) from[i] = &audit->findings[i];
  for (size_t i = 0; i < count; i++) { /* few: the greatest one that is left */
    size_t best = count;
    for (size_t j = 0; j < count; j++)
      if (from[j] && (best == count || from[j]->keys > from[best]->keys)) best = j;
    sorted[i] = *from[best];
    now[best] = (uint32_t)i;
    from[best] = NULL;
  }
  for (size_t i = 0; i < audit->misplaced_count; i++)
    if (audit->misplaced[i].finding != NO_FINDING)
      audit->misplaced[i].finding = now[audit->misplaced[i].finding];
  free(audit->findings);
  audit->findings = sorted;
  audit->finding_capacity = count;
  free(from);
  free(now);
}

void audit_explain(struct audit *audit) {
  struct search search = {.audit = audit};
  struct set all = {.items = grow(NULL, audit->misplaced_count, sizeof *all.items),
                    .count = audit->misplaced_count};
  if (!all.count) {
    free(all.items);
    return;
  }
  for (size_t i = 0; i < all.count; i++) all.items[i] = (uint32_t)i;
  progress("looking for who wrote %zu keys", all.count);
  candidates_make(&search.candidates);
  if (!whole(&search, &all, true) && !shorter_list(audit, &all)) explain_groups(&search, &all);
  candidates_done(&search.candidates);
  sort(audit);
  free(all.items);
}
