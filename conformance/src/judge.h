/* Polyring's own opinion of where a key lives, as the measure of an observation. */
#ifndef JUDGE_H
#define JUDGE_H

#include "observe.h"
#include "polyring/polyring.h"

/* A ring of a profile over a list; NULL when Polyring refuses it, *why then says why, to be
 * freed. */
polyring_ring *judge_ring(const char *profile, const struct places *places, char **why);

/* Where the ring has a key: the first of the servers that are the same; or NOT_PLACED. */
#define NOT_PLACED ((size_t)-1)
size_t judge_wanted(const polyring_ring *ring, const struct places *places, const struct keys *keys,
                    size_t i);

/* A digest of the bytes that the profile sends for a key; 0 if it refuses the key. */
uint64_t judge_sent(const polyring_ring *ring, const struct keys *keys, size_t i);

/* Whether the server is the right one for a key, or one of those among which the original leaves
 * it to chance. */
bool judge_right(const polyring_ring *ring, const struct places *places, const struct keys *keys,
                 size_t i, size_t at);

/* Makes of each placed key from first on SAME or DIFFERENT, and counts anew. */
void judge_keys(const polyring_ring *ring, const struct places *places, const struct keys *keys,
                size_t first, struct observation *seen);

/* Some lines about one key: where it was wanted and why, where it was found, and what would have
 * led there (found_by, the ring of the client's own profile, or NULL). To be freed. */
char *judge_explain(const polyring_ring *wanted, const polyring_ring *found_by,
                    const struct places *places, const struct keys *keys, size_t i,
                    const struct outcome *outcome);

#endif
