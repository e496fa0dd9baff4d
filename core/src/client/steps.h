/* What an errand asks, step by step, and what it makes of the answers. */
#ifndef POLYRING__STEPS_H
#define POLYRING__STEPS_H

#include "client/errand.h"

enum { POLYRING__ERRAND_BATCH = 64 }; /* keys that are deleted in one go */

/* What comes next. */
enum polyring__step {
  POLYRING__STEP_PROBE,  /* a new connection, and how long the server has been running */
  POLYRING__STEP_AGAIN,  /* that, 100 ms later, of a server that seems to have been restarted */
  POLYRING__STEP_BIRTH,  /* of a server that is spoken to: when its process began */
  POLYRING__STEP_LISTEN, /* of a server that is spoken to: whether it answers at all */
  POLYRING__STEP_REPAIR, /* delete keys in doubt */
  POLYRING__STEP_FENCE,  /* one client shall flush: whose add is stored */
  POLYRING__STEP_WATCH,  /* another one has the fence */
  POLYRING__STEP_SEIZE,  /* it died, or flushed for an earlier outage */
  POLYRING__STEP_FLUSH,
  POLYRING__STEP_PROVE,   /* that the flush took away what was there before */
  POLYRING__STEP_ANNOUNCE /* that it did */
};

struct polyring__errand {
  polyring_client *client;
  polyring__shared_pool *shared;
  enum polyring__step step;
  polyring_health_state state; /* of the server, as it was last looked at */
  int running;                 /* the exchange was begun, and is not concluded */
  uint32_t generation;         /* of forks, when it was */
  int delays;
  int64_t wait_until; /* nothing is done before */
  int64_t heard;      /* what had failed by then can be deleted */
  int64_t watch_until;
  int64_t age, age_at; /* the server's uptime in microseconds, and when that was */
  int64_t flush_age;   /* its uptime when it was flushed */
  uint64_t asked;      /* of the server's birth, as the pool knows it */
  uint64_t forgets;    /* of the pool, that what is being done takes care of */
  uint64_t fence_cas;
  int was_good; /* a probe was, since the server was last taken for down */
  int marked;   /* the server has the item `mine`, stored since it was last taken for down */
  char me[24], text[48], mine[48];
  polyring__frame frame;
  polyring__exchange exchange;
  polyring__results results;
  polyring__op ops[POLYRING__ERRAND_BATCH];
  uint32_t order[POLYRING__ERRAND_BATCH];
  polyring__doubt doubts[POLYRING__ERRAND_BATCH];
};

/* Makes the requests of the step; their number, 0 for none. now is the time. */
size_t polyring__errand_ask(polyring__errand *errand, int64_t now);
/* What the step came to, and which is the next one. */
void polyring__errand_conclude(polyring__errand *errand, int64_t now);
/* Nothing is left to be undone, unless keys were forgotten since: then it is emptied the next time.
 */
void polyring__errand_cleaned(polyring__errand *errand, int64_t now);

#endif
