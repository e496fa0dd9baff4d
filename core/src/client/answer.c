#include "client/answer.h"

#include "base/allocator.h"

void polyring__results_init(polyring__results *results, const polyring_allocator *allocator) {
  *results = (polyring__results){.allocator = polyring__allocator_or_libc(allocator)};
}

void polyring__results_done(polyring__results *results) {
  polyring__release(&results->allocator, results->bytes, results->capacity);
  polyring__release(&results->allocator, results->scratch, results->scratch_size);
  *results = (polyring__results){.allocator = results->allocator};
}

/* Room for size bytes more; false if there is no memory. */
static int reserve(polyring__results *results, size_t size) {
  size_t capacity = results->capacity ? results->capacity : 4096;
  if (size <= results->capacity - results->size) return 1;
  while (capacity - results->size < size) capacity *= 2;
  char *bytes = polyring__allocate(&results->allocator, capacity);
  if (!bytes) return 0;
  if (results->size) memcpy(bytes, results->bytes, results->size);
  polyring__release(&results->allocator, results->bytes, results->capacity);
  results->bytes = bytes;
  results->capacity = capacity;
  return 1;
}

static void append(polyring__results *results, polyring__span span) {
  if (span.size) memcpy(results->bytes + results->size, span.at, span.size);
  results->size += span.size;
}

static void keep(polyring__op *op, polyring__results *results, polyring__span span) {
  if (!reserve(results, span.size)) {
    op->status = POLYRING_NO_MEMORY;
    return;
  }
  op->value = (polyring__span){(const char *)results->size, span.size};
  append(results, span);
}

enum { LEAST_OF_LINES = 4096 };

/* How much room lines of that size have. */
static size_t room_of(size_t size) {
  size_t room = LEAST_OF_LINES;
  while (room < size) room *= 2;
  return size ? room : 0;
}

/* A line of stats or of a dump. Those of several servers come in turns: each operation has room of
 * its own, which moves to the end and doubles where it is full. */
static void keep_line(polyring__op *op, polyring__results *results, const polyring__reply *reply) {
  size_t before = op->value.size, after = before + reply->key.size + reply->text.size + 2;
  size_t old = room_of(before), room = room_of(after), at = (size_t)op->value.at;
  if (room > old) {
    if (!reserve(results, room)) {
      op->status = POLYRING_NO_MEMORY;
      return;
    }
    if (before && at + old == results->size) results->size = at; /* it is at the end */
    if (before) memmove(results->bytes + results->size, results->bytes + at, before);
    at = results->size;
    results->size += room;
  }
  size_t end = results->size;
  results->size = at + before;
  append(results, reply->key);
  if (reply->key.size) append(results, (polyring__span){" ", 1});
  append(results, reply->text);
  append(results, (polyring__span){"\n", 1});
  op->value = (polyring__span){(const char *)at, results->size - at};
  results->size = end;
}

void polyring__op_take(polyring__op *op, polyring__results *results, const polyring__reply *reply) {
  op->got |= reply->got;
  op->flags = reply->flags;
  op->cas = reply->cas;
  op->ttl = reply->ttl;
  op->number = reply->number;
  op->size = reply->size;
  op->last_access = reply->last_access;
  op->hit_before = reply->hit_before;
  if (op->request.verb == POLYRING__INCR || op->request.verb == POLYRING__DECR) {
    for (size_t i = 0; i < reply->value.size; i++)
      op->number = op->number * 10 + (uint64_t)(reply->value.at[i] - '0');
  } else if (reply->got & POLYRING__GOT_VALUE) {
    keep(op, results, reply->value);
  }
  if (reply->answer == POLYRING__ANSWER_STAT || reply->answer == POLYRING__ANSWER_DUMP)
    keep_line(op, results, reply);
  else if (reply->answer == POLYRING__ANSWER_VERSION || reply->answer == POLYRING__ANSWER_REFUSED ||
           reply->answer == POLYRING__ANSWER_FAILED)
    keep(op, results, reply->text);
}

void polyring__op_forget(polyring__op *op) {
  op->got = op->flags = op->last_access = op->hit_before = 0;
  op->ttl = 0;
  op->cas = op->number = op->size = 0;
  op->value = (polyring__span){NULL, 0};
}

int polyring__op_is_read(const polyring__op *op) {
  polyring__verb verb = op->request.verb;
  uint32_t changes = POLYRING__HAS_TTL | POLYRING__VIVIFY | POLYRING__RECACHE;
  return (verb == POLYRING__GET && !(op->request.marks & changes)) || verb >= POLYRING__STATS;
}
