/* Lists whose order nobody knows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identify_observed.h"
#include "progress.h"

/* The next order of count numbers; false after the last one. */
static bool next_order(size_t *order, size_t count) {
  size_t i = count - 1, j = count - 1;
  while (i > 0 && order[i - 1] >= order[i]) i--;
  if (i == 0) return false;
  while (order[j] <= order[i - 1]) j--;
  size_t swap = order[i - 1];
  order[i - 1] = order[j];
  order[j] = swap;
  for (j = count - 1; i < j; i++, j--) {
    swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
  return true;
}

static char *list_in_order(const struct places *places, const size_t *order) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (size_t i = 0; i < places->count; i++)
    fprintf(file, "%s%s", i ? " " : "", places->items[order[i]].word);
  fclose(file);
  return text;
}

/* Tries the rows on the servers in one order; true if one fits. */
static bool try_order(const struct candidates *rows, const struct places *places,
                      const struct keys *keys, const size_t *at, const size_t *order,
                      struct order *found) {
  struct places moved;
  size_t *moved_at = zeroed(keys->count, sizeof *moved_at);
  char *text = list_in_order(places, order), *why = places_read(text, &moved);
  for (size_t i = 0; i < keys->count; i++) {
    moved_at[i] = at[i];
    for (size_t s = 0; s < places->count; s++)
      if (order[s] == at[i]) moved_at[i] = s;
  }
  bool fits = false;
  if (!why) {
    identify_among(rows, &moved, keys, moved_at, &found->identity);
    fits = found->identity.names.count > 0;
    if (!fits) identity_done(&found->identity);
    places_done(&moved);
  }
  if (fits) found->servers = copy(text);
  free(why);
  free(text);
  free(moved_at);
  return fits;
}

void identify_orders(const struct candidates *candidates, const struct places *places,
                     const struct keys *keys, const size_t *at, struct order *found) {
  struct candidates rows = *candidates;
  size_t order[ORDERS_MAX], tried = 0;
  *found = (struct order){0};
  rows.count = rows.rows;
  if (places->count > ORDERS_MAX) return;
  for (size_t i = 0; i < places->count; i++) order[i] = i;
  while (next_order(order, places->count)) {
    progress("trying orders of the servers: %zu", ++tried);
    if (try_order(&rows, places, keys, at, order, found)) break;
  }
  progress_clear();
}

void order_done(struct order *order) {
  free(order->servers);
  identity_done(&order->identity);
  *order = (struct order){0};
}
