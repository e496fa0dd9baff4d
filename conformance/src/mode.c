#include "mode.h"

#include <string.h>

#include "land.h"
#include "locate.h"
#include "look.h"
#include "order.h"
#include "outage.h"
#include "value.h"

#define OUTAGE_KEYS 40 /* a client may wait for each of them, six times */

static const struct mode_row rows[MODES] = {
    [MODE_AUTO] = {.name = "auto"},
    [MODE_LAND] = {.name = "land", .servers = true, .ask = land_ask, .judge = land_judge},
    [MODE_LOCATE] = {.name = "locate", .ask = locate_ask},
    [MODE_LOOK] =
        {.name = "look", .needs = "get", .servers = true, .ask = look_ask, .judge = look_judge},
    [MODE_MANY] =
        {.name = "many", .needs = "many", .servers = true, .ask = many_ask, .judge = many_judge},
    [MODE_ORDER] = {.name = "order", .compose = order_observe},
    [MODE_FAIL] = {.name = "fail",
                   .needs = "set",
                   .keys_max = OUTAGE_KEYS,
                   .servers = true,
                   .prepare = outage_prepare,
                   .ask = outage_ask},
    [MODE_VALUE] = {.name = "value",
                    .needs = "store",
                    .own_keys = value_keys,
                    .servers = true,
                    .prepare = value_prepare,
                    .ask = value_ask},
    [MODE_BOTH] = {.name = "both"}};

const struct mode_row *mode_row(enum mode mode) { return &rows[mode]; }

const char *mode_name(enum mode mode) { return rows[mode].name; }

bool mode_read(const char *text, enum mode *mode) {
  for (int i = 0; i < MODES; i++)
    if (!strcmp(text, rows[i].name)) return *mode = (enum mode)i, true;
  return false;
}

bool mode_places(enum mode mode) {
  const struct mode_row *row = &rows[mode];
  return mode != MODE_BOTH && !row->compose && !row->keys_max && !row->own_keys;
}

bool mode_own_keys(enum mode mode) { return rows[mode].own_keys != NULL; }

void mode_keys(enum mode mode, const struct keys *listed, struct keys *asked) {
  const struct mode_row *row = &rows[mode];
  *asked = (struct keys){0};
  if (row->own_keys) {
    row->own_keys(asked);
    return;
  }
  for (size_t i = 0; i < listed->count && !(row->keys_max && i == row->keys_max); i++) {
    size_t size;
    const uint8_t *key = keys_at(listed, i, &size);
    keys_add(asked, key, size);
  }
}
