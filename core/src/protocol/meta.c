/* The meta protocol; what it has no command for goes as classic text, on the same connection. */
#include "protocol/codec.h"
#include "protocol/read.h"
#include "protocol/wire_key.h"
#include "protocol/write.h"

/* Whether the verb has a meta command. */
static int is_meta(polyring__verb verb) {
  return verb <= POLYRING__DECR || verb == POLYRING__FENCE;
}

static int can(const polyring__request *request) {
  uint32_t marks = request->marks;
  polyring__verb verb = request->verb;
  int gets = verb == POLYRING__GET, counts = verb == POLYRING__INCR || verb == POLYRING__DECR;
  if (!is_meta(verb)) return polyring__text.can(request);
  if (verb == POLYRING__FENCE) return !marks && !request->opaque;
  if (!gets && (request->want & ~(uint32_t)POLYRING__WANT_CAS)) return 0;
  if (!gets && marks & (POLYRING__VIVIFY | POLYRING__RECACHE | POLYRING__UNTOUCHED)) return 0;
  if (!counts && marks & POLYRING__HAS_INITIAL) return 0;
  if ((gets || counts || verb == POLYRING__TOUCH) && marks & POLYRING__INVALIDATE) return 0;
  return !((gets || verb == POLYRING__TOUCH) && marks & POLYRING__HAS_CAS);
}

/* " F17" */
static char *put_flag(char *out, char flag, uint64_t number) {
  *out++ = ' ';
  *out++ = flag;
  return polyring__put_number(out, number);
}

static char *put_signed_flag(char *out, char flag, int64_t number) {
  *out++ = ' ';
  *out++ = flag;
  return polyring__put_signed(out, number);
}

static char *put_mark(char *out, char flag) {
  *out++ = ' ';
  *out++ = flag;
  return out;
}

static char *put_key(char *out, const char *command, const polyring__request *request) {
  out = polyring__put(out, command, 3);
  return request->marks & POLYRING__BINARY ? polyring__base64_write(request->key, out)
                                           : polyring__put_span(out, request->key);
}

/* The flags that all commands have; the key comes back with each reply. */
static char *put_common(char *out, const polyring__request *request) {
  if (request->marks & POLYRING__BINARY) out = put_mark(out, 'b');
  out = put_mark(out, 'k');
  if (request->want & POLYRING__WANT_CAS) out = put_mark(out, 'c');
  if (request->marks & POLYRING__HAS_TTL) out = put_signed_flag(out, 'T', request->ttl);
  if (request->marks & POLYRING__HAS_CAS) out = put_flag(out, 'C', request->cas);
  if (request->marks & POLYRING__INVALIDATE) out = put_mark(out, 'I');
  if (request->marks & POLYRING__QUIET) out = put_mark(out, 'q');
  if (request->opaque) out = put_flag(out, 'O', request->opaque);
  return out;
}

static char *write_get(const polyring__request *request, char *out) {
  uint32_t want = request->want, marks = request->marks;
  out = put_common(put_key(out, "mg ", request), request);
  if (request->verb == POLYRING__TOUCH) return out;
  out = put_mark(out, 'f');
  if (!(want & POLYRING__WITHOUT_VALUE)) out = put_mark(out, 'v');
  if (want & POLYRING__WANT_TTL) out = put_mark(out, 't');
  if (want & POLYRING__WANT_LAST_ACCESS) out = put_mark(out, 'l');
  if (want & POLYRING__WANT_HIT_BEFORE) out = put_mark(out, 'h');
  if (want & POLYRING__WANT_SIZE) out = put_mark(out, 's');
  if (marks & POLYRING__UNTOUCHED) out = put_mark(out, 'u');
  if (marks & POLYRING__VIVIFY) out = put_signed_flag(out, 'N', request->vivify);
  if (marks & POLYRING__RECACHE) out = put_signed_flag(out, 'R', request->recache);
  return out;
}

static char *write_store(const polyring__request *request, char *out) {
  static const char modes[] = {
      [POLYRING__SET] = 0,      [POLYRING__ADD] = 'E',     [POLYRING__REPLACE] = 'R',
      [POLYRING__APPEND] = 'A', [POLYRING__PREPEND] = 'P', [POLYRING__CAS] = 0};
  out = put_key(out, "ms ", request);
  *out++ = ' ';
  out = polyring__put_number(out, request->value.size);
  out = put_common(out, request);
  if (request->verb == POLYRING__CAS && !(request->marks & POLYRING__HAS_CAS))
    out = put_flag(out, 'C', request->cas);
  if (request->flags) out = put_flag(out, 'F', request->flags);
  if (!modes[request->verb]) return out;
  out = put_mark(out, 'M');
  *out++ = modes[request->verb];
  return out;
}

