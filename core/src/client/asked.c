/* What an exchange asks, and what verdicts make of it. */
#include "client/answer.h"
#include "client/exchange.h"

const polyring__request *polyring__exchange_request(void *context, size_t i) {
  const polyring__exchange *exchange = context;
  size_t front = exchange->front_count;
  return i < front ? exchange->front[i] : &polyring__exchange_op(exchange, i - front)->request;
}

/* Whether the server speaks meta. All others say ERROR, or close the connection. */
static void take_protocol(polyring__exchange *exchange, polyring__verdict verdict,
                          const polyring__reply *reply) {
  polyring__link *link = exchange->link;
  link->codec = verdict == POLYRING__VERDICT_DONE ? &polyring__meta : &polyring__text;
  /* Some errors are about the moment. They hold for this connection only. */
  if (verdict == POLYRING__VERDICT_DONE || !reply->text.size)
    polyring__pool_learn(exchange->pool, link->codec);
}

static void take_greeting(polyring__exchange *exchange, polyring__verdict verdict,
                          const polyring__reply *reply) {
  polyring__pool *pool = exchange->pool;
  polyring__link *link = exchange->link;
  int failed = verdict == POLYRING__VERDICT_FAILED || verdict == POLYRING__VERDICT_REFUSED;
  if (link->greeted) return; /* the end of an answer in parts */
  if (failed && pool->greeting_first) exchange->greeted = POLYRING_SERVER_FAILED;
  link->greeted = 1;
  if (failed) return;
  int came_to =
      pool->greeted(pool->context, pool, verdict == POLYRING__VERDICT_MISS ? NULL : reply);
  if (came_to < 0) exchange->greeted = came_to;
  if (came_to > 0) link->owes_after = 1;
}

static void take_front(polyring__exchange *exchange, size_t i, polyring__verdict verdict,
                       const polyring__reply *reply) {
  if (exchange->purpose == POLYRING__ASKING)
    take_protocol(exchange, verdict, reply);
  else if (exchange->front[i] == &exchange->pool->greeting)
    take_greeting(exchange, verdict, reply);
}

void polyring__exchange_verdict(void *context, size_t i, polyring__verdict verdict,
                                const polyring__reply *reply) {
  static const int statuses[] = {[POLYRING__VERDICT_DONE] = POLYRING_OK,
                                 [POLYRING__VERDICT_MISS] = POLYRING_MISS,
                                 [POLYRING__VERDICT_NOT_STORED] = POLYRING_NOT_STORED,
                                 [POLYRING__VERDICT_EXISTS] = POLYRING_EXISTS,
                                 [POLYRING__VERDICT_MORE] = POLYRING_OK,
                                 [POLYRING__VERDICT_REFUSED] = POLYRING_REFUSED,
                                 [POLYRING__VERDICT_FAILED] = POLYRING_SERVER_FAILED};
  polyring__exchange *exchange = context;
  if (i < exchange->front_count) {
    take_front(exchange, i, verdict, reply);
    return;
  }
  polyring__op *op = polyring__exchange_op(exchange, i - exchange->front_count);
  if (exchange->greeted || op->status == POLYRING_NO_MEMORY) return;
  op->status = statuses[verdict];
  if (op->status < 0) exchange->link->doubtful = 1;
  if (verdict == POLYRING__VERDICT_REFUSED && exchange->link->codec == &polyring__meta &&
      op->request.verb <= POLYRING__DECR && !reply->text.size)
    exchange->replaced = 1;
  /* The end of an answer in parts says nothing more. */
  int ends = reply && reply->answer == POLYRING__ANSWER_END;
  if (reply && !ends) polyring__op_take(op, exchange->frame->results, reply);
}

static int is_plain_get(const polyring__op *op, uint32_t want) {
  return op->request.verb == POLYRING__GET && !op->request.marks && op->request.want == want &&
         !(want & ~(uint32_t)POLYRING__WANT_CAS);
}

polyring__manner polyring__exchange_manner(const polyring__exchange *exchange) {
  int lists = 1, quiet = exchange->link->codec == &polyring__meta;
  uint32_t want = polyring__exchange_op(exchange, 0)->request.want;
  if (exchange->count == 1) return POLYRING__EACH;
  for (size_t i = 0; (lists || quiet) && i < exchange->count; i++) {
    const polyring__op *op = polyring__exchange_op(exchange, i);
    lists = lists && is_plain_get(op, want);
    quiet = quiet && polyring__is_store(op->request.verb) && !op->request.want;
  }
  return lists ? POLYRING__AS_LIST : quiet ? POLYRING__QUIETLY : POLYRING__EACH;
}

int polyring__exchange_only_reads(const polyring__exchange *exchange) {
  for (size_t i = 0; i < exchange->count; i++)
    if (!polyring__op_is_read(polyring__exchange_op(exchange, i))) return 0;
  return 1;
}

void polyring__exchange_screen(polyring__exchange *exchange) {
  const polyring__codec *codec = exchange->link->codec;
  uint32_t *order = exchange->frame->order + exchange->first;
  exchange->count = exchange->all;
  for (size_t i = 0; i < exchange->count;) {
    polyring__op *op = polyring__exchange_op(exchange, i);
    uint32_t index = order[i];
    if (codec->can(&op->request)) {
      i++;
      continue;
    }
    int key = codec == &polyring__text && op->request.marks & POLYRING__BINARY;
    op->status = key ? POLYRING_INVALID_KEY : POLYRING_NOT_SUPPORTED;
    op->reason = codec == &polyring__meta ? "the meta protocol has no such request"
                 : key ? "the server speaks classic text only, in which keys have no blanks and "
                         "no control bytes"
                       : "the server speaks classic text only, which has no such request";
    exchange->count--;
    memmove(order + i, order + i + 1, (exchange->all - i - 1) * sizeof *order);
    order[exchange->all - 1] = index;
  }
}
