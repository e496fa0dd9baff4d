/* A plan as JSON. */
#include "plan.h"

static json_t *side_json(const plan_view *view, int side) {
  return json_pack("{s:s, s:s, s:I, s:f}", "profile", polyring_ring_profile(view->rings[side]),
                   "fingerprint", view->fingerprints[side], "server_count",
                   (json_int_t)polyring_ring_server_count(view->rings[side]), "max_over_mean",
                   view->spread[side]);
}

static json_t *index_or_null(int32_t index) {
  return index < 0 ? json_null() : json_integer(index);
}

static json_t *servers_json(const plan_view *view) {
  json_t *servers = json_array();
  for (size_t i = 0; i < view->server_count; i++) {
    const polyring_planned_server *server = polyring_plan_server(view->plan, i);
    json_array_append_new(
        servers,
        json_pack("{s:o, s:o, s:o, s:f, s:f}", "server", json_text(server->text), "old_index",
                  index_or_null(server->old_index), "new_index", index_or_null(server->new_index),
                  "before", server->before, "after", server->after));
  }
  return servers;
}

static json_t *flows_json(const plan_view *view) {
  json_t *flows = json_array();
  for (size_t i = 0; i < view->flow_count; i++) {
    const polyring_flow *flow = polyring_plan_flow(view->plan, i);
    json_array_append_new(
        flows, json_pack("{s:o, s:o, s:f}", "from",
                         json_text(polyring_plan_server(view->plan, flow->from)->text), "to",
                         json_text(polyring_plan_server(view->plan, flow->to)->text), "share",
                         flow->share));
  }
  return flows;
}

bool plan_print_json(const plan_view *view) {
  uint32_t sample = polyring_plan_sample(view->plan);
  double moved = polyring_plan_moved(view->plan);
  return json_print(
      json_pack("{s:b, s:o, s:f, s:f, s:o, s:o, s:o, s:o}", "exact", !sample, "sample",
                sample ? json_integer(sample) : json_null(), "moved", moved, "standard_error",
                plan_error(view->plan, moved), "before", side_json(view, 0), "after",
                side_json(view, 1), "servers", servers_json(view), "flows", flows_json(view)),
      JSON_INDENT(2));
}
