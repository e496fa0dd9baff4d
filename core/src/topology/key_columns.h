/* What a fingerprint says of a profile: the columns that turn a key into a hash, or refuse it. */
#ifndef POLYRING__KEY_COLUMNS_H
#define POLYRING__KEY_COLUMNS_H

#include "placement/ring.h"

enum { POLYRING__COLUMN_ROOM = 1024 };

/* The columns of a ring, where those that have no effect on it have their defaults. hashed: whether
 * the hash of a key has any. */
void polyring__key_columns(const polyring_ring *ring, int hashed, polyring__columns *columns);

/* The canonical text of column c, empty if it is none of a fingerprint. Whether a fingerprint names
 * it: only if it has not its default, so that a column more changes no fingerprint. */
int polyring__key_column_text(const polyring__columns *columns, size_t c,
                              char out[POLYRING__COLUMN_ROOM]);

/* Whether two rings refuse the same keys, and turn all others into the same hashes. */
int polyring__key_columns_equal(const polyring_ring *a, const polyring_ring *b);

#endif
