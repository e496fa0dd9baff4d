/* What an operation came to, beside the statuses of status.h. These become public, with these
 * numbers, together with the client: when all languages have it. */
#ifndef POLYRING__OUTCOME_H
#define POLYRING__OUTCOME_H

enum {
  POLYRING__MISS = 1,
  POLYRING__NOT_STORED = 2,
  POLYRING__EXISTS = 3,
  POLYRING__UNAVAILABLE = -9,    /* the server cannot be reached: nothing was sent */
  POLYRING__UNKNOWN = -10,       /* sent, and no answer came: it may have been done */
  POLYRING__BAD_REPLY = -11,     /* what the server answered is no reply to the request */
  POLYRING__SERVER_FAILED = -12, /* the server could not do it */
  POLYRING__REFUSED = -13,       /* the server does not take the request */
  POLYRING__BUSY = -14           /* all connections to the server are in use */
};

#endif
