/* Keys of one server in doubt: a change of them failed, and what lies there may be what it was to
 * replace. They are deleted before they are read again. */
#ifndef POLYRING__JOURNAL_H
#define POLYRING__JOURNAL_H

#include <stdatomic.h>

#include "base/span.h"
#include "polyring/ring.h"

enum { POLYRING__JOURNAL_MAX = 10000, POLYRING__JOURNAL_HEADS = 512 };

typedef struct polyring__doubt {
  int64_t since;  /* of the last change that failed */
  int64_t sent;   /* of the last of them that may be on its way; INT64_MIN: none is */
  const void *at; /* the stand-in that has the last change; NULL: none has */
  uint32_t next;  /* of the same head, or also unused: 1 more than its place; 0: none */
  uint8_t used, binary, size;
  char key[POLYRING_KEY_MAX]; /* as it is sent */
} polyring__doubt;

typedef struct polyring__journal {
  atomic_size_t count;
  polyring__doubt *doubts;
  size_t room, high; /* so many places have been used */
  uint32_t unused;   /* the first of those that are so no more, as next */
  uint32_t heads[POLYRING__JOURNAL_HEADS];
} polyring__journal;

void polyring__journal_done(polyring__journal *journal, const polyring_allocator *memory);

/* How many places it wants to have for one key more; 0: as it is. Give takes them, and returns the
 * old ones, as many as `room` was. */
size_t polyring__journal_wants(const polyring__journal *journal);
polyring__doubt *polyring__journal_give(polyring__journal *journal, polyring__doubt *doubts,
                                        size_t room);

/* sent: the change may be on its way. 0: there is no place. */
int polyring__journal_add(polyring__journal *journal, polyring__span key, int binary, int sent,
                          int64_t now, const void *at);
/* NULL: it is not in it. */
const polyring__doubt *polyring__journal_find(polyring__journal *journal, polyring__span key);

/* Copies up to most keys that have been in doubt since `before` or earlier, and of which no change
 * can be on its way that was given up after `heard`; their number. */
size_t polyring__journal_take(const polyring__journal *journal, int64_t before, int64_t heard,
                              polyring__doubt *doubts, size_t most);
/* It is deleted: out of the journal, unless another change of it has failed since. */
void polyring__journal_remove(polyring__journal *journal, const polyring__doubt *doubt);

/* Since when the first of them is; INT64_MAX: there is none. */
int64_t polyring__journal_oldest(const polyring__journal *journal);

#endif
