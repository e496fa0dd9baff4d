#include "topology/flows.h"

#include <string.h>

#include "base/allocator.h"

enum { FIRST_PLACES = 256 };

static polyring_flow *find(const polyring__flows *flows, uint32_t from, uint32_t to) {
  uint64_t mixed = ((uint64_t)from << 32 | to) * 0x9e3779b97f4a7c15u;
  size_t i = (size_t)(mixed >> 32);
  for (;; i++) {
    polyring_flow *place = &flows->places[i & (flows->place_count - 1)];
    if (place->share == 0 || (place->from == from && place->to == to)) return place;
  }
}

/* Makes room for one more. */
static polyring_status grow(polyring__flows *flows) {
  polyring__flows larger = *flows;
  if (flows->count * 2 < flows->place_count) return POLYRING_OK;
  if (flows->count >= POLYRING__FLOWS_MAX) return POLYRING_TOO_LARGE;
  larger.place_count = flows->place_count ? 4 * flows->place_count : FIRST_PLACES;
  size_t size = larger.place_count * sizeof *larger.places;
  larger.places = polyring__allocate(&flows->allocator, size);
  if (!larger.places) return POLYRING_NO_MEMORY;
  memset(larger.places, 0, size);
  for (size_t i = 0; i < flows->place_count; i++)
    if (flows->places[i].share != 0)
      *find(&larger, flows->places[i].from, flows->places[i].to) = flows->places[i];
  polyring__flows_done(flows);
  *flows = larger;
  return POLYRING_OK;
}

void polyring__flows_init(polyring__flows *flows, const polyring_allocator *allocator) {
  *flows = (polyring__flows){.allocator = *allocator};
}

void polyring__flows_add(polyring__flows *flows, uint32_t from, uint32_t to, double amount) {
  if (flows->status >= 0) flows->status = grow(flows);
  if (flows->status < 0 || amount == 0) return;
  polyring_flow *place = find(flows, from, to);
  if (place->share == 0) {
    *place = (polyring_flow){from, to, 0};
    flows->count++;
  }
  place->share += amount;
}

void polyring__flows_done(polyring__flows *flows) {
  polyring__release(&flows->allocator, flows->places, flows->place_count * sizeof *flows->places);
  flows->places = NULL;
}
