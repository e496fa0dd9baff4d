#include "group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "both.h"
#include "judge.h"
#include "sha256.h"

/* Everything that one observation is judged by. */
struct trial {
  const struct vector *vector;
  const struct group_extras *extras;
  struct keys keys; /* the listed ones first, in their order; then the digest's, then random ones */
  size_t random_from;
  polyring_ring *ring; /* of the vector's profile; NULL if Polyring refuses the list */
  char *refusal;
  struct observation seen;
};

static void trial_keys(struct trial *trial, enum mode mode) {
  const struct vector *vector = trial->vector;
  mode_keys(mode, &vector->keys, &trial->keys);
  if (trial->extras->digest && vector->digest)
    keys_add_pattern(&trial->keys, vector->digest_pattern, vector->digest_from,
                     vector->digest_count);
  trial->random_from = trial->keys.count;
  keys_add_mixed(&trial->keys, trial->extras->random, trial->extras->seed, false);
}

static struct result *result_add(struct group *group, const char *id, const char *key) {
  struct result *result = &group->results[group->count++];
  *result = (struct result){.id = copy(id), .key = key ? copy(key) : NULL};
  return result;
}

/* A client that is asked names a server even for keys that it would refuse to set. */
static void judge_refused(struct result *result, enum mode mode, bool placed) {
  result->status = !placed ? SAME : mode == MODE_LOCATE ? SKIPPED : DIFFERENT;
  if (placed)
    result->why = copy(mode == MODE_LOCATE ? "what it refuses can only be seen when keys are set"
                                           : "the recorded client refuses this key");
}

static void judge_case(struct result *result, const struct vector_case *one, enum mode mode,
                       const struct outcome *outcome, const struct places *places) {
  bool placed = outcome->status == SAME, judged = outcome->judged;
  result->of = one;
  result->status = outcome->status;
  result->has_at = placed || outcome->status == DIFFERENT || outcome->status == ALTERED;
  result->at = outcome->at;
  result->has_wanted = judged ? outcome->has_wanted : !one->refused;
  result->wanted = judged ? outcome->wanted : one->at;
  if (one->refused && (placed || outcome->status == REFUSED)) {
    judge_refused(result, mode, placed);
  } else if (placed && !judged && outcome->at != one->at) {
    result->status = DIFFERENT;
    result->why =
        format("on %s, wanted on %s", places->items[outcome->at].word, places->items[one->at].word);
  } else if (outcome->why) {
    result->why = copy(outcome->why);
  }
  result->allowed = result->status == REFUSED && one->may_refuse;
}

/* The first digest key that is not where Polyring has it, as a hint. */
static char *digest_hint(const struct trial *trial, const size_t *indexes, size_t count) {
  for (size_t n = 0; trial->ring && n < count; n++) {
    size_t i = indexes[n], at = trial->seen.outcomes[i].at;
    if (judge_right(trial->ring, &trial->vector->places, &trial->keys, i, at)) continue;
    char *key = keys_text(&trial->keys, i);
    char *why = format("%s is on server %zu; Polyring has it on %zu", key, at,
                       judge_wanted(trial->ring, &trial->vector->places, &trial->keys, i));
    free(key);
    return why;
  }
  return copy("the digest is another one");
}

static void judge_digest(struct result *result, const struct trial *trial) {
  const struct vector *vector = trial->vector;
  struct sha256 sha;
  char line[32], hex[65];
  struct keys digest = {0};
  size_t *indexes = grow(NULL, vector->digest_count, sizeof *indexes);
  keys_add_pattern(&digest, vector->digest_pattern, vector->digest_from, vector->digest_count);
  sha256_init(&sha);
  for (size_t n = 0; n < digest.count && result->status == SAME; n++) {
    size_t size;
    const uint8_t *key = keys_at(&digest, n, &size);
    indexes[n] = keys_find(&trial->keys, key, size);
    const struct outcome *outcome = &trial->seen.outcomes[indexes[n]];
    sha256_add(&sha, line, (size_t)sprintf(line, "%zu\n", outcome->at));
    if (outcome->status == SAME) continue;
    char *text = percent(key, size);
    result->status = outcome->status;
    result->why = format("%s: %s", text, outcome->why ? outcome->why : "");
    free(text);
  }
  sha256_hex(&sha, hex);
  if (result->status == SAME && strcmp(hex, vector->digest)) {
    result->status = DIFFERENT;
    result->why = digest_hint(trial, indexes, digest.count);
  }
  keys_done(&digest);
  free(indexes);
}

/* Random keys have no vector: Polyring is their measure. Refused ones are no failure there. */
static void judge_random(struct result *result, struct trial *trial) {
  struct observation *seen = &trial->seen;
  size_t counts[STATUSES] = {0}, first[STATUSES] = {0};
  if (!trial->ring) {
    result->status = SKIPPED;
    result->why = format("Polyring refuses the list: %s", trial->refusal);
    return;
  }
  judge_keys(trial->ring, &trial->vector->places, &trial->keys, trial->random_from, seen);
  for (size_t i = trial->random_from; i < seen->count; i++) {
    if (!counts[seen->outcomes[i].status]++) first[seen->outcomes[i].status] = i;
  }
  static const enum status order[] = {BROKEN,  DIFFERENT, LOST,    COPIED,
                                      ALTERED, SAME,      REFUSED, SKIPPED};
  int worst = 0;
  while (!counts[order[worst]]) worst++;
  result->status = order[worst];
  result->allowed = result->status == REFUSED;
  char *key = keys_text(&trial->keys, first[result->status]);
  const char *why = seen->outcomes[first[result->status]].why;
  if (result->status != SAME)
    result->why = format("%zu of %zu keys, first %s: %s", counts[result->status],
                         seen->count - trial->random_from, key, why ? why : "");
  free(key);
}

