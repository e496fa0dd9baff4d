#include "client/steps.h"

#include <errno.h>
#include <stdio.h>

enum {
  SECOND = 1000000,
  FLUSH_TIME = 11 * SECOND / 10, /* items of the same second may outlive a flush */
  WATCH_EVERY = SECOND / 5,
  WATCH_MOST = 5 * SECOND, /* whoever flushes has died by then */
  FENCE_TTL = 60,
  AGAIN_AFTER = SECOND / 10,
  BIRTH_SOON = SECOND,
  BIRTH_AGAIN = 60 * SECOND,
  AGE_SLACK = 3 * SECOND,           /* of a server's uptime, which it counts in seconds */
  AGE_DIFFERENCE = 11 * SECOND / 10 /* of two uptimes of one server: so much less it may be, and
                                       as much more */
};

static const polyring__span fence = {"polyring:flush", 14}, mark = {"polyring:mark", 13};

/* --- asking --- */

static polyring__op *ask(polyring__errand *errand, size_t i, polyring__verb verb,
                         polyring__span key) {
  polyring__op *op = &errand->ops[i];
  *op = (polyring__op){.request = {.verb = verb, .key = key}};
  return op;
}

static void ask_fence(polyring__errand *errand, size_t i, polyring__verb verb) {
  polyring__op *op = ask(errand, i, verb, fence);
  op->request.value = (polyring__span){errand->text, strlen(errand->text)};
  op->request.marks = POLYRING__HAS_TTL;
  op->request.ttl = FENCE_TTL;
  op->request.cas = errand->fence_cas;
}

static void ask_stats(polyring__errand *errand) {
  errand->asked = polyring__pool_ask_birth(&errand->shared->pool);
  ask(errand, 0, POLYRING__STATS, (polyring__span){"", 0});
}

/* A probe, and with the first one an item that shows whether the server was emptied since. */
static size_t ask_probe(polyring__errand *errand, int64_t now) {
  ask_stats(errand);
  if (errand->marked) return 1;
  snprintf(errand->me, sizeof errand->me, "%llx",
           (unsigned long long)now ^ (unsigned long long)(size_t)errand * 0x9E3779B97F4A7C15);
  if (polyring__vitals_work(&errand->client->policy, 0) != POLYRING_WORK_FLUSH) return 1;
  snprintf(errand->mine, sizeof errand->mine, "polyring:mark:%s", errand->me);
  polyring__op *op =
      ask(errand, 1, POLYRING__SET, (polyring__span){errand->mine, strlen(errand->mine)});
  op->request.value = (polyring__span){errand->me, 4};
  op->request.marks = POLYRING__HAS_TTL;
  op->request.ttl = FENCE_TTL;
  return 2;
}

/* What is in the fence while this client flushes. */
static void write_busy(polyring__errand *errand) {
  snprintf(errand->text, sizeof errand->text, "busy %s", errand->me);
}

/* The keys that can be deleted now. Of one whose change was given up since the first good probe the
 * doubt stays, also when all others are gone and the server is UP. */
static size_t ask_deletes(polyring__errand *errand, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  int64_t heard = errand->heard;
  int64_t before = errand->state == POLYRING_HEALTH_REJOINING ? now : heard;
  pthread_mutex_lock(&pool->lock);
  size_t count =
      polyring__journal_take(&pool->journal, before, heard, errand->doubts, POLYRING__ERRAND_BATCH);
  pthread_mutex_unlock(&pool->lock);
  for (size_t i = 0; i < count; i++) {
    const polyring__doubt *doubt = &errand->doubts[i];
    polyring__op *op = ask(errand, i, POLYRING__DELETE, (polyring__span){doubt->key, doubt->size});
    if (doubt->binary) op->request.marks |= POLYRING__BINARY;
  }
  return count;
}

