/* The golden topologies, vectors/topology: what is read and refused, and what follows from it. */
#include <jansson.h>
#include <math.h>

#include "unit.h"
#include "vectors.h"

static json_t *vectors; /* the file */

static polyring_topology *parsed(const char *text) {
  polyring_topology *topology;
  polyring_error error;
  if (polyring_topology_parse(NULL, text, strlen(text), &topology, &error) < 0)
    fail_msg("%s: %s", text, error.text);
  return topology;
}

/* The topology that a case names in this member. */
static polyring_topology *named(json_t *test, const char *member) {
  const char *id = text_of(test, member);
  json_t *it;
  size_t i;
  json_array_foreach(json_object_get(vectors, "topologies"), i,
                     it) if (!strcmp(text_of(it, "id"), id)) return parsed(text_of(it, "input"));
  fail_msg("no topology \"%s\"", id);
  return NULL;
}

static polyring_ring *ring_of_topology(polyring_topology *topology) {
  polyring_ring *ring;
  polyring_error error;
  if (polyring_topology_ring(NULL, topology, &ring, &error) < 0) fail_msg("%s", error.text);
  polyring_topology_free(topology);
  return ring;
}

static void check_refusal(json_t *test, polyring_status status, const polyring_error *error) {
  if (strcmp(polyring_status_name(status), text_of(test, "status")) != 0 ||
      !strstr(error->text, text_of(test, "message")))
    fail_msg("%s: %s, \"%s\"", text_of(test, "id"), polyring_status_name(status), error->text);
}

static void check_fingerprint(json_t *test, const polyring_ring *ring) {
  char fingerprint[POLYRING_FINGERPRINT_SIZE];
  assert_int_equal(polyring_ring_fingerprint(ring, fingerprint), POLYRING_OK);
  assert_string_equal(fingerprint, text_of(test, "fingerprint"));
}

static void check_text(json_t *test, const polyring_topology *topology) {
  size_t size = polyring_topology_text(topology, NULL, 0);
  char *text = calloc(size + 1, 1), digest[POLYRING_DIGEST_SIZE];
  polyring_topology_text(topology, text, size);
  assert_string_equal(text, text_of(test, "canonical"));
  polyring_topology_digest(topology, digest);
  assert_string_equal(digest, text_of(test, "digest"));
  free(text);
}

static void check_topology(json_t *test) {
  polyring_topology *topology = parsed(text_of(test, "input"));
  const char *name, *value;
  size_t i = 0;
  check_text(test, topology);
  assert_int_equal(polyring_topology_epoch(topology),
                   json_integer_value(json_object_get(test, "epoch")));
  assert_string_equal(polyring_topology_profile(topology), text_of(test, "profile"));
  for (; (name = polyring_topology_setting(topology, i, &value)); i++)
    assert_string_equal(value, text_of(json_object_get(test, "settings"), name));
  assert_int_equal(i, json_object_size(json_object_get(test, "settings")));
  json_t *server;
  json_array_foreach(json_object_get(test, "servers"), i, server)
      assert_string_equal(polyring_topology_server(topology, i), json_string_value(server));
  assert_int_equal(polyring_topology_server_count(topology), i);
  polyring_ring *ring;
  polyring_error error;
  polyring_status status = polyring_topology_ring(NULL, topology, &ring, &error);
  if (json_object_get(test, "ring"))
    assert_string_equal(polyring_status_name(status), text_of(test, "ring"));
  else
    check_fingerprint(test, ring);
  polyring_ring_free(ring);
  polyring_topology_free(topology);
}

static void check_refused_text(json_t *test) {
  const char *text = text_of(test, "input");
  polyring_topology *topology;
  polyring_error error;
  check_refusal(test, polyring_topology_parse(NULL, text, strlen(text), &topology, &error), &error);
  assert_null(topology);
  assert_true(error.position <= strlen(text));
}

