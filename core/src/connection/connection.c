#include "connection/connection.h"

#include "base/allocator.h"

void polyring__connection_init(polyring__connection *connection,
                               const polyring_allocator *allocator, const polyring__codec *codec,
                               size_t value_most) {
  *connection = (polyring__connection){.allocator = polyring__allocator_or_libc(allocator),
                                       .codec = codec,
                                       .value_most = value_most,
                                       .over = 1};
}

void polyring__connection_done(polyring__connection *connection) {
  polyring__release(&connection->allocator, connection->out, POLYRING__OUT_SIZE);
  polyring__release(&connection->allocator, connection->in, connection->in_size);
  *connection = (polyring__connection){.broken = "closed"};
}

static int breaks(polyring__connection *connection, const char *why) {
  if (!connection->broken) connection->broken = why;
  return 0;
}

polyring_status polyring__connection_begin(polyring__connection *connection,
                                           const polyring__pipeline *pipeline) {
  if (!connection->over) breaks(connection, "the requests before are not answered");
  if (!connection->out)
    connection->out = polyring__allocate(&connection->allocator, POLYRING__OUT_SIZE);
  if (!connection->out) return POLYRING_NO_MEMORY;
  connection->pipeline = *pipeline;
  connection->opaque += (uint32_t)connection->answered; /* not those of the pipeline before */
  if (connection->opaque == 0 || connection->opaque > UINT32_MAX - pipeline->count)
    connection->opaque = 1;
  connection->written = connection->answered = connection->parts = 0;
  connection->ended = connection->over = pipeline->count == 0;
  return POLYRING_OK;
}

/* The manner of request i. */
static polyring__manner manner_at(const polyring__connection *connection, size_t i) {
  return i < connection->pipeline.front ? POLYRING__EACH : connection->pipeline.manner;
}

/* Whether a server might say so, which no server says of an item that takes less than 1,024 bytes:
 * it is the least that -I allows. */
static int may_be_too_large(const polyring__request *request) {
  return request->key.size + request->value.size > 640;
}

/* Whether request i, given as that, has no reply where all is well. */
static int is_quiet(const polyring__connection *connection, size_t i,
                    const polyring__request *given) {
  return connection->codec == &polyring__meta && manner_at(connection, i) == POLYRING__QUIETLY &&
         i + 1 < connection->pipeline.count && !may_be_too_large(given);
}

/* Request i as it is sent; room is for where that is not as it was given. In meta all replies but
 * that of the fence name their request by an opaque, so that none that nobody asked for, not even
 * one about the same key, is ever taken for it. */
static const polyring__request *request_at(const polyring__connection *connection, size_t i,
                                           polyring__request *room) {
  const polyring__request *given = connection->pipeline.request(connection->pipeline.context, i);
  polyring__manner manner = manner_at(connection, i);
  if (connection->codec != &polyring__meta || manner == POLYRING__AS_LIST) return given;
  *room = *given;
  if (is_quiet(connection, i, given)) room->marks |= POLYRING__QUIET;
  room->opaque = connection->opaque + (uint32_t)i;
  return room;
}

static size_t room_of(const polyring__connection *connection) {
  return POLYRING__OUT_SIZE - connection->out_end;
}

static void put(polyring__connection *connection, const char *bytes, size_t size) {
  memcpy(connection->out + connection->out_end, bytes, size);
  connection->out_end += size;
}

/* What ends the pipeline. */
static void write_end(polyring__connection *connection) {
  char *at = connection->out + connection->out_end;
  if (manner_at(connection, connection->pipeline.count - 1) == POLYRING__AS_LIST)
    connection->out_end += (size_t)(polyring__text_end(at) - at);
  connection->ended = 1;
}

static void write_key(polyring__connection *connection, const polyring__request *request) {
  char *at = connection->out + connection->out_end, *end = at;
  if (connection->written == connection->pipeline.front)
    end = polyring__text_begin(end, request->want);
  end = polyring__text_key(end, request->key);
  connection->out_end += (size_t)(end - at);
}

/* The request, but for a long value, which is sent from where it lies. */
static void write_one(polyring__connection *connection, const polyring__request *request) {
  char *at = connection->out + connection->out_end;
  connection->out_end += (size_t)(connection->codec->write(request, at) - at);
  if (!polyring__is_store(request->verb)) return;
  if (request->value.size > POLYRING__COPIED_MAX) {
    connection->value = request->value;
    connection->value_end = 1;
    return;
  }
  if (request->value.size) put(connection, request->value.at, request->value.size);
  put(connection, "\r\n", 2);
}

