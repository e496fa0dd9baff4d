#include "both.h"

#include <stdlib.h>

#include "json.h"

void both_add(struct both *both, const char *id, const char *key, size_t says, size_t lies,
              char **why) {
  both->compared++;
  if (says == lies) return;
  both->differ++;
  json_t *fact = json_object();
  json_put(fact, "id", json_text(id));
  json_put(fact, "key", json_text(key));
  json_put(fact, "status", json_text(status_name(DIFFERENT, true)));
  json_put(fact, "op", json_text("both"));
  json_put(fact, "at", json_integer((json_int_t)says));
  json_put(fact, "lies", json_integer((json_int_t)lies));
  if (!both->facts) both->facts = json_array();
  json_array_append_new(both->facts, fact);
  if (*why) return;
  *why = format("the client says server %zu, and puts it on %zu", says, lies);
}

char *both_note(const struct both *both) {
  if (!both->differ) return NULL;
  return format("what the client says and what it does differ on %zu of %zu keys", both->differ,
                both->compared);
}

void both_compare(const struct observation *landed, const struct keys *keys,
                  struct observation *located) {
  struct both both = {0};
  for (size_t i = 0; i < keys->count; i++) {
    struct outcome *said = &located->outcomes[i];
    if (landed->outcomes[i].status != SAME || said->status != SAME) continue;
    char *key = keys_text(keys, i);
    both_add(&both, key, key, said->at, landed->outcomes[i].at, &said->why);
    free(key);
  }
  located->facts = both.facts;
  located->note = both_note(&both);
}
