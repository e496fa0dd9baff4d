/* Operations on any number of keys of any number of servers, in the time of the slowest server. */
#ifndef POLYRING__CALL_H
#define POLYRING__CALL_H

#include "client/pool.h"
#include "polyring/ring.h"

/* How far an operation had come when it failed; the numbers are those of polyring_stage. */
enum polyring__stage {
  POLYRING__STAGE_NONE,
  POLYRING__STAGE_WAITING, /* for a free connection */
  POLYRING__STAGE_RESOLVING,
  POLYRING__STAGE_CONNECTING,
  POLYRING__STAGE_SENDING,
  POLYRING__STAGE_RECEIVING
};

/* One operation: what is asked, and what it came to. */
typedef struct polyring__op {
  polyring__request request;
  int status;           /* a polyring_status */
  int system_error;     /* errno of a failure, or 0 */
  int stage;            /* of a failure */
  uint16_t server;      /* POLYRING_NO_SERVER: it goes nowhere */
  uint16_t home;        /* of the key */
  polyring__span given; /* the key, as it was */
  uint32_t got;         /* of the reply: POLYRING__GOT_... */
  uint32_t flags, last_access, hit_before;
  int64_t ttl;
  uint64_t cas, number, size;
  polyring__span value; /* in the results; of stats and dumps all lines, each ended by a newline;
                           where the server failed or refused, what it said */
  const char *reason;   /* of a failure: static, or NULL */
  int64_t spent;        /* of a failure: microseconds since the call began */
} polyring__op;

/* Memory that values lie in, and what a call needs while it runs: used again by the next call. */
typedef struct polyring__results {
  polyring_allocator allocator;
  char *bytes;
  size_t size, capacity;
  char *scratch;
  size_t scratch_size;
} polyring__results;

void polyring__results_init(polyring__results *results, const polyring_allocator *allocator);
void polyring__results_done(polyring__results *results);

/* Exchanges that no operation waits for, which get on while others are waited for: probes, repairs.
 */
struct polyring__exchange;
enum { POLYRING__COMPANY_MAX = 16 };
typedef struct polyring__company {
  struct polyring__exchange *exchanges[POLYRING__COMPANY_MAX];
  size_t count;
} polyring__company;

/* Runs the operations whose server is known, each on
 * pools[op->server]; connect is the part of the time that resolving and connecting may take, in
 * microseconds, deadline the end of all (polyring__clock_now). Each operation gets its status; what
 * the server's protocol cannot say is NOT_SUPPORTED, or INVALID_KEY if it is the key. Values of an
 * earlier call with these results are gone. company (NULL: none) gets on meanwhile; without
 * operations it is waited for, and never by those that are refused before they come here. OK;
 * PARTIAL if at least one failed; NO_MEMORY, and nothing was sent.
 */
polyring_status polyring__call(polyring__pool *const *pools, size_t pool_count, polyring__op *ops,
                               size_t count, int64_t connect, int64_t deadline,
                               const polyring__company *company, polyring__results *results);

#endif
