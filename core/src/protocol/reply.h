/* One reply of a server, or one part of a longer one, whatever the protocol. */
#ifndef POLYRING__REPLY_H
#define POLYRING__REPLY_H

#include "base/span.h"

typedef enum polyring__answer {
  POLYRING__ANSWER_VALUE, /* an item: classic text follows it up with END */
  POLYRING__ANSWER_END,   /* of a list, which may be empty; meta: a miss */
  POLYRING__ANSWER_DONE,  /* STORED, DELETED, TOUCHED, OK, HD */
  POLYRING__ANSWER_NOT_STORED,
  POLYRING__ANSWER_EXISTS,
  POLYRING__ANSWER_NOT_FOUND,
  POLYRING__ANSWER_NUMBER,  /* of incr and decr in classic text */
  POLYRING__ANSWER_STAT,    /* key is the name, text the value */
  POLYRING__ANSWER_VERSION, /* text */
  POLYRING__ANSWER_DUMP,    /* text is a line of key=value words */
  POLYRING__ANSWER_FENCE,
  POLYRING__ANSWER_REFUSED, /* ERROR, CLIENT_ERROR: text */
  POLYRING__ANSWER_FAILED,  /* SERVER_ERROR, BUSY: text */
  POLYRING__ANSWERS
} polyring__answer;

/* What of the reply is given. */
enum {
  POLYRING__GOT_KEY = 1,
  POLYRING__GOT_VALUE = 2,
  POLYRING__GOT_FLAGS = 4,
  POLYRING__GOT_CAS = 8,
  POLYRING__GOT_OPAQUE = 16,
  POLYRING__GOT_TTL = 32, /* -1 is for ever */
  POLYRING__GOT_LAST_ACCESS = 64,
  POLYRING__GOT_HIT_BEFORE = 128,
  POLYRING__GOT_SIZE = 256,
  POLYRING__GOT_BINARY_KEY = 512, /* the key is base64 */
  POLYRING__WON = 1024,           /* this client is to make the item anew */
  POLYRING__STALE = 2048,
  POLYRING__ALREADY_WON = 4096 /* another client is making it */
};

/* Spans point into the parsed bytes. */
typedef struct polyring__reply {
  polyring__answer answer;
  uint32_t got;
  polyring__span key, value, text;
  uint32_t flags, opaque, last_access, hit_before;
  int64_t ttl;
  uint64_t cas, number, size;
} polyring__reply;

/* What a parser returns beside the number of bytes that a whole reply took. */
enum {
  POLYRING__INCOMPLETE = 0, /* more bytes are needed */
  POLYRING__BAD = -1,       /* no bytes that follow can make it a reply */
  POLYRING__TOO_LONG = -2   /* the value is longer than the most that the caller takes */
};

enum {
  POLYRING__LINE_MAX = 8192, /* bytes of a line without its end: a key as a dump writes it, stats */
  POLYRING__VALUE_LIMIT = 1 << 30 /* what -I allows a server */
};

#endif
