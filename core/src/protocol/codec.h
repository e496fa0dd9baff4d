/* A protocol: how requests are written, replies read, and which reply fits which request. Nothing
 * here does I/O, allocates, or keeps state between calls. */
#ifndef POLYRING__CODEC_H
#define POLYRING__CODEC_H

#include "protocol/reply.h"
#include "protocol/request.h"

/* What a reply means to the request that it answers. */
typedef enum polyring__verdict {
  POLYRING__VERDICT_DONE,
  POLYRING__VERDICT_MISS,
  POLYRING__VERDICT_NOT_STORED,
  POLYRING__VERDICT_EXISTS,
  POLYRING__VERDICT_MORE,    /* a part of the answer: the rest follows */
  POLYRING__VERDICT_REFUSED, /* the server does not take the request */
  POLYRING__VERDICT_FAILED,  /* the server could not do it */
  POLYRING__VERDICT_WRONG    /* this is no reply to that request: the stream cannot be trusted */
} polyring__verdict;

typedef struct polyring__codec {
  const char *name;
  /* Whether the protocol can say the request; write is only for those that it can. */
  int (*can)(const polyring__request *request);
  /* Writes the head of a request: all of it but the value of a store and the line end after that.
   * out has room for POLYRING__HEAD_MAX bytes and the text of the request. Returns the end. */
  char *(*write)(const polyring__request *request, char *out);
  /* Reads one reply from the front of size bytes; most: of bytes of a value. Returns the
   * number of its bytes, POLYRING__INCOMPLETE, POLYRING__BAD or POLYRING__TOO_LONG. */
  ptrdiff_t (*read)(const char *bytes, size_t size, size_t most, polyring__reply *reply);
  /* parts is the number of parts that came before, each with the verdict MORE. */
  polyring__verdict (*judge)(const polyring__request *request, const polyring__reply *reply,
                             size_t parts);
} polyring__codec;

enum { POLYRING__HEAD_MAX = 768 };

extern const polyring__codec polyring__text, polyring__meta;

/* "get", a blank and each key, the line end: a list of keys is one request of classic text, the
 * answer to which is a value for each that is there, in this order, and END. */
char *polyring__text_begin(char *out, uint32_t want);
char *polyring__text_key(char *out, polyring__span key);
char *polyring__text_end(char *out);

#endif
