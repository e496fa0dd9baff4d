#include "client/journal.h"

#include "base/allocator.h"
#include "hash/functions.h"

enum { FIRST_ROOM = 64 };

void polyring__journal_done(polyring__journal *journal, const polyring_allocator *memory) {
  polyring__release(memory, journal->doubts, journal->room * sizeof *journal->doubts);
}

static uint32_t *head_of(polyring__journal *journal, polyring__span key) {
  return &journal->heads[polyring__xxh3(key.at, key.size, 0) % POLYRING__JOURNAL_HEADS];
}

/* The link that leads to the key's place; that of the end where it is not in the journal. */
static uint32_t *find(polyring__journal *journal, polyring__span key) {
  uint32_t *link = head_of(journal, key);
  for (; *link; link = &journal->doubts[*link - 1].next) {
    const polyring__doubt *one = &journal->doubts[*link - 1];
    if (polyring__span_equals((polyring__span){one->key, one->size}, key)) break;
  }
  return link;
}

size_t polyring__journal_wants(const polyring__journal *journal) {
  int full = journal->high == journal->room && !journal->unused;
  if (!full || journal->room >= POLYRING__JOURNAL_MAX) return 0;
  size_t room = journal->room ? journal->room * 2 : FIRST_ROOM;
  return room < POLYRING__JOURNAL_MAX ? room : POLYRING__JOURNAL_MAX;
}

polyring__doubt *polyring__journal_give(polyring__journal *journal, polyring__doubt *doubts,
                                        size_t room) {
  polyring__doubt *old = journal->doubts;
  if (journal->high) memcpy(doubts, old, journal->high * sizeof *doubts);
  journal->doubts = doubts;
  journal->room = room;
  return old;
}

/* A place that is free; NULL: there is none. */
static polyring__doubt *place(polyring__journal *journal) {
  if (journal->unused) {
    polyring__doubt *one = &journal->doubts[journal->unused - 1];
    journal->unused = one->next;
    return one;
  }
  return journal->high < journal->room ? &journal->doubts[journal->high++] : NULL;
}

int polyring__journal_add(polyring__journal *journal, polyring__span key, int binary, int sent,
                          int64_t now, const void *at) {
  uint32_t *link = find(journal, key);
  if (*link) {
    polyring__doubt *known = &journal->doubts[*link - 1];
    known->since = now;
    known->at = at;
    if (sent) known->sent = now;
    return 1;
  }
  polyring__doubt *one = place(journal);
  if (!one) return 0;
  *one = (polyring__doubt){.since = now,
                           .sent = sent ? now : INT64_MIN,
                           .at = at,
                           .used = 1,
                           .binary = (uint8_t)binary,
                           .size = (uint8_t)key.size};
  memcpy(one->key, key.at, key.size);
  *link = (uint32_t)(one - journal->doubts) + 1;
  atomic_fetch_add(&journal->count, 1);
  return 1;
}

const polyring__doubt *polyring__journal_find(polyring__journal *journal, polyring__span key) {
  uint32_t at = *find(journal, key);
  return at ? &journal->doubts[at - 1] : NULL;
}

size_t polyring__journal_take(const polyring__journal *journal, int64_t before, int64_t heard,
                              polyring__doubt *doubts, size_t most) {
  size_t count = 0;
  for (size_t i = 0; i < journal->high && count < most; i++) {
    const polyring__doubt *one = &journal->doubts[i];
    if (one->used && one->since <= before && one->sent <= heard) doubts[count++] = *one;
  }
  return count;
}

void polyring__journal_remove(polyring__journal *journal, const polyring__doubt *doubt) {
  uint32_t *link = find(journal, (polyring__span){doubt->key, doubt->size}), at = *link;
  if (!at) return;
  polyring__doubt *one = &journal->doubts[at - 1];
  if (one->since != doubt->since) return;
  *link = one->next;
  one->used = 0;
  one->next = journal->unused;
  journal->unused = at;
  if (atomic_fetch_sub(&journal->count, 1) == 1) journal->high = journal->unused = 0;
}

int64_t polyring__journal_oldest(const polyring__journal *journal) {
  int64_t oldest = INT64_MAX;
  for (size_t i = 0; i < journal->high; i++)
    if (journal->doubts[i].used && journal->doubts[i].since < oldest)
      oldest = journal->doubts[i].since;
  return oldest;
}
