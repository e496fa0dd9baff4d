/* The connections to one server: those that nobody is using just now lie in a stack. */
#ifndef POLYRING__POOL_H
#define POLYRING__POOL_H

#include <pthread.h>

#include "client/count.h"
#include "client/journal.h"
#include "connection/connection.h"
#include "failover/vitals.h"
#include "transport/fork.h"
#include "transport/resolver.h"

/* Which protocol is spoken. AUTO asks: the first connection sends "mn", and what the server answers
 * holds for all of the pool, until one of them shows that another server answers there now. */
typedef enum polyring__protocol {
  POLYRING__PROTOCOL_AUTO,
  POLYRING__PROTOCOL_META,
  POLYRING__PROTOCOL_TEXT
} polyring__protocol;

/* A connection with its socket, in the hands of one call or in the stack of its server. */
typedef struct polyring__link {
  struct polyring__link *next;
  polyring__connection connection;
  const polyring__codec *codec; /* what the server speaks on it; NULL: that is to be asked */
  int descriptor;               /* -1: none */
  int connected;
  int greeted;     /* the greeting was answered on this socket */
  int owes_after;  /* pool->after is to be sent on it */
  int doubtful;    /* the last answers were errors, which name no request */
  int64_t timeout; /* of receives that wait */
  uint32_t generation;
  uint32_t era;
  uint32_t round; /* of the pool's greetings that greeted is about */
  int64_t used;   /* when it was put back */
} polyring__link;

/* The states that a server was led through by one event. */
typedef struct polyring__turn {
  polyring_health_state before, steps[POLYRING__STEPS_MAX];
  size_t count;
  polyring_seen reason;
} polyring__turn;

/* Whose socket it is. The next one on which calls are answered may lead to another process of the
 * server than the last: which one that is, is then no longer known. */
typedef enum polyring__socket_of {
  POLYRING__OF_CALLS,
  POLYRING__OF_PROBE, /* it is asked which one, and calls use it then */
  POLYRING__OF_BIRTH  /* it is asked that, closed, and not counted */
} polyring__socket_of;

/* What happens to connections, told to whoever wants to know. */
typedef enum polyring__pool_event {
  POLYRING__CONNECTED,
  POLYRING__CONNECT_FAILED,
  POLYRING__IN_USE,      /* a call got its first answer on a new socket */
  POLYRING__DISCONNECTED /* a socket that had been in use was lost, or could not be trusted */
} polyring__pool_event;

typedef struct polyring__pool {
  polyring_allocator allocator;
  const polyring__transport *transport;
  /* What follows is set before the first call, and not changed while calls run. */
  polyring__protocol protocol;
  int64_t receive_timeout; /* microseconds that receives wait on a new socket, if nothing else is
                              said; calls with less time set it lower */
  int64_t idle_most;       /* after which an idle socket is closed */
  size_t value_most, links_most;
  size_t in_flight_most; /* of operations: with as many on their way no call begins; 0: no limit */

  /* With has_greeting: a GET, which goes out on each new socket in front of what is asked there
   * first. greeted gets the item, or NULL for a miss, on the thread of the
   * call, with no lock held. It returns 0; 1, and after goes out in front of the next requests on
   * that socket, its answer ignored; or a status below 0, which all operations get that the call
   * has for this server, and the socket is closed. */
  polyring__request greeting;
  int has_greeting;
  int greeting_first; /* changes wait for its answer */
  int (*greeted)(void *context, struct polyring__pool *pool, const polyring__reply *reply);
  polyring__request after;
  /* NULL is allowed. Called with no lock held; reason is static, or NULL. */
  void (*noticed)(void *context, struct polyring__pool *pool, polyring__pool_event event,
                  int system_error, const char *reason);
  /* NULL is allowed. Told of each change of state, with no lock held. */
  void (*turned)(void *context, struct polyring__pool *pool, const polyring__turn *turn);
  void *context;                        /* of all three */
  const polyring_health_policy *policy; /* NULL: the server is UP whatever happens */

  atomic_int down; /* the state in which it is not spoken to; 0: it is */
  atomic_uint era; /* sockets of an earlier one are closed */
  atomic_size_t in_flight;

  char name[POLYRING__NAME_MAX + 1]; /* to be resolved at each connect; "": address is numeric */
  int port;

  pthread_mutex_t lock; /* of all that follows */
  pthread_cond_t returned;
  polyring__address address;    /* of a name: the last that took a connection; size 0: none yet */
  const polyring__codec *codec; /* what the server speaks; NULL: not asked yet */
  polyring__link *idle;         /* with a socket; last in, first out */
  polyring__link *bare;         /* without */
  uint32_t round;               /* of greetings */
  struct polyring__made_link *made; /* all links, borrowed ones too */
  size_t links;
  int64_t swept; /* when idle sockets were last looked at */
  polyring__counts counts;
  polyring__vitals vitals;
  polyring__journal journal;
  uint64_t forgets; /* changes that failed, and whose keys could not be kept */
  /* When the process began that all sockets of calls lead to, or led to, in seconds of the server's
   * clock; -1: not known. When it is to be asked; INT64_MAX: not before a new socket is in use. */
  int64_t birth, birth_due;
  uint64_t openings; /* of sockets on which calls were answered */
  int strays;        /* a call may have asked the next one, and got no answer */
  polyring__fork_witness witness;
} polyring__pool;