/* The new number comes back as a value. */
static char *write_count(const polyring__request *request, char *out) {
  int makes = (request->marks & POLYRING__HAS_INITIAL) != 0;
  polyring__request common = *request;
  if (makes)
    common.marks &= ~(uint32_t)POLYRING__HAS_TTL; /* T would give a ttl to one that is there */
  out = put_common(put_key(out, "ma ", request), &common);
  if (makes) {
    out = put_signed_flag(out, 'N', request->marks & POLYRING__HAS_TTL ? request->ttl : 0);
    out = put_flag(out, 'J', request->initial);
  }
  out = put_flag(out, 'D', request->delta);
  if (request->verb == POLYRING__DECR) out = polyring__put_text(out, " MD");
  return put_mark(out, 'v');
}

static char *write(const polyring__request *request, char *out) {
  polyring__verb verb = request->verb;
  if (!is_meta(verb)) return polyring__text.write(request, out);
  if (verb == POLYRING__FENCE)
    out = polyring__put_text(out, "mn");
  else if (verb == POLYRING__DELETE)
    out = put_common(put_key(out, "md ", request), request);
  else if (polyring__is_store(verb))
    out = write_store(request, out);
  else if (verb == POLYRING__INCR || verb == POLYRING__DECR)
    out = write_count(request, out);
  else
    out = write_get(request, out);
  return polyring__text_end(out);
}

/* One flag of a reply, its letter and its token; those that we do not know are let pass. */
static int read_flag(char flag, polyring__span token, polyring__reply *reply) {
  uint64_t number = 0;
  uint64_t most = flag == 'c' || flag == 's' ? UINT64_MAX : UINT32_MAX;
  int endless = flag == 't' && polyring__span_is(token, "-1");
  if (memchr("fcsOlht", flag, 7) && !endless && !polyring__read_number(token, most, &number))
    return 0;
  switch (flag) {
    case 'k':
      reply->key = token;
      reply->got |= POLYRING__GOT_KEY;
      return token.size > 0;
    case 'b':
      reply->got |= POLYRING__GOT_BINARY_KEY;
      return 1;
    case 'f':
      reply->flags = (uint32_t)number;
      reply->got |= POLYRING__GOT_FLAGS;
      return 1;
    case 'c':
      reply->cas = number;
      reply->got |= POLYRING__GOT_CAS;
      return 1;
    case 's':
      reply->size = number;
      reply->got |= POLYRING__GOT_SIZE;
      return 1;
    case 'O':
      reply->opaque = (uint32_t)number;
      reply->got |= POLYRING__GOT_OPAQUE;
      return 1;
    case 't':
      reply->ttl = endless ? -1 : (int64_t)number;
      reply->got |= POLYRING__GOT_TTL;
      return 1;
    case 'l':
      reply->last_access = (uint32_t)number;
      reply->got |= POLYRING__GOT_LAST_ACCESS;
      return 1;
    case 'h':
      reply->hit_before = (uint32_t)number;
      reply->got |= POLYRING__GOT_HIT_BEFORE;
      return 1;
    case 'W':
      reply->got |= POLYRING__WON;
      return 1;
    case 'X':
      reply->got |= POLYRING__STALE;
      return 1;
    case 'Z':
      reply->got |= POLYRING__ALREADY_WON;
      return 1;
    default:
      return 1;
  }
}

static int read_flags(polyring__span line, polyring__reply *reply) {
  while (line.size) {
    polyring__span word = polyring__read_word(&line);
    if (!word.size) continue; /* a blank more than is needed */
    if (!read_flag(*word.at, (polyring__span){word.at + 1, word.size - 1}, reply)) return 0;
  }
  return 1;
}

ptrdiff_t polyring__meta_read_rare(const char *bytes, size_t size, size_t most,
                                   polyring__reply *reply) {
  static const struct {
    char word[3];
    polyring__answer answer;
  } all[] = {{"HD", POLYRING__ANSWER_DONE},       {"VA", POLYRING__ANSWER_VALUE},
             {"EN", POLYRING__ANSWER_END},        {"NF", POLYRING__ANSWER_NOT_FOUND},
             {"NS", POLYRING__ANSWER_NOT_STORED}, {"EX", POLYRING__ANSWER_EXISTS},
             {"MN", POLYRING__ANSWER_FENCE}};
  polyring__span line;
  uint64_t length = 0;
  ptrdiff_t taken = polyring__read_line(bytes, size, &line);
  if (taken <= 0) return taken;
  size_t i = 0, count = sizeof all / sizeof *all;
  int two = line.size >= 2 && (line.size == 2 || line.at[2] == ' ');
  while (i < count && !(two && memcmp(line.at, all[i].word, 2) == 0)) i++;
  if (i == count) return polyring__text_read_rare(bytes, size, most, reply);
  *reply = (polyring__reply){.answer = all[i].answer};
  polyring__read_word(&line);
  if (reply->answer == POLYRING__ANSWER_VALUE &&
      !polyring__read_number(polyring__read_word(&line), most, &length))
    return length > most ? POLYRING__TOO_LONG : POLYRING__BAD;
  if (!read_flags(line, reply)) return POLYRING__BAD;
  if (reply->answer != POLYRING__ANSWER_VALUE) return taken;
  return polyring__read_block(bytes, size, (size_t)taken, length, reply);
}