size_t polyring__errand_ask(polyring__errand *errand, int64_t now) {
  switch (errand->step) {
    case POLYRING__STEP_PROBE:
    case POLYRING__STEP_AGAIN:
      return ask_probe(errand, now);
    case POLYRING__STEP_BIRTH:
      ask_stats(errand);
      return 1;
    case POLYRING__STEP_LISTEN:
      ask(errand, 0, POLYRING__FENCE, (polyring__span){"", 0});
      return 1;
    case POLYRING__STEP_REPAIR:
      return ask_deletes(errand, now);
    case POLYRING__STEP_FENCE:
      write_busy(errand);
      ask_fence(errand, 0, POLYRING__ADD);
      return 1;
    case POLYRING__STEP_WATCH:
      ask(errand, 0, POLYRING__GET, fence)->request.want = POLYRING__WANT_CAS;
      if (!errand->marked) return 1;
      ask(errand, 1, POLYRING__GET, (polyring__span){errand->mine, strlen(errand->mine)});
      return 2;
    case POLYRING__STEP_SEIZE:
      write_busy(errand);
      ask_fence(errand, 0, POLYRING__CAS);
      return 1;
    case POLYRING__STEP_FLUSH: /* the fence goes with it, and is put up again */
      errand->forgets = polyring__pool_forgets(&errand->shared->pool);
      write_busy(errand);
      ask(errand, 0, POLYRING__SET, mark)->request.value = (polyring__span){errand->me, 4};
      ask(errand, 1, POLYRING__FLUSH, (polyring__span){"", 0});
      ask_fence(errand, 2, POLYRING__SET);
      ask(errand, 3, POLYRING__STATS, (polyring__span){"", 0});
      return 4;
    case POLYRING__STEP_PROVE:
      ask(errand, 0, POLYRING__GET, mark);
      return 1;
    default:
      snprintf(errand->text, sizeof errand->text, "done %lld", (long long)errand->flush_age);
      ask_fence(errand, 0, POLYRING__SET);
      return 1;
  }
}

/* --- answers --- */

static void report(polyring__errand *errand, polyring_seen seen, int64_t detail, int64_t now) {
  polyring__pool_see(&errand->shared->pool, seen, detail, now);
}

/* It could not be cleaned: it is probed again, if it is not UP anyway. */
static void give_up(polyring__errand *errand, int64_t now) {
  report(errand, POLYRING_SEEN_NOT_CLEANED, 0, now);
  errand->step = POLYRING__STEP_PROBE;
  errand->wait_until = now + errand->client->policy.settle;
}

/* The number behind the name and a blank in the lines of STATS; -1: there is none up to 2^40. */
static int64_t number(polyring__span lines, const char *name) {
  size_t size = strlen(name);
  for (size_t i = 0; i + size < lines.size; i++) {
    if ((i && lines.at[i - 1] != '\n') || memcmp(lines.at + i, name, size) != 0) continue;
    int64_t value = 0;
    size_t first = i += size;
    for (; i < lines.size && polyring__is_digit(lines.at[i]); i++)
      if ((value = value * 10 + (lines.at[i] - '0')) > (int64_t)1 << 40) return -1;
    return i > first && i < lines.size && lines.at[i] == '\n' ? value : -1;
  }
  return -1;
}

/* In microseconds; -1: not known. */
static int64_t uptime(polyring__span lines) {
  int64_t seconds = number(lines, "uptime ");
  return seconds < 0 || seconds > INT32_MAX ? -1 : seconds * SECOND;
}

/* When the process began, in seconds of its own clock. memcached takes both numbers from one, which
 * does not follow its machine's clock when that is set; it restores it with the items when it
 * restarts with -e, under another pid. -1: not known. */
static int64_t birth(polyring__span lines) {
  int64_t up = uptime(lines), time = number(lines, "time ");
  return up < 0 || time < up / SECOND ? -1 : time - up / SECOND;
}

static polyring__span found(const polyring__errand *errand, size_t i) {
  polyring__span value = errand->ops[i].value;
  return (polyring__span){errand->results.bytes + (size_t)value.at, value.size};
}

void polyring__errand_cleaned(polyring__errand *errand, int64_t now) {
  if (errand->forgets == polyring__pool_forgets(&errand->shared->pool))
    report(errand, POLYRING_SEEN_CLEANED, 0, now);
  else
    give_up(errand, now);
}

/* Two that are a second apart may be one, of a server that reads two clocks. */
static int is_another(int64_t birth, int64_t known) {
  return birth >= 0 && known >= 0 && (birth > known + 1 || birth < known - 1);
}

