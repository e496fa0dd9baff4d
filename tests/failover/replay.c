/* C's part of the decision script: reads operations from standard input, writes what a health
 * answers. vectors/failover/decisions.txt says what they are. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polyring/polyring.h"

enum { WORDS_MAX = 32 };

static polyring_ring *ring, *gutter;
static polyring_health *health;

static void stop(const char *what) {
  fprintf(stderr, "replay: %s\n", what);
  exit(2);
}

static const char *or_none(int64_t value, char room[24]) {
  if (value == INT64_MIN || value == INT64_MAX) return "-";
  snprintf(room, 24, "%" PRId64, value);
  return room;
}

/* --- the policy --- */

#define XX(NAME, word, text) word,
static const char *const on_dead[] = {POLYRING_ON_DEAD_MAP(XX) NULL};
static const char *const rejoin[] = {POLYRING_REJOIN_MAP(XX) NULL};
#undef XX

static int find(const char *const *words, const char *word) {
  for (int i = 0; words[i]; i++)
    if (strcmp(words[i], word) == 0) return i;
  stop(word);
  return 0;
}

#define COUNT(name) \
  { #name, offsetof(polyring_health_policy, name), 0 }
#define TIME(name) \
  { #name, offsetof(polyring_health_policy, name), 1 }
static const struct column {
  const char *name;
  size_t at;
  int is_time;
} columns[] = {COUNT(detect_hard),    COUNT(detect_soft),   COUNT(detect_share), COUNT(dead_most),
               COUNT(detect_garbled), TIME(probe_interval), TIME(probe_most),    TIME(settle),
               TIME(steady),          TIME(stand_in_ttl)};

static void set_number(polyring_health_policy *policy, const char *name, int64_t number) {
  uint32_t count = (uint32_t)number;
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    char *at = (char *)policy + columns[i].at;
    if (strcmp(columns[i].name, name) != 0) continue;
    if (columns[i].is_time)
      memcpy(at, &number, sizeof number);
    else
      memcpy(at, &count, sizeof count);
    return;
  }
  stop(name);
}

static void set_column(polyring_health_policy *policy, char *column) {
  char *value = strchr(column, '=');
  if (!value) stop(column);
  *value++ = '\0';
  if (strcmp(column, "on_dead") == 0)
    policy->on_dead = (polyring_on_dead)find(on_dead, value);
  else if (strcmp(column, "rejoin") == 0)
    policy->rejoin = (polyring_rejoin)find(rejoin, value);
  else
    set_number(policy, column, strtoll(value, NULL, 10));
}

/* --- operations --- */

static polyring_ring *ring_of(char *servers, const char *profile) {
  polyring_ring *made;
  polyring_error error;
  for (char *at = servers; *at; at++)
    if (*at == ',') *at = ' ';
  if (polyring_ring_new(NULL, profile, strlen(profile), servers, strlen(servers), &made, &error) <
      0)
    stop(error.text);
  return made;
}

static void end(void) {
  polyring_health_free(health);
  polyring_ring_free(ring);
  polyring_ring_free(gutter);
  gutter = NULL;
}

static void begin(char **words, size_t count) {
  polyring_health_policy policy;
  polyring_error error;
  end();
  polyring_health_policy_init(&policy);
  ring = ring_of(words[2], words[1]);
  if (strcmp(words[3], "-") != 0) gutter = ring_of(words[3], words[1]);
  for (size_t i = 5; i < count; i++) set_column(&policy, words[i]);
  if (polyring_health_new(NULL, ring, gutter, &policy, strtoull(words[4], NULL, 10), &health,
                          &error) < 0)
    stop(error.text);
}

static void report(size_t server, const char *name, int64_t now, int64_t detail) {
  int seen = 0;
  while (*polyring_seen_name(seen) && strcmp(polyring_seen_name(seen), name) != 0) seen++;
  if (polyring_health_report(health, server, (polyring_seen)seen, detail, now) < 0) stop(name);
}

static void show_signs(size_t server) {
  static const char *const works[] = {"NONE", "REPAIR", "FLUSH"};
  polyring_vital_signs signs;
  char down[24], next[24];
  if (polyring_health_signs(health, server, &signs) < 0) stop("no such server");
  int serves = signs.state <= POLYRING_HEALTH_SUSPECT;
  int waits = signs.state == POLYRING_HEALTH_DOWN || signs.state == POLYRING_HEALTH_PROBING;
  printf("signs %s %s %s %" PRId64 " %s %s %" PRIu32 " %" PRIu32 "\n",
         polyring_health_state_name(signs.state), polyring_seen_name(signs.reason),
         works[signs.state == POLYRING_HEALTH_REJOINING ? signs.work : POLYRING_WORK_NONE],
         signs.since, or_none(serves ? INT64_MIN : signs.down_since, down),
         or_none(waits ? signs.next_probe : INT64_MAX, next), signs.probes_failed,
         signs.unanswered);
}

static void show_route(const char *key, int64_t now) {
  static const char *const kinds[] = {"HOME", "STAND_IN", "GUTTER", "NOWHERE"};
  polyring_route route;
  char room[24];
  if (polyring_health_route(health, key, strlen(key), now, &route) < 0) {
    puts("route refused");
    return;
  }
  printf("route %s %d %s %" PRId64 "\n", kinds[route.kind], route.home,
         or_none(route.server == POLYRING_NO_SERVER ? INT64_MIN : route.server, room),
         route.ttl_most);
}

static void show_log(void) {
  polyring_buffer lines;
  polyring_buffer_init(&lines, NULL);
  if (polyring_health_log(health, &lines) < 0) stop("no memory");
  for (size_t at = 0; at < lines.size;) {
    const char *line = (char *)lines.at + at;
    size_t size = (size_t)((char *)memchr(line, '\n', lines.size - at) - line) + 1;
    printf("log %.*s", (int)size, line);
    at += size;
  }
  polyring_buffer_done(&lines);
}

static int64_t number(const char *word) { return strtoll(word, NULL, 10); }

static void run(char **words, size_t count) {
  char room[24];
  if (strcmp(words[0], "new") == 0 && count > 4) {
    begin(words, count);
  } else if (strcmp(words[0], "report") == 0 && count == 5) {
    report((size_t)number(words[1]), words[2], number(words[3]), number(words[4]));
  } else if (strcmp(words[0], "due") == 0 && count == 2) {
    int32_t server = polyring_health_due(health, number(words[1]));
    printf("due %s\n", or_none(server < 0 ? INT64_MIN : server, room));
  } else if (strcmp(words[0], "next") == 0 && count == 1) {
    printf("next %s\n", or_none(polyring_health_next_due(health), room));
  } else if (strcmp(words[0], "signs") == 0 && count == 2) {
    show_signs((size_t)number(words[1]));
  } else if (strcmp(words[0], "route") == 0 && count == 3) {
    show_route(words[1], number(words[2]));
  } else if (strcmp(words[0], "log") == 0 && count == 1) {
    show_log();
  } else {
    stop(words[0]);
  }
}

int main(void) {
  char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    char *words[WORDS_MAX], *place = NULL;
    size_t count = 0;
    for (char *word = strtok_r(line, " \n", &place); word && count < WORDS_MAX;
         word = strtok_r(NULL, " \n", &place))
      words[count++] = word;
    if (count && words[0][0] != '#') run(words, count);
  }
  end();
  return 0;
}
