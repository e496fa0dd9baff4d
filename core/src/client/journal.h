/* Keys of one server in doubt: a change of them failed, and what lies there may be what it was to
 * replace. They are deleted before they are read again. */
#ifndef POLYRING__JOURNAL_H
#define POLYRING__JOURNAL_H

#include <stdatomic.h>

#include "base/span.h"
#include "polyring/ring.h"

enum { POLYRING__JOURNAL_MAX = 10000, POLYRING__JOURNAL_HEADS = 1024 };

typedef struct polyring__doubt {
  int64_t since; /* of the last change that failed */
  uint32_t next; /* of the same head, 1 more than its place; 0: none */
  uint8_t used, binary, size;
  char key[POLYRING_KEY_MAX]; /* as it is sent */
} polyring__doubt;

typedef struct polyring__journal {
  atomic_size_t count;
  polyring__doubt *doubts;
  uint32_t *heads;   /* JOURNAL_HEADS; NULL before the first */
  size_t room, high; /* so many places have been used */
} polyring__journal;

void polyring__journal_done(polyring__journal *journal, const polyring_allocator *memory);
void polyring__journal_clear(polyring__journal *journal);

/* 0: it is full, or there is no memory. */
int polyring__journal_add(polyring__journal *journal, const polyring_allocator *memory,
                          polyring__span key, int binary, int64_t now);
int polyring__journal_has(const polyring__journal *journal, polyring__span key);

/* Copies up to most keys that have been in doubt since `before` or earlier; their number. */
size_t polyring__journal_take(const polyring__journal *journal, int64_t before,
                              polyring__doubt *doubts, size_t most);
/* It is deleted: out of the journal, unless another change of it has failed since. */
void polyring__journal_remove(polyring__journal *journal, const polyring__doubt *doubt);

/* Since when the first of them is; INT64_MAX: there is none. */
int64_t polyring__journal_oldest(const polyring__journal *journal);

#endif