static void check_text_or_null(json_t *test, const char *member, const char *text) {
  json_t *expected = json_object_get(test, member);
  assert_non_null(expected);
  if (json_is_null(expected))
    assert_null(text);
  else
    assert_string_equal(text, json_string_value(expected));
}

static void check_index(json_t *test, const char *member, int32_t index) {
  json_t *expected = json_object_get(test, member);
  assert_non_null(expected);
  assert_int_equal(index, json_is_null(expected) ? -1 : json_integer_value(expected));
}

static void check_difference(json_t *test) {
  polyring_topology *topologies[2] = {named(test, "from"), named(test, "to")};
  polyring_difference *difference;
  assert_int_equal(polyring_difference_new(NULL, topologies[0], topologies[1], &difference, NULL),
                   POLYRING_OK);
  json_t *expected;
  size_t i;
  json_array_foreach(json_object_get(test, "changes"), i, expected) {
    const polyring_change *change = polyring_difference_at(difference, i);
    assert_non_null(change);
    assert_string_equal(polyring_change_text(change->kind), text_of(expected, "change"));
    check_text_or_null(expected, "subject", change->subject);
    check_text_or_null(expected, "before", change->before);
    check_text_or_null(expected, "after", change->after);
    check_index(expected, "old_index", change->old_index);
    check_index(expected, "new_index", change->new_index);
  }
  assert_int_equal(polyring_difference_count(difference), i);
  polyring_difference_free(difference);
  polyring_topology_free(topologies[0]);
  polyring_topology_free(topologies[1]);
}

static void check_share(json_t *test, const char *member, double share, double tolerance) {
  double expected = json_number_value(json_object_get(test, member));
  assert_true(json_is_number(json_object_get(test, member)));
  if (!(fabs(share - expected) <= tolerance + 1e-13 * expected))
    fail_msg("%s: %.17g instead of %.17g", member, share, expected);
}

static void check_exact_plan(json_t *test, const polyring_plan *plan) {
  json_t *expected;
  size_t i;
  json_array_foreach(json_object_get(test, "servers"), i, expected) {
    const polyring_planned_server *server = polyring_plan_server(plan, i);
    assert_non_null(server);
    assert_string_equal(server->text, text_of(expected, "server"));
    check_index(expected, "old_index", server->old_index);
    check_index(expected, "new_index", server->new_index);
    check_share(expected, "before", server->before, 0);
    check_share(expected, "after", server->after, 0);
  }
  assert_null(polyring_plan_server(plan, i));
  json_array_foreach(json_object_get(test, "flows"), i, expected) {
    const polyring_flow *flow = polyring_plan_flow(plan, i);
    assert_non_null(flow);
    assert_string_equal(polyring_plan_server(plan, flow->from)->text, text_of(expected, "source"));
    assert_string_equal(polyring_plan_server(plan, flow->to)->text, text_of(expected, "target"));
    check_share(expected, "share", flow->share, 0);
  }
  assert_null(polyring_plan_flow(plan, i));
}

static void check_plan(json_t *test) {
  polyring_ring *rings[2] = {ring_of_topology(named(test, "from")),
                             ring_of_topology(named(test, "to"))};
  json_int_t sample = json_integer_value(json_object_get(test, "sample"));
  polyring_plan *plan;
  assert_int_equal(polyring_plan_new(NULL, rings[0], rings[1], (uint32_t)sample, &plan, NULL),
                   POLYRING_OK);
  assert_int_equal(polyring_plan_sample(plan), sample);
  check_share(test, "moved", polyring_plan_moved(plan),
              json_number_value(json_object_get(test, "tolerance")));
  if (json_is_true(json_object_get(test, "exact"))) check_exact_plan(test, plan);
  polyring_plan_free(plan);
  polyring_ring_free(rings[0]);
  polyring_ring_free(rings[1]);
}