/* The key of the reply, and its opaque. Only a miss of mg may come without. */
static int answers(const polyring__request *request, const polyring__reply *reply) {
  int bare = !(reply->got & (POLYRING__GOT_KEY | POLYRING__GOT_OPAQUE));
  if (reply->answer == POLYRING__ANSWER_END && bare) return 1;
  int binary = (request->marks & POLYRING__BINARY) != 0;
  if (binary != ((reply->got & POLYRING__GOT_BINARY_KEY) != 0)) return 0;
  if (binary ? !polyring__base64_is(reply->key, request->key)
             : !polyring__span_equals(reply->key, request->key))
    return 0;
  return reply->opaque == request->opaque;
}

/* Whether the reply has all that was asked for. */
static int is_whole(const polyring__request *request, const polyring__reply *reply) {
  static const struct {
    uint32_t want, got;
  } pairs[] = {{POLYRING__WANT_CAS, POLYRING__GOT_CAS},
               {POLYRING__WANT_TTL, POLYRING__GOT_TTL},
               {POLYRING__WANT_LAST_ACCESS, POLYRING__GOT_LAST_ACCESS},
               {POLYRING__WANT_HIT_BEFORE, POLYRING__GOT_HIT_BEFORE},
               {POLYRING__WANT_SIZE, POLYRING__GOT_SIZE}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (request->want & pairs[i].want && !(reply->got & pairs[i].got)) return 0;
  return request->verb != POLYRING__GET || reply->got & POLYRING__GOT_FLAGS;
}

static int has_number(const polyring__reply *reply) {
  uint64_t number;
  return polyring__read_number(reply->value, UINT64_MAX, &number);
}

/* Whether a verb is answered by a value (1), by HD (0). */
static int takes_value(const polyring__request *request) {
  if (request->verb == POLYRING__GET) return !(request->want & POLYRING__WITHOUT_VALUE);
  return request->verb == POLYRING__INCR || request->verb == POLYRING__DECR;
}

static polyring__verdict judge(const polyring__request *request, const polyring__reply *reply,
                               size_t parts) {
  polyring__verb verb = request->verb;
  int counts = verb == POLYRING__INCR || verb == POLYRING__DECR, fits = 0;
  int reads = verb == POLYRING__GET || verb == POLYRING__TOUCH;
  polyring__verdict verdict = POLYRING__VERDICT_DONE;
  if (reply->answer == POLYRING__ANSWER_REFUSED) return POLYRING__VERDICT_REFUSED;
  if (reply->answer == POLYRING__ANSWER_FAILED) return POLYRING__VERDICT_FAILED;
  if (!is_meta(verb)) return polyring__text.judge(request, reply, parts);
  if (verb == POLYRING__FENCE)
    return reply->answer == POLYRING__ANSWER_FENCE ? verdict : POLYRING__VERDICT_WRONG;
  switch (reply->answer) {
    case POLYRING__ANSWER_VALUE:
      fits = takes_value(request) && is_whole(request, reply) && (!counts || has_number(reply));
      break;
    case POLYRING__ANSWER_DONE:
      fits = !takes_value(request) && is_whole(request, reply);
      break;
    case POLYRING__ANSWER_END:
      fits = reads;
      verdict = POLYRING__VERDICT_MISS;
      break;
    case POLYRING__ANSWER_NOT_FOUND:
      fits = !reads;
      verdict = POLYRING__VERDICT_MISS;
      break;
    case POLYRING__ANSWER_NOT_STORED:
      fits = !reads && verb != POLYRING__DELETE;
      verdict = POLYRING__VERDICT_NOT_STORED;
      break;
    case POLYRING__ANSWER_EXISTS:
      fits = !reads;
      verdict = POLYRING__VERDICT_EXISTS;
      break;
    default:
      break;
  }
  return fits && !parts && answers(request, reply) ? verdict : POLYRING__VERDICT_WRONG;
}

const polyring__codec polyring__meta = {"meta", can, write, polyring__meta_read, judge};
