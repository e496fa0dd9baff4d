/* Polyring: health, which says which servers may be spoken to, and where a key goes meanwhile.
 *
 * A health is told what was seen of each server, and when; it answers from that alone. It reads no
 * clock, does no I/O and keeps no key: the same events at the same times give the same states, the
 * same decisions and the same log, in every process and every language. A client has one inside,
 * and whoever writes a client of his own may use one.
 *
 *     polyring_health *health;
 *     polyring_health_new(NULL, ring, NULL, NULL, 1, &health, NULL);
 *     polyring_health_report(health, 2, POLYRING_SEEN_UNREACHED, 0, now);
 *     polyring_route route;
 *     polyring_health_route(health, "user:17", 7, now, &route);
 *     if (route.server == POLYRING_NO_SERVER) ...   its home is down, and it goes nowhere else
 *
 * Times are microseconds of one clock that never goes back; zero is any moment, and those beyond
 * 2^61 are cut to it. A health is not locked: one thread at a time. */
#ifndef POLYRING_HEALTH_H
#define POLYRING_HEALTH_H

#include "polyring/ring.h"

#ifdef __cplusplus
extern "C" {
#endif

/* XX(NAME, text). UP and SUSPECT are spoken to; in the other states a server gets no calls. */
#define POLYRING_HEALTH_STATE_MAP(XX)                              \
  XX(UP, "it answers")                                             \
  XX(SUSPECT, "it failed to answer in time; calls go on")          \
  XX(DOWN, "it gets no calls until a probe is due")                \
  XX(PROBING, "it is being probed, and has answered or not yet")   \
  XX(REJOINING, "it answers, and what was missed is being undone") \
  XX(OUT, "an operator has taken it out")

/* The state of a server. */
typedef enum polyring_health_state {
#define XX(name, text) POLYRING_HEALTH_##name,
  POLYRING_HEALTH_STATE_MAP(XX)
#undef XX
} polyring_health_state;

/* What was seen of a server. XX(NAME, text). The first four are of calls, and count only while it
 * is spoken to: an answer to a call that began before it went down changes nothing. */
#define POLYRING_SEEN_MAP(XX)                                                             \
  XX(ANSWERED, "a call was answered in time")                                             \
  XX(UNREACHED, "no connection: refused, unreachable, or its name does not resolve")      \
  XX(UNANSWERED, "the time was over, or the connection lost, before the answer was here") \
  XX(GARBLED, "what came was no reply to what was asked")                                 \
  XX(PROBE_ANSWERED, "a probe on a new connection was answered; detail: see below")       \
  XX(PROBE_FAILED, "a probe was not answered in time, or wrongly")                        \
  XX(CLEANED, "what was missed is undone, and acknowledged")                              \
  XX(NOT_CLEANED, "undoing it failed")                                                    \
  XX(FORGOTTEN, "the keys whose change failed are no longer all known: it is down")       \
  XX(TAKEN_OUT, "an operator takes it out")                                               \
  XX(PUT_BACK, "an operator puts it back: it is probed")

/* An event. */
typedef enum polyring_seen {
#define XX(name, text) POLYRING_SEEN_##name,
  POLYRING_SEEN_MAP(XX)
#undef XX
} polyring_seen;

/* Names of states and events, without prefix; numbers that are none give "". Static. */
POLYRING_API const char *polyring_health_state_name(int state);
POLYRING_API const char *polyring_seen_name(int seen);

/* Where keys of a server go that is not spoken to. XX(NAME, word in settings, text) */
#define POLYRING_ON_DEAD_MAP(XX)                                             \
  XX(MISS, "miss", "nowhere: a key has one home")                            \
  XX(NEXT, "next", "to the next server that is spoken to, for a short time") \
  XX(GUTTER, "gutter", "to a server of a second ring, for a short time")     \
  XX(NATIVE, "native", "where the profile's own client sends them, for a short time")

/* The policy of that name. */
typedef enum polyring_on_dead {
#define XX(name, word, text) POLYRING_ON_DEAD_##name,
  POLYRING_ON_DEAD_MAP(XX)
#undef XX
} polyring_on_dead;

/* What is done before a server that answers again is spoken to. XX(NAME, word, text) */
#define POLYRING_REJOIN_MAP(XX)                                                               \
  XX(AUTO, "auto", "repair with on_dead=miss, else flush_first")                              \
  XX(REPAIR, "repair", "the keys whose change failed are deleted; all, if these are unknown") \
  XX(FLUSH_FIRST, "flush_first", "it is emptied, once for all clients")                       \
  XX(WARM, "warm", "nothing; for a time misses are filled from the stand-in")                 \
  XX(IMMEDIATE, "immediate", "nothing: it may hold old values")

/* The policy of that name. */
typedef enum polyring_rejoin {
#define XX(name, word, text) POLYRING_REJOIN_##name,
  POLYRING_REJOIN_MAP(XX)
#undef XX
} polyring_rejoin;

/* In microseconds, servers, or as it says; the value is the one by default. Of detect_..., 0 is
 * never. */
typedef struct polyring_health_policy {
  polyring_on_dead on_dead; /* MISS */
  polyring_rejoin rejoin;   /* AUTO */
  uint32_t detect_hard;     /* 1: so many UNREACHED in a row, and it is down */
  uint32_t detect_soft;     /* 3: so many UNANSWERED in a row */
  uint32_t detect_share;    /* 50: or this share in percent of the last 20 calls of the last 10
                               seconds, once there are 5 */
  uint32_t detect_garbled;  /* 3: so many GARBLED within 60 seconds; at most 20 */
  int64_t probe_interval;   /* 1 s: from DOWN to the first probe; each that fails doubles it */
  int64_t probe_most;       /* 30 s: at most so long */
  int64_t settle;           /* 1 s: from the first answered probe to the last, and at most
                               probe_interval from one to the next. Each relapse, going down
                               before it was steady, doubles it, up to probe_most */
  int64_t steady;           /* 60 s: that it must be UP before both doublings start anew */
  int64_t stand_in_ttl;     /* 10 s: an item lives no longer away from its home; and for as long,
                               and 2 s more, a server that goes down again after it was UP or
                               REJOINING has no stand-in, whose copy might be an old one */
  uint32_t dead_most;       /* 0: with more servers than these not spoken to, their keys go nowhere,
                               since too few would carry too much; 0 is a third of the servers,
                               rounded down, but at least one */
} polyring_health_policy;

/* The values above. */
POLYRING_API void polyring_health_policy_init(polyring_health_policy *policy);

/* The states of a ring's servers. */
typedef struct polyring_health polyring_health;

/* A health of the ring's servers, all UP. gutter (NULL is allowed, but for on_dead GUTTER) is the
 * ring that keys go to meanwhile; both rings must outlive it. policy NULL: the defaults. seed
 * decides the jitter of probes: a process takes a random one. Free it with polyring_health_free.
 *
 * OK; INVALID_ARGUMENT (a policy out of range; GUTTER without a ring); NOT_SUPPORTED (NATIVE, and
 * it is not known what the profile's client does); NO_MEMORY. */
POLYRING_API polyring_status polyring_health_new(const polyring_allocator *allocator,
                                                 const polyring_ring *ring,
                                                 const polyring_ring *gutter,
                                                 const polyring_health_policy *policy,
                                                 uint64_t seed, polyring_health **health,
                                                 polyring_error *error);
POLYRING_API void polyring_health_free(polyring_health *health); /* NULL is allowed */

/* Tells what was seen of a server of the ring at that time; a time before that of the last call
 * counts as that. detail of PROBE_ANSWERED: how long the server has been running at most, in
 * microseconds (whoever knows that it is another process than before may say less); -1: not known.
 * A server that started after it went down is empty, and is UP at once, if that is no relapse. Of
 * the other events: 0.
 *
 * OK; INVALID_ARGUMENT for a server or event that is none; NO_MEMORY (NATIVE only: the
 * ring of the servers that are left could not be built; the event was taken, and keys of dead
 * servers go nowhere). */
POLYRING_API polyring_status polyring_health_report(polyring_health *health, size_t server,
                                                    polyring_seen seen, int64_t detail,
                                                    int64_t now);

/* A server that is to be probed now, which is then PROBING until the probe is reported; -1: none.
 * Ask again for the next one. */
POLYRING_API int32_t polyring_health_due(polyring_health *health, int64_t now);
/* When a server is to be probed next; INT64_MAX: none is waiting. */
POLYRING_API int64_t polyring_health_next_due(const polyring_health *health);

/* What is to be done for a server that is REJOINING. */
typedef enum polyring_health_work {
  POLYRING_WORK_NONE,
  POLYRING_WORK_REPAIR, /* delete the keys whose change failed, then report CLEANED */
  POLYRING_WORK_FLUSH   /* empty it, then report CLEANED */
} polyring_health_work;

/* How a server is. */
typedef struct polyring_vital_signs {
  polyring_health_state state;
  polyring_seen reason;      /* of the last change */
  polyring_health_work work; /* REJOINING */
  int64_t since;             /* it is in this state */
  int64_t down_since;        /* it was last spoken to; means nothing while it is UP */
  int64_t next_probe;        /* DOWN, PROBING: INT64_MAX while one is on its way */
  uint32_t probes_failed;    /* since it was steady: the doublings */
  uint32_t unanswered;       /* in a row */
} polyring_vital_signs;

/* Fills *signs: how a server of the ring is. OK, or INVALID_ARGUMENT for a server that is none. */
POLYRING_API polyring_status polyring_health_signs(const polyring_health *health, size_t server,
                                                   polyring_vital_signs *signs);

/* Whither a route leads. */
typedef enum polyring_route_kind {
  POLYRING_ROUTE_HOME,     /* the server that the ring says */
  POLYRING_ROUTE_STAND_IN, /* another one of the ring */
  POLYRING_ROUTE_GUTTER,   /* one of the second ring */
  POLYRING_ROUTE_NOWHERE
} polyring_route_kind;

/* Where a key goes. */
typedef struct polyring_route {
  polyring_route_kind kind;
  uint16_t home;    /* index in the ring */
  uint16_t server;  /* where the key goes now: an index in the ring, of GUTTER in the second one;
                       POLYRING_NO_SERVER */
  int64_t ttl_most; /* microseconds that an item may live there; 0: as it is given */
} polyring_route;

/* Where a key goes at that time. The stand-in depends on which servers are not spoken to, not on
 * what came before. With NATIVE and a client that builds its ring anew that ring is followed, also
 * for keys of servers that are spoken to; but for stand_in_ttl and 2 s after another such ring was
 * left, whose copies might be old ones, these keys go home, and those of a server that went down
 * meanwhile nowhere. OK, or INVALID_KEY. */
POLYRING_API polyring_status polyring_health_route(const polyring_health *health, const void *key,
                                                   size_t size, int64_t now, polyring_route *route);

/* Adds the oldest lines of the log to the buffer and forgets them: at most POLYRING_LOG_MAX are
 * kept, older ones are lost, which the next line says. A line is
 *
 *     TIME SERVER STATE -> STATE REASON\n
 *
 * with the time in microseconds and the server as the ring spells it. The number of lines, or
 * NO_MEMORY, and none is forgotten. */
#define POLYRING_LOG_MAX 1024
POLYRING_API int32_t polyring_health_log(polyring_health *health, polyring_buffer *lines);

#ifdef __cplusplus
}
#endif

#endif
