#include "client/journal.h"

#include "base/allocator.h"
#include "hash/functions.h"

enum { FIRST_ROOM = 64 };

void polyring__journal_done(polyring__journal *journal, const polyring_allocator *memory) {
  polyring__release(memory, journal->doubts, journal->room * sizeof *journal->doubts);
  polyring__release(memory, journal->heads, POLYRING__JOURNAL_HEADS * sizeof *journal->heads);
}

void polyring__journal_clear(polyring__journal *journal) {
  if (journal->heads) memset(journal->heads, 0, POLYRING__JOURNAL_HEADS * sizeof *journal->heads);
  journal->high = 0;
  atomic_store(&journal->count, 0);
}

static uint32_t *head_of(const polyring__journal *journal, polyring__span key) {
  return &journal->heads[polyring__xxh3(key.at, key.size, 0) % POLYRING__JOURNAL_HEADS];
}

/* The link that leads to the key's place; that of the end where it is not in the journal. */
static uint32_t *find(const polyring__journal *journal, polyring__span key) {
  uint32_t *link = head_of(journal, key);
  for (; *link; link = &journal->doubts[*link - 1].next) {
    const polyring__doubt *one = &journal->doubts[*link - 1];
    if (polyring__span_equals((polyring__span){one->key, one->size}, key)) break;
  }
  return link;
}

static int grow(polyring__journal *journal, const polyring_allocator *memory) {
  size_t room = journal->room ? journal->room * 2 : FIRST_ROOM;
  if (!journal->heads) {
    size_t size = POLYRING__JOURNAL_HEADS * sizeof *journal->heads;
    if (!(journal->heads = polyring__allocate(memory, size))) return 0;
    memset(journal->heads, 0, size);
  }
  polyring__doubt *doubts = polyring__allocate(memory, room * sizeof *doubts);
  if (!doubts) return 0;
  if (journal->high) memcpy(doubts, journal->doubts, journal->high * sizeof *doubts);
  polyring__release(memory, journal->doubts, journal->room * sizeof *doubts);
  journal->doubts = doubts;
  journal->room = room;
  return 1;
}

/* A place that is free; NULL: there is no memory. */
static polyring__doubt *place(polyring__journal *journal, const polyring_allocator *memory) {
  if (atomic_load(&journal->count) < journal->high)
    for (size_t i = 0; i < journal->high; i++)
      if (!journal->doubts[i].used) return &journal->doubts[i];
  if (journal->high == journal->room && !grow(journal, memory)) return NULL;
  return &journal->doubts[journal->high++];
}

int polyring__journal_add(polyring__journal *journal, const polyring_allocator *memory,
                          polyring__span key, int binary, int64_t now) {
  if (!journal->heads && !grow(journal, memory)) return 0;
  uint32_t *link = find(journal, key);
  if (*link) {
    journal->doubts[*link - 1].since = now;
    return 1;
  }
  if (atomic_load(&journal->count) >= POLYRING__JOURNAL_MAX) return 0;
  polyring__doubt *one = place(journal, memory);
  if (!one) return 0;
  *one = (polyring__doubt){
      .since = now, .used = 1, .binary = (uint8_t)binary, .size = (uint8_t)key.size};
  memcpy(one->key, key.at, key.size);
  *find(journal, key) = (uint32_t)(one - journal->doubts) + 1; /* the places may have moved */
  atomic_fetch_add(&journal->count, 1);
  return 1;
}

int polyring__journal_has(const polyring__journal *journal, polyring__span key) {
  return journal->heads && *find(journal, key) != 0;
}

size_t polyring__journal_take(const polyring__journal *journal, int64_t before,
                              polyring__doubt *doubts, size_t most) {
  size_t count = 0;
  for (size_t i = 0; i < journal->high && count < most; i++)
    if (journal->doubts[i].used && journal->doubts[i].since <= before)
      doubts[count++] = journal->doubts[i];
  return count;
}

void polyring__journal_remove(polyring__journal *journal, const polyring__doubt *doubt) {
  if (!journal->heads) return;
  uint32_t *link = find(journal, (polyring__span){doubt->key, doubt->size});
  if (!*link) return;
  polyring__doubt *one = &journal->doubts[*link - 1];
  if (one->since != doubt->since) return;
  *link = one->next;
  one->used = 0;
  if (atomic_fetch_sub(&journal->count, 1) == 1) journal->high = 0;
}

int64_t polyring__journal_oldest(const polyring__journal *journal) {
  int64_t oldest = INT64_MAX;
  for (size_t i = 0; i < journal->high; i++)
    if (journal->doubts[i].used && journal->doubts[i].since < oldest)
      oldest = journal->doubts[i].since;
  return oldest;
}