static void explain(struct group *group, const struct trial *trial) {
  const struct vector *vector = trial->vector;
  for (size_t i = 0; i < group->count; i++) {
    const struct vector_case *one = group->results[i].of;
    if (!one || group->results[i].status != DIFFERENT || one->refused) continue;
    struct outcome outcome = {.status = DIFFERENT, .at = group->results[i].at};
    size_t key = one->key_index;
    if (!trial->ring || trial->seen.outcomes[key].judged) return;
    group->explanation =
        judge_explain(trial->ring, NULL, &vector->places, &trial->keys, key, &outcome);
    if (judge_wanted(trial->ring, &vector->places, &trial->keys, key) == one->at) return;
    char *more = format("%s  (the vector wants it on server %zu, unlike Polyring)\n",
                        group->explanation, one->at);
    free(group->explanation);
    group->explanation = more;
    return;
  }
}

/* What the client said of itself, and what the mode saw beside the keys. */
static void take_over(struct group *group, struct observation *seen) {
  group->mode = seen->mode;
  group->missing = seen->missing;
  group->version = seen->hello.version ? copy(seen->hello.version) : NULL;
  group->language = seen->hello.language ? copy(seen->hello.language) : NULL;
  group->facts = json_incref(seen->facts);
  group->note = seen->note ? copy(seen->note) : NULL;
}

/* Keys of the mode's own have no case: what was seen of them is recorded, whatever it is. */
static void judge_own(struct group *group, const struct trial *trial) {
  for (size_t i = 0; i < trial->keys.count; i++) {
    const struct outcome *outcome = &trial->seen.outcomes[i];
    char *key = keys_text(&trial->keys, i);
    struct result *result = result_add(group, key, key);
    result->status = outcome->status;
    result->allowed = outcome->status == REFUSED;
    result->has_at = outcome->status == SAME;
    result->at = outcome->at;
    result->why = outcome->why ? copy(outcome->why) : NULL;
    free(key);
  }
}

static void judge_listed(struct group *group, struct trial *trial) {
  const struct vector *vector = trial->vector;
  for (size_t i = 0; i < vector->count; i++) {
    const struct vector_case *one = &vector->cases[i];
    if (one->key_index < trial->keys.count)
      judge_case(result_add(group, one->id, one->key), one, group->mode,
                 &trial->seen.outcomes[one->key_index],
                 &vector->places);
  }
  if (trial->extras->digest && vector->digest)
    judge_digest(result_add(group, "digest", NULL), trial);
  if (trial->extras->random) judge_random(result_add(group, "random", NULL), trial);
}

void group_run(const struct observer *observer, const struct client *client,
               const struct vector *vector, const struct group_extras *extras,
               struct group *group) {
  static const struct group_extras none = {0};
  struct trial trial = {.vector = vector, .extras = mode_places(observer->mode) ? extras : &none};
  int64_t started = clock_ms();
  *group = (struct group){.client = client,
                          .profile = copy(vector->profile),
                          .topology = copy(vector->topology),
                          .path = copy(vector->path),
                          .servers = copy(vector->places.text)};
  trial_keys(&trial, observer->mode);
  trial.ring = judge_ring(vector->profile, &vector->places, &trial.refusal);
  observe(observer, client, &vector->places, &trial.keys, &trial.seen);
  take_over(group, &trial.seen);
  group->results = zeroed(trial.keys.count + vector->count + 2, sizeof *group->results);
  if (mode_own_keys(observer->mode))
    judge_own(group, &trial);
  else
    judge_listed(group, &trial);
  explain(group, &trial);
  group_count(group);
  group->seconds = (double)(clock_ms() - started) / 1000;
  polyring_ring_free(trial.ring);
  free(trial.refusal);
  observation_done(&trial.seen);
  keys_done(&trial.keys);
}

void group_compare(const struct group *landed, struct group *located) {
  struct both both = {0};
  for (size_t i = 0; i < landed->count && i < located->count; i++) {
    const struct result *lies = &landed->results[i];
    struct result *says = &located->results[i];
    if (lies->key && lies->has_at && says->has_at)
      both_add(&both, says->id, says->key, says->at, lies->at, &says->why);
  }
  located->facts = both.facts;
  located->note = both_note(&both);
}

void group_done(struct group *group) {
  for (size_t i = 0; i < group->count; i++) {
    free(group->results[i].id);
    free(group->results[i].key);
    free(group->results[i].why);
  }
  free(group->results);
  free(group->profile);
  free(group->topology);
  free(group->path);
  free(group->version);
  free(group->language);
  free(group->servers);
  free(group->note);
  json_decref(group->facts);
  free(group->explanation);
}

void group_count(struct group *group) {
  memset(group->counts, 0, sizeof group->counts);
  for (size_t i = 0; i < group->count; i++) group->counts[group->results[i].status]++;
}

const struct result *group_failure(const struct group *group) {
  for (size_t i = 0; i < group->count; i++) {
    const struct result *result = &group->results[i];
    if (result->status != SAME && result->status != SKIPPED && !result->allowed) return result;
  }
  return NULL;
}

int group_exit(const struct group *group) {
  int code = group_failure(group) ? EXIT_DIFFERS : EXIT_NOTHING;
  for (size_t i = 0; i < group->count; i++) {
    const struct result *result = &group->results[i];
    if (result->status == BROKEN && !result->allowed) return EXIT_BROKEN;
    bool compared = result->status != SKIPPED && result->status != REFUSED;
    if (compared && code == EXIT_NOTHING) code = EXIT_AGREED;
  }
  return code;
}
