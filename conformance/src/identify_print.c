/* What identify says. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "identify_observed.h"
#include "json.h"

#define NAMED 12     /* groups that are listed for people */
#define KEY_SHOWN 60 /* bytes of a key */
#define LUCK 0.001   /* candidates that may fit by luck before a warning */
#define SIGMAS 5     /* beyond which agreement is no luck */

static double percentage(size_t part, size_t all) {
  return all ? 100.0 * (double)part / (double)all : 0;
}

/* Whether the nearest candidate explains more than luck can. */
static bool is_near(const struct identity *identity) {
  double all = (double)identity->seen, p = identity->chance;
  return (double)identity->nearest_same > all * p + SIGMAS * sqrt(all * p * (1 - p)) &&
         2 * identity->nearest_same > identity->seen;
}

/* Columns in which the changes of the first group differ from their rows, each once, in order. */
static void print_columns(const struct identity *identity) {
  const char *column;
  size_t count = 0;
  for (size_t i = identity->rows; i < identity->names.count; i++) count += !identity->groups[i];
  if (!count) return;
  printf("  %zu changes of one column change nothing on this list, in:", count);
  for (size_t c = 0; (column = polyring_column_name(c)); c++)
    for (size_t i = identity->rows; i < identity->names.count; i++) {
      const char *change = strchr(identity->names.items[i], ',');
      size_t size = strlen(column);
      if (identity->groups[i] || !change || strncmp(change + 1, column, size) ||
          change[1 + size] != '=')
        continue;
      printf(" %s", column);
      break;
    }
  putchar('\n');
}

static void print_group(const struct identity *identity, size_t group) {
  size_t first = 0, others = 0;
  while (identity->groups[first] != group) first++;
  for (size_t i = first + 1; i < identity->names.count; i++) others += identity->groups[i] == group;
  printf("      %s", identity->names.items[first]);
  if (others) printf(" and %zu more like it", others);
  const char *split = identity->split[group], *key = split ? split : identity->hints[group];
  const char *rest = key && strlen(key) > KEY_SHOWN ? "..." : "";
  if (split)
    printf(": the key %.*s%s would tell\n", KEY_SHOWN, key, rest);
  else if (key)
    printf(": differs at the key %.*s%s, which not every client takes\n", KEY_SHOWN, key, rest);
  else
    puts(": no key is known that would tell");
}

static void print_class(const struct identity *identity) {
  size_t listed = 0;
  if (identity->rows > 1) printf("  rows that fit:");
  for (size_t i = 0; i < identity->rows && identity->rows > 1; i++)
    printf("%s %s", i % 4 ? "" : "\n     ", identity->names.items[i]);
  if (identity->rows > 1) putchar('\n');
  print_columns(identity);
  if (identity->group_count > 1) puts("  not told apart by these keys:");
  /* What a key could tell comes first. */
  for (int pass = 0; pass < 3; pass++)
    for (size_t g = 1; g < identity->group_count; g++) {
      int kind = identity->split[g] ? 0 : identity->hints[g] ? 1 : 2;
      if (kind != pass) continue;
      if (listed++ < NAMED) print_group(identity, g);
    }
  if (listed > NAMED) printf("      and %zu more\n", listed - NAMED);
}

static void print_nearest(const struct identity *identity) {
  printf("  no profile puts all of these keys there\n");
  if (!identity->nearest) {
    puts("  every profile refuses this list");
    return;
  }
  printf("  nearest    %s: %zu of %zu keys (%.1f %%; chance is %.1f %%)%s\n", identity->nearest,
         identity->nearest_same, identity->seen,
         percentage(identity->nearest_same, identity->seen), 100 * identity->chance,
         is_near(identity) ? "" : ": unrelated");
  if (is_near(identity) && identity->deviation)
    printf("  the others %s\n", identity->deviation);
}

static void print_warnings(const struct telling *telling) {
  const struct identity *identity = telling->identity;
  if (telling->places->count < 3)
    printf("  warning: %zu server%s say little; take at least three\n", telling->places->count,
           telling->places->count == 1 ? "" : "s");
  if (identity->by_luck > LUCK)
    printf("  warning: too few keys: about %.3g candidates would fit by luck\n", identity->by_luck);
}

bool wanted_fits(const struct telling *telling, size_t *same, char **why) {
  polyring_ring *ring = judge_ring(telling->wanted, telling->places, why);
  *same = 0;
  if (!ring) return false;
  for (size_t i = 0; i < telling->keys->count; i++) {
    if (telling->at[i] >= telling->places->count) continue;
    size_t at = telling->places->items[telling->at[i]].same_as;
    *same += judge_right(ring, telling->places, telling->keys, i, at);
  }
  bool named = false;
  for (size_t i = 0; i < telling->identity->names.count && !named; i++)
    named = !strcmp(telling->identity->names.items[i], polyring_ring_profile(ring));
  polyring_ring_free(ring);
  return named || *same == telling->identity->seen;
}

