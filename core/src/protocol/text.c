/* The classic text protocol. */
#include "protocol/codec.h"
#include "protocol/read.h"
#include "protocol/wire_key.h"
#include "protocol/write.h"

enum {
  ONLY_META = POLYRING__HAS_INITIAL | POLYRING__BINARY | POLYRING__INVALIDATE | POLYRING__VIVIFY |
              POLYRING__RECACHE | POLYRING__UNTOUCHED
};

static const char *const words[POLYRING__VERBS] = {[POLYRING__GET] = "get",
                                                   [POLYRING__TOUCH] = "touch",
                                                   [POLYRING__SET] = "set",
                                                   [POLYRING__ADD] = "add",
                                                   [POLYRING__REPLACE] = "replace",
                                                   [POLYRING__APPEND] = "append",
                                                   [POLYRING__PREPEND] = "prepend",
                                                   [POLYRING__CAS] = "cas",
                                                   [POLYRING__DELETE] = "delete",
                                                   [POLYRING__INCR] = "incr",
                                                   [POLYRING__DECR] = "decr",
                                                   [POLYRING__FLUSH] = "flush_all",
                                                   [POLYRING__STATS] = "stats",
                                                   [POLYRING__VERSION] = "version",
                                                   [POLYRING__VERBOSITY] = "verbosity",
                                                   [POLYRING__DUMP] = "lru_crawler metadump",
                                                   [POLYRING__FENCE] = "version"};

/* Quiet requests are for stores and the like: an error to one that no reply is due to would be
 * taken for the reply to another. */
static int can(const polyring__request *request) {
  if (request->marks & (ONLY_META | POLYRING__QUIET) || request->opaque) return 0;
  if (request->want & ~(uint32_t)POLYRING__WANT_CAS) return 0;
  return request->verb == POLYRING__CAS || !(request->marks & POLYRING__HAS_CAS);
}

static char *put_blank_number(char *out, uint64_t number) {
  *out = ' ';
  return polyring__put_number(out + 1, number);
}

static char *put_blank_span(char *out, polyring__span span) {
  if (!span.size) return out;
  *out = ' ';
  return polyring__put_span(out + 1, span);
}

static char *put_ttl(char *out, const polyring__request *request) {
  *out = ' ';
  return polyring__put_signed(out + 1, request->marks & POLYRING__HAS_TTL ? request->ttl : 0);
}

static char *write_get(const polyring__request *request, char *out) {
  int touches = (request->marks & POLYRING__HAS_TTL) != 0;
  int cas = (request->want & POLYRING__WANT_CAS) != 0;
  out = polyring__put_text(out, touches ? cas ? "gats" : "gat" : cas ? "gets" : "get");
  if (touches) out = put_ttl(out, request);
  return put_blank_span(out, request->key);
}

static char *write_store(const polyring__request *request, char *out) {
  out = polyring__put_text(out, words[request->verb]);
  out = put_blank_span(out, request->key);
  out = put_blank_number(out, request->flags);
  out = put_ttl(out, request);
  out = put_blank_number(out, request->value.size);
  return request->verb == POLYRING__CAS ? put_blank_number(out, request->cas) : out;
}

static char *write_other(const polyring__request *request, char *out) {
  out = polyring__put_text(out, words[request->verb]);
  out = put_blank_span(out, request->key);
  out = put_blank_span(out, request->text);
  switch (request->verb) {
    case POLYRING__INCR:
    case POLYRING__DECR:
    case POLYRING__VERBOSITY:
      return put_blank_number(out, request->delta);
    case POLYRING__TOUCH:
      return put_ttl(out, request);
    case POLYRING__FLUSH:
      return request->marks & POLYRING__HAS_TTL ? put_ttl(out, request) : out;
    default:
      return out;
  }
}

static char *write(const polyring__request *request, char *out) {
  if (request->verb == POLYRING__GET)
    out = write_get(request, out);
  else if (polyring__is_store(request->verb))
    out = write_store(request, out);
  else
    out = write_other(request, out);
  return polyring__text_end(out);
}