/* OK or the failure of a case of edits or refused_edits; 1 where C's types cannot say it. */
static int edit(json_t *test, polyring_topology **made, polyring_error *error) {
  polyring_topology *from = named(test, "from");
  json_t *bucket = json_object_get(test, "bucket"), *server;
  char list[1000] = "";
  size_t i;
  int status;
  *made = NULL;
  if (bucket) {
    json_int_t number = json_integer_value(bucket);
    const char *name = text_of(test, "server");
    if (number < 0 || number > UINT32_MAX)
      status = 1;
    else
      status =
          polyring_topology_move(NULL, from, (uint32_t)number, name, strlen(name), made, error);
  } else {
    json_array_foreach(json_object_get(test, "servers"), i, server)
        sprintf(list + strlen(list), "%s ", json_string_value(server));
    status = json_is_true(json_object_get(test, "only_lists"))
                 ? 1
                 : polyring_topology_with_servers(NULL, from, list, strlen(list), made, error);
  }
  polyring_topology_free(from);
  return status;
}

static void check_edit(json_t *test) {
  polyring_topology *made;
  polyring_error error;
  assert_int_equal(edit(test, &made, &error), POLYRING_OK);
  check_text(test, made);
  polyring_topology_free(made);
}

static void check_refused_edit(json_t *test) {
  polyring_topology *made;
  polyring_error error;
  int status = edit(test, &made, &error);
  if (status <= 0) check_refusal(test, (polyring_status)status, &error);
  assert_null(made);
}

/* The index of a server, or its text; -1 if there is none. */
static json_int_t index_in(const polyring_ring *ring, json_t *server) {
  const char *text = json_string_value(server), *spelled;
  if (!text) return json_integer_value(server);
  for (size_t i = 0; (spelled = polyring_ring_server(ring, i, NULL)); i++)
    if (!strcmp(spelled, text)) return (json_int_t)i;
  return -1;
}

/* As edit. */
static int change(json_t *test, polyring_ring **made, polyring_error *error) {
  polyring_ring *from = ring_of_topology(named(test, "from"));
  const char *server = json_string_value(json_object_get(test, "with_server"));
  json_int_t index = server ? 0 : index_in(from, json_object_get(test, "without_server"));
  int status = 1;
  *made = NULL;
  if (server)
    status = polyring_ring_add(from, server, strlen(server), made, error);
  else if (index >= 0)
    status = polyring_ring_remove(from, (size_t)index, made, error);
  polyring_ring_free(from);
  return status;
}

static void check_ring(json_t *test) {
  polyring_ring *made;
  polyring_error error;
  json_t *server;
  size_t i;
  assert_int_equal(change(test, &made, &error), POLYRING_OK);
  json_array_foreach(json_object_get(test, "servers"), i, server)
      assert_string_equal(polyring_ring_server(made, i, NULL), json_string_value(server));
  assert_int_equal(polyring_ring_server_count(made), i);
  check_fingerprint(test, made);
  polyring_ring_free(made);
}

static void check_refused_ring(json_t *test) {
  polyring_ring *made;
  polyring_error error;
  int status = change(test, &made, &error);
  if (status <= 0) check_refusal(test, (polyring_status)status, &error);
  assert_null(made);
}

static void each(const char *section, void (*check)(json_t *test)) {
  json_t *test;
  size_t i;
  json_array_foreach(json_object_get(vectors, section), i, test) check(test);
  assert_true(i > 0);
}

static void check_file(const char *path, json_t *file) {
  (void)path;
  vectors = file;
  assert_string_equal(text_of(file, "schema"), "polyring-topology-1");
  each("topologies", check_topology);
  each("refusals", check_refused_text);
  each("differences", check_difference);
  each("plans", check_plan);
  each("edits", check_edit);
  each("refused_edits", check_refused_edit);
  each("rings", check_ring);
  each("refused_rings", check_refused_ring);
}

static void golden_topologies(void **state) {
  (void)state;
  assert_true(for_each_vector("topology", check_file) > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(golden_topologies)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
