/* What servers say: CODEC is the protocol. The first line of an input says what is asked, the rest
 * is what comes back:
 *
 *   a letter   the manner: E, Q, L as in connection.h
 *   a digit    how many requests go in front of the rest
 *   a sign     how the reply is cut, and the longest value that is taken
 *   a request  as often as there is room: a verb of the row below, and a sign for its key and what
 *              else is asked for
 *
 * Whatever the reply: it is told the same whole and in pieces; an answer is that of its request, in
 * order, and lies in what came in; memory grows with what came in, not with what it says; nothing
 * is read behind its end. POLYRING_LIAR=key, pieces or place makes one of those fail, for a
 * control. */
#include "connection/connection.h"
#include "fuzz.h"
#include "protocol/wire_key.h"

enum { REQUESTS = 12, KEYS = 8 };

struct trial {
  polyring__connection connection;
  polyring__manner manner;
  size_t count, front;
  polyring__request requests[REQUESTS];
  size_t due;      /* the first request without its last verdict */
  size_t received; /* bytes */
  polyring_buffer told;
};

/* --- what is asked --- */

static polyring__span key_of(uint8_t sign) {
  static const polyring__span keys[KEYS] = {
      {"k", 1},    {"a", 1}, {"b", 1}, {"key", 3}, {"beta", 4}, {"END", 3}, {"greeting-12", 11},
      {"a b\n", 4}};
  return keys[sign % KEYS];
}

static polyring__request request_of(uint8_t letter, uint8_t sign) {
  static const char verbs[] = "gtsarpqcdixfSvyDm"; /* of all verbs */
  const char *found = memchr(verbs, letter, sizeof verbs - 1);
  unsigned more = sign >> 3; /* of '0' to '7': 6 */
  polyring__request request = {
      .verb = (polyring__verb)(found ? (size_t)(found - verbs) : letter % POLYRING__VERBS)};
  if (request.verb < POLYRING__FLUSH) request.key = key_of(sign);
  if (polyring__is_store(request.verb)) request.value = (polyring__span){"value", 5};
  if (request.verb == POLYRING__DUMP) request.text = (polyring__span){"all", 3};
  if (request.verb == POLYRING__GET && !(more & 4))
    request.want = more & 3 ? 0x3F >> (more & 3) : 1;
  if (more & 8) request.marks |= POLYRING__HAS_TTL;
  if (more & 16) request.marks |= POLYRING__HAS_CAS;
  polyring__key_kind kind = polyring__key_kind_of(request.key, &(size_t){0});
  if (request.verb < POLYRING__FLUSH && kind == POLYRING__KEY_BINARY)
    request.marks |= POLYRING__BINARY;
  if (CODEC.can(&request)) return request;
  return (polyring__request){.verb = POLYRING__GET, .key = {"k", 1}};
}

/* Lists are of GETs, and only meta is quiet about stores. */
static void fit(struct trial *trial) {
  const polyring__request *first = &trial->requests[trial->front];
  for (size_t i = trial->front; i < trial->count; i++) {
    polyring__request *request = &trial->requests[i];
    if (trial->manner == POLYRING__AS_LIST)
      *request = (polyring__request){
          .verb = POLYRING__GET,
          .key =
              request->key.size && !(request->marks & POLYRING__BINARY) ? request->key : key_of(0),
          .want = first->want & POLYRING__WANT_CAS};
    if (trial->manner == POLYRING__QUIETLY && !polyring__is_store(request->verb))
      *request = request_of('s', 0x30);
  }
}

/* Returns where the reply starts. */
static size_t read_shape(struct trial *trial, const uint8_t *data, size_t size) {
  const uint8_t *end = memchr(data, '\n', size < 3 + 2 * REQUESTS ? size : 3 + 2 * REQUESTS);
  size_t line = end ? (size_t)(end - data) : 0;
  if (line < 5) return 0;
  for (size_t i = 3; i + 1 < line; i += 2)
    trial->requests[trial->count++] = request_of(data[i], data[i + 1]);
  trial->front = data[1] % 4 % (trial->count + 1);
  trial->manner = data[0] == 'L'                                ? POLYRING__AS_LIST
                  : data[0] == 'Q' && &CODEC == &polyring__meta ? POLYRING__QUIETLY
                                                                : POLYRING__EACH;
  if (trial->front < trial->count) fit(trial);
  return line + 1;
}

/* --- what is told --- */

static void tell(struct trial *trial, const void *bytes, size_t size) {
  must(polyring_buffer_add(&trial->told, size ? bytes : "", size), "there is memory");
}

static void tell_span(struct trial *trial, polyring__span span) {
  const polyring__connection *connection = &trial->connection;
  size_t end = connection->in_end - 3 * (size_t)lies("place");
  tell(trial, &span.size, sizeof span.size);
  if (!span.size) return;
  must(span.at >= connection->in + connection->in_start &&
           span.at + span.size <= connection->in + end,
       "what is told lies in what came in");
  tell(trial, span.at, span.size);
}

/* Whether the reply says whose answer it is, and says it rightly. */
static int is_own(const struct trial *trial, const polyring__request *request, size_t i,
                  const polyring__reply *reply) {
  int has_key = (reply->got & POLYRING__GOT_KEY) != 0;
  int binary = (request->marks & POLYRING__BINARY) != 0;
  char text[POLYRING__BASE64_MAX + 1];
  polyring__span key = request->key;
  if (request->verb >= POLYRING__FLUSH) return 1; /* of stats, the key is a name */
  if (binary) key = (polyring__span){text, (size_t)(polyring__base64_write(key, text) - text)};
  if (has_key && !polyring__span_equals(key, reply->key)) return 0;
  if (reply->got & POLYRING__GOT_VALUE && !has_key) return 0;
  return !(reply->got & POLYRING__GOT_OPAQUE) ||
         reply->opaque == trial->connection.opaque + (uint32_t)i;
}