char *polyring__text_begin(char *out, uint32_t want) {
  return polyring__put_text(out, want & POLYRING__WANT_CAS ? "gets" : "get");
}

char *polyring__text_key(char *out, polyring__span key) { return put_blank_span(out, key); }

char *polyring__text_end(char *out) { return polyring__put(out, "\r\n", 2); }

/* VALUE key flags length [cas] */
static ptrdiff_t read_value(const char *bytes, size_t size, ptrdiff_t taken, polyring__span line,
                            size_t most, polyring__reply *reply) {
  uint64_t flags, length = 0;
  polyring__read_word(&line);
  reply->key = polyring__read_word(&line);
  if (!reply->key.size || reply->key.size > POLYRING__SENT_KEY_MAX) return POLYRING__BAD;
  if (!polyring__read_number(polyring__read_word(&line), UINT32_MAX, &flags)) return POLYRING__BAD;
  if (!polyring__read_number(polyring__read_word(&line), most, &length))
    return length > most ? POLYRING__TOO_LONG : POLYRING__BAD;
  reply->answer = POLYRING__ANSWER_VALUE;
  reply->got = POLYRING__GOT_KEY | POLYRING__GOT_FLAGS;
  reply->flags = (uint32_t)flags;
  if (line.size) {
    if (!polyring__read_number(line, UINT64_MAX, &reply->cas)) return POLYRING__BAD;
    reply->got |= POLYRING__GOT_CAS;
  }
  return polyring__read_block(bytes, size, (size_t)taken, length, reply);
}

static int read_stat(polyring__span line, polyring__reply *reply) {
  polyring__read_word(&line);
  reply->answer = POLYRING__ANSWER_STAT;
  reply->got = POLYRING__GOT_KEY;
  reply->key = polyring__read_word(&line);
  reply->text = line;
  return reply->key.size > 0;
}

/* A decremented number may have blanks behind it. */
static int read_number(polyring__span line, polyring__reply *reply) {
  while (line.size && line.at[line.size - 1] == ' ') line.size--;
  reply->answer = POLYRING__ANSWER_NUMBER;
  return polyring__read_number(line, UINT64_MAX, &reply->number);
}