/* How long the server has been running at most; -1: not known. It counts whole seconds, and may
 * begin at 2. Of another process than before, that it may be as young as the outage suffices: else
 * it is one that ran elsewhere meanwhile. */
static int64_t oldest(const polyring__errand *errand, int anew, int64_t now) {
  if (errand->age < 0) return -1;
  if (anew) return errand->age > AGE_SLACK ? errand->age - AGE_SLACK : 0;
  return errand->age + AGE_SLACK + now - errand->age_at;
}

static void conclude_probe(polyring__errand *errand, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  if (errand->ops[0].status != POLYRING_OK) {
    report(errand, POLYRING_SEEN_PROBE_FAILED, 0, now);
    return;
  }
  errand->marked |= errand->exchange.all == 2 && errand->ops[1].status == POLYRING_OK;
  errand->forgets = polyring__pool_forgets(pool);
  errand->age = uptime(found(errand, 0));
  errand->age_at = errand->frame.start; /* or later: the answer may have been there for long */
  int64_t began = birth(found(errand, 0));
  /* A change that nobody answered may be in the new one: known by the doubts, unless forgotten. */
  int strays, anew = is_another(began, polyring__pool_birth(pool, &strays));
  if (polyring__pool_forgot(pool)) anew = 0;
  int64_t age = oldest(errand, anew, now);
  polyring_vital_signs signs = polyring__pool_signs(pool);
  if (!anew && age >= 0 && now - age > signs.down_since && errand->step == POLYRING__STEP_PROBE) {
    /* One that was stopped may answer before its own clock goes on, and seem to be young. */
    errand->step = POLYRING__STEP_AGAIN;
    errand->wait_until = now + AGAIN_AFTER;
    return;
  }
  if (!errand->was_good && signs.state == POLYRING_HEALTH_PROBING) {
    errand->heard = errand->frame.start;
    errand->was_good = 1;
  }
  errand->step = POLYRING__STEP_PROBE;
  report(errand, POLYRING_SEEN_PROBE_ANSWERED, age, now);
  signs = polyring__pool_signs(pool);
  if (signs.state != POLYRING_HEALTH_PROBING) /* until then no call was answered by this one */
    polyring__pool_learn_birth(pool, began, errand->asked, now + BIRTH_AGAIN);
  /* A server that is UP at once since it was started anew is empty, but for what others have stored
   * since: the doubts stay, and are deleted; at once, if no change can be on its way to it. */
  if (anew && !strays && signs.state == POLYRING_HEALTH_UP) {
    errand->heard = errand->frame.start;
    errand->state = signs.state;
    errand->step = POLYRING__STEP_REPAIR;
  }
  if (signs.state != POLYRING_HEALTH_REJOINING) return;
  errand->step = signs.work == POLYRING_WORK_FLUSH ? POLYRING__STEP_FENCE : POLYRING__STEP_REPAIR;
  errand->watch_until = now + WATCH_MOST;
}

static void conclude_repair(polyring__errand *errand, size_t count, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  int failed = 0;
  pthread_mutex_lock(&pool->lock);
  for (size_t i = 0; i < count; i++)
    if (errand->ops[i].status < 0)
      failed = 1;
    else
      polyring__journal_remove(&pool->journal, &errand->doubts[i]);
  pthread_mutex_unlock(&pool->lock);
  if (failed)
    give_up(errand, now);
  else if (!atomic_load(&pool->journal.count))
    polyring__errand_cleaned(errand, now);
}

/* A change that was given up may lie there unread, as long as the server does nothing. Now that it
 * does, the change needs its time to come to nothing, or to be made and undone. */
static void conclude_listen(polyring__errand *errand, int64_t now) {
  if (errand->ops[0].status < 0) {
    give_up(errand, now);
    return;
  }
  errand->heard = errand->frame.start;
  errand->wait_until = now + errand->client->policy.settle;
  errand->step = POLYRING__STEP_REPAIR;
}

/* Whether the flush that the fence tells of serves this client too: what it changed elsewhere since
 * then is in the journal. It does if it came after the server was taken for down, for certain by
 * the uptimes, or perhaps and it took away what this client stored. */