enum {
  POLYRING__IDLE_MAX = 60 * 1000000, /* the default of idle_most, microseconds */
  POLYRING__BIRTH_AFTER = 1000000    /* a new socket is in use, its server is asked when it began */
};

void polyring__pool_init(polyring__pool *pool, const polyring_allocator *allocator);
void polyring__pool_done(polyring__pool *pool); /* no link may be borrowed */

/* Where the server is: an address, IPv6 perhaps with a zone; a name, which is resolved at each
 * connect; or, where port is below 0, the path of a socket. NULL, or why that cannot be: static. */
const char *polyring__pool_set_place(polyring__pool *pool, polyring__span host, int port);

/* Borrows a link, whose descriptor may be -1, and of OF_BIRTH is; waits for one until the deadline,
 * which may have passed; now is the time. OK, BUSY or NO_MEMORY. */
int polyring__pool_borrow(polyring__pool *pool, polyring__socket_of of, int64_t now,
                          int64_t deadline, polyring__link **link);

enum { POLYRING__SEEN_NOTHING = -1 };

/* What a call has to add to the counts, and what it saw of the server: a polyring_seen, or
 * SEEN_NOTHING. */
typedef struct polyring__pool_use {
  int seen;
  uint64_t operations, hits, misses, sent, received;
  int64_t began, ended;                 /* of the exchange; began 0: it did not come to its end */
  int failed;                           /* there are failures */
  uint32_t failures[POLYRING_FAILURES]; /* read only where failed is set */
} polyring__pool_use;

/* Gives it back, or NULL for none; a socket that cannot be used again is closed, and with abort
 * what the kernel has not sent yet is thrown away. */
void polyring__pool_return(polyring__pool *pool, polyring__link *link, int abort,
                           const polyring__pool_use *use);

/* In a child: frees a link that was borrowed before the fork. */
void polyring__pool_lose(polyring__pool *pool, polyring__link *link);

/* Begins to connect a link without a socket. 0, or an errno, negated. */
int polyring__link_open(polyring__pool *pool, polyring__link *link,
                        const polyring__address *address);
/* The socket is connected, to that address. */
void polyring__link_opened(polyring__pool *pool, polyring__link *link, polyring__socket_of of,
                           const polyring__address *address);
void polyring__link_close(polyring__pool *pool, polyring__link *link, int abort);

/* From now on each socket is greeted once more, those that are borrowed now after their call. */
void polyring__pool_greet_again(polyring__pool *pool);

/* It did not come to a connection. */
void polyring__pool_failed(polyring__pool *pool, int system_error, const char *reason);
/* The last address that took a connection; size 0: none. */
polyring__address polyring__pool_address(polyring__pool *pool);
/* What the server speaks; NULL: that is to be asked anew. No effect where it was not to be asked.
 */
void polyring__pool_learn(polyring__pool *pool, const polyring__codec *codec);

/* Something was seen of the server. */
void polyring__pool_see(polyring__pool *pool, polyring_seen seen, int64_t detail, int64_t now);
/* Whether it is to be probed now: its sockets are of an earlier era then. */
int polyring__pool_probe(polyring__pool *pool, int64_t now);
polyring_vital_signs polyring__pool_signs(polyring__pool *pool);
/* When it was last made UP; INT64_MIN: it was never down, or is. */
int64_t polyring__pool_up_since(polyring__pool *pool);
/* A call got its first answer on a new socket. */
void polyring__pool_in_use(polyring__pool *pool, int64_t now);
/* When its process began, as above; -1: not known. */
int64_t polyring__pool_birth(polyring__pool *pool, int *strays);
/* It is being asked; what a later learn_birth is told. */
uint64_t polyring__pool_ask_birth(polyring__pool *pool);
/* What it said; -1: nothing, and it is asked again then. */
void polyring__pool_learn_birth(polyring__pool *pool, int64_t birth, uint64_t asked, int64_t again);
/* Whether another server may stand in for it. */
int polyring__pool_may_stand_in(polyring__pool *pool, int64_t now);

/* An operation was not sent, since the server is not spoken to; or it was sent elsewhere. */
void polyring__pool_refused(polyring__pool *pool);
void polyring__pool_redirected(polyring__pool *pool);
/* Keys in doubt. */
size_t polyring__pool_doubt_count(const polyring__pool *pool);

/* A change of the key failed, and may be on its way (sent), or was made at a stand-in, which NULL
 * is not. Where that cannot be kept, all of the server is in doubt. */
void polyring__pool_doubt(polyring__pool *pool, polyring__span key, int binary, int sent,
                          int64_t now, const polyring__pool *at);
/* Whether keys that are in doubt are not in the journal; how often that came about at all. */
int polyring__pool_forgot(polyring__pool *pool);
uint64_t polyring__pool_forgets(polyring__pool *pool);
/* Whether what lies there, or at a stand-in of it, may be what a change was to replace. */
int polyring__pool_doubts(polyring__pool *pool, polyring__span key, const polyring__pool *at);

/* A copy of the counts. */
void polyring__pool_count(polyring__pool *pool, polyring__counts *counts);

#endif