static void take(void *context, size_t i, polyring__verdict verdict, const polyring__reply *reply) {
  struct trial *trial = context;
  polyring__request request = trial->requests[i];
  if (lies("key")) request.key = (polyring__span){"other", 5};
  must(i == trial->due && i < trial->count, "each request has its verdict in its turn");
  must(verdict != POLYRING__VERDICT_WRONG, "a wrong reply is no answer");
  if (verdict != POLYRING__VERDICT_MORE) trial->due++;
  tell(trial, &i, sizeof i);
  tell(trial, &verdict, sizeof verdict);
  if (!reply) return;
  int says = verdict != POLYRING__VERDICT_FAILED && verdict != POLYRING__VERDICT_REFUSED;
  must(!says || is_own(trial, &request, i, reply), "an answer is that of its request");
  must(reply->value.size <= trial->connection.value_most, "no value is longer than the limit");
  tell_span(trial, reply->key);
  tell_span(trial, reply->value);
  tell_span(trial, reply->text);
  const uint64_t numbers[] = {reply->answer,      reply->got,          reply->flags, reply->opaque,
                              reply->last_access, reply->hit_before,   reply->cas,   reply->number,
                              reply->size,        (uint64_t)reply->ttl};
  tell(trial, numbers, sizeof numbers);
}

static const polyring__request *give(void *context, size_t i) {
  struct trial *trial = context;
  must(i < trial->count, "only those are asked for that there are");
  return &trial->requests[i];
}

/* Nothing is kept in memory that did not come in. */
static void check_memory(const struct trial *trial) {
  size_t most = 2 * trial->received + POLYRING__IN_SIZE;
  must(trial->connection.in_size <= most, "memory grows with what came in");
}

/* The reply in pieces: of sizes that the seed gives, or (0) in one. */
static void run(struct trial *trial, const uint8_t *reply, size_t size, uint32_t seed,
                size_t most) {
  polyring__pipeline pipeline = {trial, trial->manner, trial->count, give, take, trial->front};
  polyring__connection *connection = &trial->connection;
  polyring__span spans[2];
  polyring_buffer_init(&trial->told, NULL);
  polyring__connection_init(connection, NULL, &CODEC, most);
  must(polyring__connection_begin(connection, &pipeline) == POLYRING_OK, "it begins");
  for (int n; (n = polyring__connection_to_send(connection, spans));)
    polyring__connection_sent(connection, spans[0].size + (n > 1 ? spans[1].size : 0));
  for (size_t at = 0; at < size && !connection->broken;) {
    char *to;
    size_t room, piece = seed ? 1 + (seed >> 16) % (seed & 1 ? 3 : 1 + size / 2) : size;
    seed = seed * 1103515245 + (seed != 0) * 12345;
    must(polyring__connection_room(connection, &to, &room) == POLYRING_OK && room, "there is room");
    if (piece > room) piece = room;
    if (piece > size - at) piece = size - at;
    memcpy(to, reply + at, piece);
    if (seed && lies("pieces") && piece < size - at) to[0] ^= 1;
    at += piece;
    trial->received += piece;
    polyring__connection_received(connection, piece);
    check_memory(trial);
  }
  int idle = polyring__connection_is_idle(connection);
  must(!idle || trial->due == trial->count, "who is done has told all");
  tell(trial, &idle, sizeof idle);
  if (connection->broken) tell(trial, connection->broken, strlen(connection->broken));
}

/* Reply by reply, from memory that ends where the reply does. What begins a bad reply is bad or
 * incomplete, and what begins a good one too. */
static void read_exactly(const uint8_t *reply, size_t size, size_t most) {
  while (size) {
    polyring__reply read;
    char *copy = malloc(size);
    memcpy(copy, reply, size);
    ptrdiff_t taken = CODEC.read(copy, size, most, &read);
    free(copy);
    must(taken >= POLYRING__TOO_LONG && taken <= (ptrdiff_t)size, "it takes what there is");
    if (taken > 0) {
      copy = malloc((size_t)taken - 1);
      memcpy(copy, reply, (size_t)taken - 1);
      must(CODEC.read(copy, (size_t)taken - 1, most, &read) == POLYRING__INCOMPLETE,
           "all but the last byte of a reply is incomplete");
      free(copy);
    }
    if (taken <= 0) return;
    reply += taken;
    size -= (size_t)taken;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const size_t mosts[] = {1 << 20, 1 << 20, 8, 1 << 30};
  struct trial whole = {.count = 0}, cut;
  size_t start = size ? read_shape(&whole, data, size) : 0;
  if (!start || !whole.count) return 0;
  size_t most = mosts[data[2] >> 5 & 3];
  cut = whole;
  run(&whole, data + start, size - start, 0, most);
  run(&cut, data + start, size - start, 2 * data[2] + 7919 * (uint32_t)size + 1, most);
  must(whole.told.size == cut.told.size && memcmp(whole.told.at, cut.told.at, whole.told.size) == 0,
       "a reply in pieces is the same as whole");
  polyring__connection_done(&whole.connection);
  polyring__connection_done(&cut.connection);
  polyring_buffer_done(&whole.told);
  polyring_buffer_done(&cut.told);
  read_exactly(data + start, size - start, most);
  return 0;
}