/* Writes as many requests as there is room for. */
static void fill(polyring__connection *connection) {
  if (connection->value.size) return;
  if (connection->out_start == connection->out_end) connection->out_start = connection->out_end = 0;
  while (!connection->value.size && room_of(connection) > POLYRING__HEAD_MAX) {
    if (connection->value_end) put(connection, "\r\n", 2);
    connection->value_end = 0;
    if (connection->ended) return;
    if (connection->written == connection->pipeline.count) {
      write_end(connection);
      return;
    }
    polyring__request room;
    const polyring__request *request = request_at(connection, connection->written, &room);
    size_t copied = request->value.size > POLYRING__COPIED_MAX ? 0 : request->value.size;
    if (room_of(connection) < POLYRING__HEAD_MAX + request->text.size + copied + 2) return;
    if (manner_at(connection, connection->written) == POLYRING__AS_LIST)
      write_key(connection, request);
    else
      write_one(connection, request);
    connection->written++;
    if (connection->written == connection->pipeline.count &&
        manner_at(connection, connection->written - 1) != POLYRING__AS_LIST)
      connection->ended = 1;
  }
}

int polyring__connection_to_send(polyring__connection *connection, polyring__span spans[2]) {
  int count = 0;
  if (connection->broken) return 0;
  fill(connection);
  if (connection->out_end > connection->out_start)
    spans[count++] = (polyring__span){connection->out + connection->out_start,
                                      connection->out_end - connection->out_start};
  if (connection->value.size) spans[count++] = connection->value;
  return count;
}

void polyring__connection_sent(polyring__connection *connection, size_t size) {
  size_t there = connection->out_end - connection->out_start;
  size_t of_out = size < there ? size : there;
  connection->out_start += of_out;
  if (size == of_out) return;
  connection->value.at += size - of_out;
  connection->value.size -= size - of_out;
}

polyring_status polyring__connection_room(polyring__connection *connection, char **at,
                                          size_t *room) {
  if (connection->in_start && connection->in_end == connection->in_size) {
    memmove(connection->in, connection->in + connection->in_start,
            connection->in_end - connection->in_start);
    connection->in_end -= connection->in_start;
    connection->in_start = 0;
  }
  if (connection->in_end == connection->in_size) { /* a reply longer than that: it comes in now */
    size_t size = connection->in_size ? 2 * connection->in_size : POLYRING__IN_SIZE;
    char *in = polyring__allocate(&connection->allocator, size);
    if (!in) {
      breaks(connection, "no memory for a reply");
      return POLYRING_NO_MEMORY;
    }
    if (connection->in_end) memcpy(in, connection->in, connection->in_end);
    polyring__release(&connection->allocator, connection->in, connection->in_size);
    connection->in = in;
    connection->in_size = size;
  }
  *at = connection->in + connection->in_end;
  *room = connection->in_size - connection->in_end;
  return POLYRING_OK;
}

static void give(polyring__connection *connection, size_t i, polyring__verdict verdict,
                 const polyring__reply *reply) {
  connection->pipeline.verdict(connection->pipeline.context, i, verdict, reply);
}

/* What silence means: of a list that there is no such item, of a quiet store that it is done. */
static void pass_over(polyring__connection *connection, size_t end) {
  polyring__verdict silence = connection->pipeline.manner == POLYRING__AS_LIST
                                  ? POLYRING__VERDICT_MISS
                                  : POLYRING__VERDICT_DONE;
  for (; connection->answered < end; connection->answered++)
    give(connection, connection->answered, silence, NULL);
}

/* The end of a list: all that is left was passed over. */
static int finish(polyring__connection *connection) {
  if (!connection->ended) return breaks(connection, "the answer ended before the request did");
  pass_over(connection, connection->pipeline.count);
  return connection->over = 1;
}

static int take_each(polyring__connection *connection, const polyring__reply *reply) {
  polyring__request room;
  size_t i = connection->answered;
  const polyring__request *request = request_at(connection, i, &room);
  polyring__verdict verdict = connection->codec->judge(request, reply, connection->parts);
  /* Old servers do not say what missed; one that did once always does. */
  if (verdict == POLYRING__VERDICT_MISS && connection->names_misses &&
      !(reply->got & POLYRING__GOT_OPAQUE))
    verdict = POLYRING__VERDICT_WRONG;
  if (verdict == POLYRING__VERDICT_MISS && reply->got & POLYRING__GOT_OPAQUE)
    connection->names_misses = 1;
  if (verdict == POLYRING__VERDICT_WRONG)
    return breaks(connection, "a reply that does not belong to the request");
  if (verdict == POLYRING__VERDICT_MORE) {
    connection->parts++;
  } else {
    connection->answered++;
    connection->parts = 0;
    connection->over = connection->answered == connection->pipeline.count;
  }
  give(connection, i, verdict, reply);
  /* Where a store is refused, what the server takes for the next command may be the value. */
  if (verdict == POLYRING__VERDICT_REFUSED && polyring__is_store(request->verb))
    return breaks(connection, "the server refused a request with a value");
  return 1;
}