static int is_ours_too(const polyring__errand *errand, polyring__span text) {
  polyring__pool *pool = &errand->shared->pool;
  char copy[48] = "";
  long long age;
  if (text.size >= sizeof copy || errand->age < 0 || polyring__pool_forgot(pool)) return 0;
  memcpy(copy, text.at, text.size);
  if (sscanf(copy, "done %18lld", &age) != 1 || age < 0) return 0;
  int64_t at = errand->age_at - (errand->age - age) - AGE_DIFFERENCE;
  int64_t down_since = polyring__pool_signs(pool).down_since;
  int took_mine = errand->marked && errand->ops[1].status == POLYRING_MISS;
  return at > down_since || (took_mine && at + 2 * AGE_DIFFERENCE > down_since);
}

static void conclude_watch(polyring__errand *errand, int64_t now) {
  const polyring__op *op = &errand->ops[0];
  polyring__span text = found(errand, 0);
  if (op->status == POLYRING_MISS) {
    errand->step = POLYRING__STEP_FENCE;
  } else if (op->status != POLYRING_OK) {
    give_up(errand, now);
  } else if (is_ours_too(errand, text)) {
    errand->step = POLYRING__STEP_REPAIR;
  } else if ((text.size > 4 && memcmp(text.at, "done", 4) == 0) || now > errand->watch_until) {
    errand->fence_cas = op->cas;
    errand->step = POLYRING__STEP_SEIZE;
  } else {
    errand->wait_until = now + WATCH_EVERY;
  }
}

static void conclude_flush(polyring__errand *errand, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  int refused = errand->ops[1].status == POLYRING_REFUSED;
  if (refused && !polyring__pool_forgot(pool)) { /* the keys are known, so that these do */
    errand->step = POLYRING__STEP_REPAIR;
  } else if (errand->ops[0].status != POLYRING_OK || errand->ops[1].status != POLYRING_OK) {
    polyring__event(errand->client, POLYRING_EVENT_NOT_CLEANED, errand->shared->spelled, "%s",
                    refused ? "it does not take flush_all" : "flush_all failed");
    give_up(errand, now);
  } else {
    errand->flush_age = uptime(found(errand, 3));
    errand->wait_until = now + FLUSH_TIME;
    errand->step = POLYRING__STEP_PROVE;
  }
}

/* One that was too slow may be faster the next time. */
static void conclude_birth(polyring__errand *errand, int64_t now) {
  const polyring__op *op = &errand->ops[0];
  int64_t again = now + (op->system_error == ETIMEDOUT ? BIRTH_SOON : BIRTH_AGAIN);
  int64_t began = op->status == POLYRING_OK ? birth(found(errand, 0)) : -1;
  polyring__pool_learn_birth(&errand->shared->pool, began, errand->asked, again);
}

void polyring__errand_conclude(polyring__errand *errand, int64_t now) {
  int status = errand->ops[0].status;
  errand->running = 0;
  switch (errand->step) {
    case POLYRING__STEP_PROBE:
    case POLYRING__STEP_AGAIN:
      conclude_probe(errand, now);
      break;
    case POLYRING__STEP_BIRTH:
      conclude_birth(errand, now);
      break;
    case POLYRING__STEP_LISTEN:
      conclude_listen(errand, now);
      break;
    case POLYRING__STEP_REPAIR:
      conclude_repair(errand, errand->exchange.all, now);
      break;
    case POLYRING__STEP_FENCE:
    case POLYRING__STEP_SEIZE:
      if (status == POLYRING_OK)
        errand->step = POLYRING__STEP_FLUSH;
      else if (status >= 0)
        errand->step = POLYRING__STEP_WATCH;
      else
        give_up(errand, now);
      break;
    case POLYRING__STEP_WATCH:
      conclude_watch(errand, now);
      break;
    case POLYRING__STEP_FLUSH:
      conclude_flush(errand, now);
      break;
    case POLYRING__STEP_PROVE:
      if (status == POLYRING_MISS)
        errand->step = POLYRING__STEP_ANNOUNCE;
      else
        give_up(errand, now);
      break;
    case POLYRING__STEP_ANNOUNCE:
      if (status == POLYRING_OK)
        errand->step = POLYRING__STEP_REPAIR;
      else
        give_up(errand, now);
  }
}