/* The columns of two profiles that differ, to a list or to standard output. */
static void tell_columns(const char *wanted, const char *found, json_t *list) {
  polyring_profile *a = NULL, *b = NULL;
  const char *column;
  if (polyring_profile_new(NULL, wanted, strlen(wanted), &a, NULL) >= 0 &&
      polyring_profile_new(NULL, found, strlen(found), &b, NULL) >= 0)
    for (size_t c = 0; (column = polyring_column_name(c)); c++) {
      const char *x = polyring_profile_value(a, c), *y = polyring_profile_value(b, c);
      if (!strcmp(x, y) || column_is_idle(c)) continue;
      if (list)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "column", json_text(column),
                                              "wanted", json_text(x), "found", json_text(y)));
      else
        printf("      %-12s wanted %s\n      %-12s found  %s\n", column, *x ? x : "-", "",
               *y ? y : "-");
    }
  polyring_profile_free(a);
  polyring_profile_free(b);
}

static void print_wanted(const struct telling *telling) {
  const struct identity *identity = telling->identity;
  size_t same;
  char *why;
  bool fits = wanted_fits(telling, &same, &why);
  if (why)
    printf("  wanted     %s: it refuses the list: %s\n", telling->wanted, why);
  else
    printf("  wanted     %s: %zu of %zu keys (%.1f %%; chance is %.1f %%)%s\n", telling->wanted,
           same, identity->seen, percentage(same, identity->seen), 100 * identity->chance,
           fits ? ": it is one of the class" : "");
  if (!fits && identity->names.count) {
    puts("  columns that differ:");
    tell_columns(telling->wanted, identity->names.items[0], NULL);
  }
  free(why);
}

void telling_print(const struct telling *telling) {
  const struct identity *identity = telling->identity;
  printf("%s on %zu server%s\n", telling->client, telling->places->count,
         telling->places->count == 1 ? "" : "s");
  if (identity->names.count) {
    printf("  explained  %zu of %zu keys by %s (chance is %.1f %%)\n", identity->seen,
           identity->seen, identity->names.items[0], 100 * identity->chance);
    print_class(identity);
  } else if (!identity->seen) {
    puts("  no key was seen on any server");
  } else {
    print_nearest(identity);
  }
  if (telling->order->servers)
    printf("  in another order of the servers, %s:\n      %s\n",
           telling->order->identity.names.items[0], telling->order->servers);
  if (identity->refused || telling->unseen)
    printf("  left out   %zu keys that the client refused, %zu that were not seen\n",
           identity->refused, telling->unseen);
  if (identity->seen) print_warnings(telling);
  if (telling->wanted && identity->seen) print_wanted(telling);
}

static json_t *names_json(const struct identity *identity) {
  json_t *names = json_array();
  for (size_t i = 0; i < identity->names.count; i++) {
    size_t group = identity->groups[i];
    json_t *name = json_object();
    json_put(name, "profile", json_text(identity->names.items[i]));
    json_put(name, "group", json_integer((json_int_t)group));
    if (identity->split[group]) json_put(name, "splitter", json_text(identity->split[group]));
    if (identity->hints[group])
      json_put(name, "hint", json_text(identity->hints[group]));
    json_array_append_new(names, name);
  }
  return names;
}

static json_t *wanted_json(const struct telling *telling) {
  json_t *wanted = json_object(), *columns = json_array();
  size_t same;
  char *why;
  bool fits = wanted_fits(telling, &same, &why);
  json_put(wanted, "profile", json_text(telling->wanted));
  json_put(wanted, "same", json_integer((json_int_t)same));
  json_put(wanted, "fits", json_boolean(fits));
  if (why) json_put(wanted, "refusal", json_text(why));
  if (!fits && telling->identity->names.count)
    tell_columns(telling->wanted, telling->identity->names.items[0], columns);
  json_put(wanted, "columns", columns);
  free(why);
  return wanted;
}

json_t *telling_json(const struct telling *telling, int code) {
  const struct identity *identity = telling->identity;
  json_t *object = json_object();
  char *date = clock_date();
  json_put(object, "tool", json_text(TOOL));
  json_put(object, "date", json_text(date));
  json_put(object, "client", json_text(telling->client));
  json_put(object, "servers", places_json(telling->places));
  json_put(object, "seen", json_integer((json_int_t)identity->seen));
  json_put(object, "refused", json_integer((json_int_t)identity->refused));
  json_put(object, "unseen", json_integer((json_int_t)telling->unseen));
  json_put(object, "chance", json_real(identity->chance));
  json_put(object, "by_luck", json_real(identity->by_luck));
  json_put(object, "rows", json_integer((json_int_t)identity->rows));
  json_put(object, "names", names_json(identity));
  if (identity->nearest) {
    json_put(object, "nearest", json_text(identity->nearest));
    json_put(object, "nearest_same", json_integer((json_int_t)identity->nearest_same));
  }
  if (identity->deviation && is_near(identity))
    json_put(object, "deviation", json_text(identity->deviation));
  if (identity->splitter) json_put(object, "splitter", json_text(identity->splitter));
  if (telling->order->servers) {
    json_put(object, "order", json_text(telling->order->servers));
    json_put(object, "order_profile", json_text(telling->order->identity.names.items[0]));
  }
  if (telling->wanted && identity->seen) json_put(object, "wanted", wanted_json(telling));
  json_put(object, "exit", json_integer(code));
  free(date);
  return object;
}