/* The first request, of those that are due, whose reply is never left out; or end. */
static size_t first_loud(const polyring__connection *connection, size_t end) {
  const polyring__pipeline *pipeline = &connection->pipeline;
  size_t i = connection->answered;
  while (i < end && is_quiet(connection, i, pipeline->request(pipeline->context, i))) i++;
  return i;
}

/* Errors name no request. This one can only be that of a store which may be too large, and the
 * first of those that are due has not been answered otherwise. */
static int is_too_large(const polyring__connection *connection, const polyring__reply *reply,
                        size_t *i) {
  polyring__request room;
  if (reply->answer != POLYRING__ANSWER_FAILED ||
      !polyring__span_is(reply->text, "object too large for cache"))
    return 0;
  *i = first_loud(connection, connection->written);
  return *i < connection->written && may_be_too_large(request_at(connection, *i, &room));
}

static int take_quiet(polyring__connection *connection, const polyring__reply *reply) {
  polyring__request room;
  size_t i = reply->opaque - connection->opaque;
  if (!(reply->got & POLYRING__GOT_OPAQUE) && !is_too_large(connection, reply, &i))
    return breaks(connection, "a reply that names no request"); /* an error, for one */
  if (i < connection->answered || i >= connection->written || first_loud(connection, i) != i)
    return breaks(connection, "a reply to no request that is due");
  polyring__verdict verdict = connection->codec->judge(request_at(connection, i, &room), reply, 0);
  if (verdict == POLYRING__VERDICT_MORE || verdict == POLYRING__VERDICT_WRONG ||
      verdict == POLYRING__VERDICT_REFUSED)
    return breaks(connection, "a reply that does not belong to the request");
  pass_over(connection, i);
  connection->answered++;
  connection->over = connection->answered == connection->pipeline.count;
  give(connection, i, verdict, reply);
  return 1;
}

static int take_of_list(polyring__connection *connection, const polyring__reply *reply) {
  polyring__request room;
  if (reply->answer == POLYRING__ANSWER_END) return finish(connection);
  for (size_t i = connection->answered; i < connection->written; i++) {
    polyring__verdict verdict = polyring__text.judge(request_at(connection, i, &room), reply, 0);
    if (verdict == POLYRING__VERDICT_WRONG) continue;
    if (verdict != POLYRING__VERDICT_MORE) break;
    pass_over(connection, i);
    connection->answered++;
    give(connection, i, POLYRING__VERDICT_DONE, reply);
    return 1;
  }
  return breaks(connection, reply->answer == POLYRING__ANSWER_VALUE
                                ? "a value of a key that is not due"
                                : "an error in the answer to many keys");
}

/* Whether a reply may come. */
static int is_due(const polyring__connection *connection) {
  int of_end = connection->ended && connection->pipeline.manner == POLYRING__AS_LIST &&
               connection->pipeline.front < connection->pipeline.count;
  return !connection->over && (of_end || connection->answered < connection->written);
}

void polyring__connection_received(polyring__connection *connection, size_t size) {
  static int (*const take[])(polyring__connection *, const polyring__reply *) = {
      [POLYRING__EACH] = take_each,
      [POLYRING__QUIETLY] = take_quiet,
      [POLYRING__AS_LIST] = take_of_list};
  connection->in_end += size;
  while (!connection->broken && connection->in_start < connection->in_end) {
    polyring__reply reply;
    polyring__manner manner = manner_at(connection, connection->answered);
    /* A list is classic text, and so is its answer: nothing of meta may be taken for a part of it.
     */
    const polyring__codec *codec =
        manner == POLYRING__AS_LIST ? &polyring__text : connection->codec;
    ptrdiff_t taken =
        codec->read(connection->in + connection->in_start,
                    connection->in_end - connection->in_start, connection->value_most, &reply);
    if (!is_due(connection)) breaks(connection, "bytes that nobody asked for");
    if (taken == POLYRING__BAD) breaks(connection, "bytes that are no reply");
    if (taken == POLYRING__TOO_LONG) breaks(connection, "a value larger than max_value");
    if (connection->broken || taken == POLYRING__INCOMPLETE) break;
    if (take[manner](connection, &reply)) connection->in_start += (size_t)taken;
  }
  if (connection->in_start == connection->in_end) connection->in_start = connection->in_end = 0;
}