static int read_word(polyring__span line, polyring__reply *reply) {
  static const struct {
    const char *word;
    polyring__answer answer;
  } all[] = {{"END", POLYRING__ANSWER_END},
             {"STORED", POLYRING__ANSWER_DONE},
             {"NOT_FOUND", POLYRING__ANSWER_NOT_FOUND},
             {"DELETED", POLYRING__ANSWER_DONE},
             {"TOUCHED", POLYRING__ANSWER_DONE},
             {"OK", POLYRING__ANSWER_DONE},
             {"RESET", POLYRING__ANSWER_DONE},
             {"NOT_STORED", POLYRING__ANSWER_NOT_STORED},
             {"EXISTS", POLYRING__ANSWER_EXISTS}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (polyring__span_is(line, all[i].word)) {
      reply->answer = all[i].answer;
      reply->text = line;
      return 1;
    }
  return 0;
}

static int starts(polyring__span line, const char *word) {
  size_t size = strlen(word);
  return line.size > size && memcmp(line.at, word, size) == 0;
}

ptrdiff_t polyring__text_read_rare(const char *bytes, size_t size, size_t most,
                                   polyring__reply *reply) {
  polyring__span line;
  ptrdiff_t taken = polyring__read_line(bytes, size, &line);
  if (taken <= 0) return taken;
  *reply = (polyring__reply){.got = 0};
  if (starts(line, "VALUE ")) return read_value(bytes, size, taken, line, most, reply);
  if (read_word(line, reply) || polyring__read_common(line, reply)) return taken;
  if (starts(line, "STAT ")) return read_stat(line, reply) ? taken : POLYRING__BAD;
  if (starts(line, "key=")) {
    reply->answer = POLYRING__ANSWER_DUMP;
    reply->text = line;
    return taken;
  }
  return read_number(line, reply) ? taken : POLYRING__BAD;
}

/* The word that says that the verb was done. */
static const char *done_word(polyring__verb verb) {
  if (polyring__is_store(verb)) return "STORED";
  switch (verb) {
    case POLYRING__TOUCH:
      return "TOUCHED";
    case POLYRING__DELETE:
      return "DELETED";
    case POLYRING__FLUSH:
    case POLYRING__VERBOSITY:
      return "OK";
    case POLYRING__STATS:
      return "RESET";
    default:
      return "";
  }
}

static int can_miss(polyring__verb verb) {
  return verb == POLYRING__TOUCH || verb == POLYRING__CAS || verb == POLYRING__DELETE ||
         verb == POLYRING__INCR || verb == POLYRING__DECR;
}

static polyring__verdict judge_value(const polyring__request *request, const polyring__reply *reply,
                                     size_t parts) {
  int cas = (request->want & POLYRING__WANT_CAS) != 0;
  if (request->verb != POLYRING__GET || parts) return POLYRING__VERDICT_WRONG;
  if (!polyring__span_equals(request->key, reply->key)) return POLYRING__VERDICT_WRONG;
  return cas == ((reply->got & POLYRING__GOT_CAS) != 0) ? POLYRING__VERDICT_MORE
                                                        : POLYRING__VERDICT_WRONG;
}

static polyring__verdict judge_end(polyring__verb verb, size_t parts) {
  if (verb == POLYRING__GET) return parts ? POLYRING__VERDICT_DONE : POLYRING__VERDICT_MISS;
  return verb == POLYRING__STATS || verb == POLYRING__DUMP ? POLYRING__VERDICT_DONE
                                                           : POLYRING__VERDICT_WRONG;
}

static polyring__verdict judge(const polyring__request *request, const polyring__reply *reply,
                               size_t parts) {
  polyring__verb verb = request->verb;
  int fits = 0;
  polyring__verdict verdict = POLYRING__VERDICT_DONE;
  switch (reply->answer) {
    case POLYRING__ANSWER_VALUE:
      return judge_value(request, reply, parts);
    case POLYRING__ANSWER_END:
      return judge_end(verb, parts);
    case POLYRING__ANSWER_DONE:
      fits = polyring__span_is(reply->text, done_word(verb));
      break;
    case POLYRING__ANSWER_NOT_STORED:
      fits = polyring__is_store(verb);
      verdict = POLYRING__VERDICT_NOT_STORED;
      break;
    case POLYRING__ANSWER_EXISTS:
      fits = verb == POLYRING__CAS;
      verdict = POLYRING__VERDICT_EXISTS;
      break;
    case POLYRING__ANSWER_NOT_FOUND:
      fits = can_miss(verb);
      verdict = POLYRING__VERDICT_MISS;
      break;
    case POLYRING__ANSWER_NUMBER:
      fits = verb == POLYRING__INCR || verb == POLYRING__DECR;
      break;
    case POLYRING__ANSWER_VERSION:
      fits = verb == POLYRING__VERSION || verb == POLYRING__FENCE;
      break;
    case POLYRING__ANSWER_STAT:
      fits = verb == POLYRING__STATS;
      verdict = POLYRING__VERDICT_MORE;
      break;
    case POLYRING__ANSWER_DUMP:
      fits = verb == POLYRING__DUMP;
      verdict = POLYRING__VERDICT_MORE;
      break;
    case POLYRING__ANSWER_REFUSED:
      return POLYRING__VERDICT_REFUSED;
    case POLYRING__ANSWER_FAILED:
      return POLYRING__VERDICT_FAILED;
    default:
      break;
  }
  return fits ? verdict : POLYRING__VERDICT_WRONG;
}

const polyring__codec polyring__text = {"text", can, write, polyring__text_read, judge};
