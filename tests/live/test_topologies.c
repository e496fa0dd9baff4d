/* A client's topology while it is in use: changed under threads, and taken from a file. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "client/client.h"

enum { NET = 1 };
#include "topologies.h"

/* --- keys move as the profile says, and no others --- */

/* Writes its part of the keys again and again. */
static void *work(void *context) {
  struct worker *self = context;
  polyring_results *results = polyring_results_borrow(self->client);
  while (!atomic_load(self->stop)) {
    for (int i = self->number; i < KEYS; i += THREADS) {
      if (one(self->client, results, POLYRING_SET, keys[i]) != POLYRING_OK ||
          one(self->client, results, POLYRING_GET, keys[i]) < 0)
        atomic_fetch_add(self->failed, 1);
      if (i / THREADS % 64 == 0) pause_ms(1);
    }
    atomic_fetch_add(&self->rounds, 1);
  }
  polyring_results_return(results);
  return NULL;
}

/* Which servers have which keys, a bit a server. They are asked one by one for all: what a dump
 * shows may miss items that the server is just moving between its lists. */
static void look(unsigned found[KEYS]) {
  static polyring_operation gets[KEYS];
  memset(found, 0, KEYS * sizeof *found);
  for (int s = 0; s < SERVERS; s++) {
    char settings[100];
    snprintf(settings, sizeof settings, "%s&on_mismatch=ignore", PATIENT);
    polyring_client *client = client_of(servers[s].word, settings);
    polyring_results *results = polyring_results_borrow(client);
    for (int i = 0; i < KEYS; i++)
      gets[i] =
          (polyring_operation){.verb = POLYRING_GET, .key = keys[i], .key_size = strlen(keys[i])};
    assert_int_equal(polyring_client_run(client, gets, KEYS, 0, results, NULL), POLYRING_OK);
    for (int i = 0; i < KEYS; i++)
      if (gets[i].status == POLYRING_OK) found[i] |= 1u << s;
    polyring_results_return(results);
    polyring_client_free(client);
  }
}

/* And where the ring of a list puts them. */
static void expect(const char *list, const char *profile, unsigned expected[KEYS]) {
  polyring_ring *ring;
  assert_int_equal(
      polyring_ring_new(NULL, profile, strlen(profile), list, strlen(list), &ring, NULL),
      POLYRING_OK);
  for (int i = 0; i < KEYS; i++) {
    int32_t at = polyring_ring_locate(ring, keys[i], strlen(keys[i]));
    const char *server = polyring_ring_server(ring, (size_t)at, NULL);
    for (int s = 0; s < SERVERS; s++)
      if (strcmp(server, servers[s].word) == 0) expected[i] |= 1u << s;
  }
  polyring_ring_free(ring);
}

static void forget_all(void) {
  for (int i = 0; i < SERVERS; i++) {
    live_stop(&servers[i]);
    live_start(&servers[i]);
  }
}

static void change(polyring_client *client, int n) {
  const char *word = servers[4].word, *text;
  polyring_error error = {0};
  polyring_status status;
  if (n == 0)
    status = polyring_client_add_server(client, word, strlen(word), &error);
  else if (n == 1)
    status =
        polyring_client_remove_server(client, servers[1].word, strlen(servers[1].word), &error);
  else
    text = list_of(0x1A), status = polyring_client_set_topology(client, text, strlen(text), &error);
  if (status != POLYRING_OK) fail_msg("change %d: %s", n, error.text);
}

static void wait_for_rounds(struct worker workers[THREADS], int rounds) {
  for (int i = 0; i < THREADS; i++)
    for (int end = atomic_load(&workers[i].rounds) + rounds; atomic_load(&workers[i].rounds) < end;)
      pause_ms(1);
}

/* Eight threads write while the list changes: the keys lie where the first and the second list put
 * them, every one, and nowhere else; and no call fails. */
static void only_the_keys_of_the_profile_move(const char *profile, int n) {
  static const unsigned lists[] = {0x0F, 0x1F, 0x1D, 0x1A};
  static unsigned found[KEYS], expected[KEYS];
  char settings[100];
  pthread_t ids[THREADS];
  struct worker workers[THREADS];
  atomic_int stop = 0;
  atomic_size_t failed = 0;
  snprintf(settings, sizeof settings, "%s&profile=%s", PATIENT, profile);
  polyring_client *client = client_of(list_of(lists[n]), settings);
  memset(expected, 0, sizeof expected);
  expect(list_of(lists[n]), profile, expected);
  for (int i = 0; i < THREADS; i++) {
    workers[i] = (struct worker){client, i, &stop, 0, &failed};
    pthread_create(&ids[i], NULL, work, &workers[i]);
  }
  wait_for_rounds(workers, 1); /* all keys are written */
  change(client, n);
  wait_for_rounds(workers, 2); /* and once more: one round may have begun before */
  atomic_store(&stop, 1);
  for (int i = 0; i < THREADS; i++) pthread_join(ids[i], NULL);
  polyring_client_free(client);
  assert_int_equal(atomic_load(&failed), 0);
  expect(list_of(lists[n + 1]), profile, expected);
  look(found);
  int moved = 0, lost = 0, stray = 0;
  for (int i = 0; i < KEYS; i++) {
    moved += (expected[i] & (expected[i] - 1)) != 0;
    lost += (expected[i] & ~found[i]) != 0;
    stray += (found[i] & ~expected[i]) != 0;
  }
  if (lost || stray) fail_msg("%s, change %d: %d not moved, %d astray", profile, n, lost, stray);
  assert_in_range(moved, 50, KEYS - 1);
  forget_all();
}

static void keys_move_as_the_profile_says(void **state) {
  (void)state;
  for (int n = 0; n < 3; n++) {
    only_the_keys_of_the_profile_move("ketama", n);
    only_the_keys_of_the_profile_move("libmemcached/modula", n);
  }
}

/* --- a file --- */

static char path[100];

static void write_file(const char *text) {
  char next[110];
  snprintf(path, sizeof path, "%s/topology", folder);
  snprintf(next, sizeof next, "%s.new", path);
  int file = open(next, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
  assert_int_equal(rename(next, path), 0);
}

static const char *document(int epoch, unsigned which, const char *settings) {
  static char text[1000];
  snprintf(text, sizeof text,
           "{\"polyring\": 1, \"epoch\": %d, \"profile\": \"ketama\",\n\"servers\": [", epoch);
  for (int i = 0, first = 1; i < SERVERS; i++)
    if (which >> i & 1) {
      sprintf(text + strlen(text), "%s\"%s\"", first ? "" : ", ", servers[i].word);
      first = 0;
    }
  sprintf(text + strlen(text), "]%s%s}", *settings ? ",\n\"settings\": " : "", settings);
  return text;
}

/* The next call looks at the file: a second has passed, so to say. */
static void call(polyring_client *client) {
  atomic_store(&client->next_look, 0);
  polyring_results *results = polyring_results_borrow(client);
  assert_true(one(client, results, POLYRING_GET, "file") >= 0);
  polyring_results_return(results);
}

static uint64_t epoch_of(polyring_client *client) {
  polyring_topology *topology;
  assert_int_equal(polyring_client_topology(client, &topology, NULL), POLYRING_OK);
  uint64_t epoch = polyring_topology_epoch(topology);
  polyring_topology_free(topology);
  return epoch;
}

/* The events of this kind; text must be in each. */
static int events(polyring_client *client, polyring_event_kind kind, const char *text) {
  polyring_event event;
  int count = 0;
  while (polyring_client_next_event(client, &event)) {
    if (event.kind != kind) continue;
    count++;
    if (!strstr(event.text, text)) fail_msg("\"%s\" is not in: %s", text, event.text);
  }
  return count;
}

static void a_file_is_followed(void **state) {
  (void)state;
  char settings[200];
  write_file(document(1, 0x3, ""));
  snprintf(settings, sizeof settings, "%s&topology=%s", PATIENT, path);
  polyring_client *client = client_of("", settings);
  assert_int_equal(epoch_of(client), 1);
  write_file(document(2, 0x7, ""));
  call(client);
  assert_int_equal(epoch_of(client), 2);
  assert_int_equal(events(client, POLYRING_EVENT_TOPOLOGY_CHANGED, "epoch 2, 3 servers"), 1);
  /* Touched, and written anew with the same bytes: no change. */
  assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
  call(client);
  write_file(document(2, 0x7, ""));
  call(client);
  assert_int_equal(events(client, POLYRING_EVENT_TOPOLOGY_CHANGED, ""), 0);
  /* The same size, and the time turned back: it is another file all the same. */
  struct stat before;
  assert_int_equal(stat(path, &before), 0);
  write_file(document(3, 0x7, ""));
  assert_int_equal(
      utimensat(AT_FDCWD, path, (struct timespec[]){before.st_atim, before.st_mtim}, 0), 0);
  call(client);
  assert_int_equal(epoch_of(client), 3);
  /* Within a second of the last look nobody looks. */
  write_file(document(4, 0x7, ""));
  atomic_store(&client->next_look, INT64_MAX);
  polyring_results *results = polyring_results_borrow(client);
  one(client, results, POLYRING_GET, "file");
  polyring_results_return(results);
  assert_int_equal(epoch_of(client), 3);
  polyring_client_free(client);
  assert_int_equal(unlink(path), 0);
}

static void a_bad_file_changes_nothing(void **state) {
  (void)state;
  char settings[200];
  static const struct {
    const char *text, *event;
  } bad[] = {{"{", "no valid JSON"},
             {"", "server"},
             {"{\"polyring\": 1, \"epoch\": 9,\n \"profile\": \"ketama\"}",
              "line 1, column 1: \"servers\""},
             {"{\"polyring\": 1, \"epoch\": 9, \"profile\": \"nothing\",\n\"servers\": [\"a\"]}",
              "line 1, column 40"},
             {"{\"polyring\": 1, \"epoch\": 9, \"profile\": \"ketama\",\n\"servers\": [\"a\"],\n"
              "\"settings\": {\"replicas\": \"2\"}}",
              "line 3, column 14: there is no setting \"replicas\""},
             {"{\"polyring\": 1, \"epoch\": 9, \"profile\": \"ketama\",\n\"servers\": [\"a\"],\n"
              "\"settings\": {\"timeout\": \"soon\"}}",
              "line 3, column 25: timeout=\"soon\": it must be a time"},
             {"{\"polyring\": 1, \"epoch\": 1, \"profile\": \"ketama\", \"servers\": [\"a\"]}",
              "epoch 1 is before"}};
  write_file(document(5, 0x7, ""));
  snprintf(settings, sizeof settings, "%s&topology=%s", PATIENT, path);
  polyring_client *client = client_of("", settings);
  call(client);
  for (size_t i = 0; i < COUNT(bad); i++) {
    polyring_event event;
    while (polyring_client_next_event(client, &event)) continue;
    write_file(bad[i].text);
    call(client);
    call(client); /* it is said once */
    assert_int_equal(epoch_of(client), 5);
    int said = 0;
    while (polyring_client_next_event(client, &event)) {
      if (event.kind != POLYRING_EVENT_TOPOLOGY_REFUSED) continue;
      said++;
      if (!strstr(event.text, bad[i].event) || !strstr(event.text, path))
        fail_msg("%s or %s is not in: %s", bad[i].event, path, event.text);
    }
    assert_int_equal(said, 1);
  }
  assert_int_equal(unlink(path), 0);
  call(client);
  call(client);
  assert_int_equal(events(client, POLYRING_EVENT_TOPOLOGY_REFUSED, "No such file"), 1);
  write_file(document(6, 0x7, "")); /* it is back */
  assert_int_equal(chmod(path, 0666), 0);
  call(client);
  assert_int_equal(events(client, POLYRING_EVENT_TOPOLOGY_REFUSED, "anybody may write to it"), 1);
  assert_int_equal(epoch_of(client), 5);
  assert_int_equal(chmod(path, 0644), 0);
  call(client);
  assert_int_equal(epoch_of(client), 6);
  polyring_client_free(client);
  assert_int_equal(unlink(path), 0);
}

/* --- settings and profiles of topologies --- */

static void must_be(polyring_client *client, const char *name, const char *value) {
  if (strcmp(polyring_client_setting(client, name), value) != 0)
    fail_msg("%s is %s, not %s", name, polyring_client_setting(client, name), value);
}

static void settings_of_a_topology_are_defaults(void **state) {
  (void)state;
  static const char settings[] =
      "{\"timeout\": \"3s\", \"read_timeout\": \"2s\", \"max_connections\": 7, \"announce\": "
      "false}";
  polyring_client *client = client_of(document(1, 0x3, settings), "max_connections=9");
  must_be(client, "max_connections", "9");
  must_be(client, "announce", "false");
  must_be(client, "timeout", "3000000us");
  must_be(client, "read_timeout", "2000000us");
  must_be(client, "write_timeout", "3000000us");
  assert_int_equal(client->read_time, 2000000);
  assert_int_equal(client->change_time, 3000000);
  polyring_error error;
  const char *text = document(2, 0x3, "{\"max_connections\": 8, \"announce\": true}");
  assert_int_equal(polyring_client_set_topology(client, text, strlen(text), &error), POLYRING_OK);
  must_be(client, "announce", "false");
  assert_int_equal(events(client, POLYRING_EVENT_TOPOLOGY_CHANGED,
                          "for clients made from now on: announce=true"),
                   1);
  text = document(3, 0x3, "{\"profile\": \"ketama\"}");
  assert_int_equal(polyring_client_set_topology(client, text, strlen(text), &error),
                   POLYRING_INVALID_TOPOLOGY);
  assert_non_null(
      strstr(error.text, "line 3, column 14: the setting \"profile\" is not for topologies"));
  assert_int_equal(error.position, strstr(text, "\"profile\": \"ketama\"}}") - text);
  polyring_client_free(client);
  client = client_of(document(1, 0x3, settings), "timeout=4s"); /* which says both */
  must_be(client, "read_timeout", "4000000us");
  must_be(client, "write_timeout", "4000000us");
  polyring_client_free(client);
  client = client_of("a", "timeout=4s&write_timeout=5s");
  must_be(client, "read_timeout", "4000000us");
  must_be(client, "write_timeout", "5000000us");
  polyring_client_free(client);
}

static void a_profile_that_was_given_stays(void **state) {
  (void)state;
  polyring_error error;
  polyring_client *given = client_of("a b", "profile=libmemcached/ketama-weighted");
  polyring_client *free_one = client_of("a b", "");
  const char *text = document(1, 0x3, "");
  assert_int_equal(polyring_client_set_topology(given, text, strlen(text), &error), POLYRING_OK);
  char other[300];
  snprintf(other, sizeof other,
           "{\"polyring\": 1, \"epoch\": 2, \"profile\": \"libmemcached/modula\", \"servers\": "
           "[\"a\"]}");
  assert_int_equal(polyring_client_set_topology(given, other, strlen(other), &error),
                   POLYRING_INVALID_ARGUMENT);
  assert_non_null(strstr(error.text, "libmemcached/modula"));
  assert_int_equal(epoch_of(given), 1);
  assert_int_equal(polyring_client_set_topology(free_one, other, strlen(other), &error),
                   POLYRING_OK);
  assert_int_equal(events(free_one, POLYRING_EVENT_TOPOLOGY_CHANGED, "profile libmemcached/modula"),
                   1);
  polyring_client_free(given);
  polyring_client_free(free_one);
  polyring_client *made;
  assert_int_equal(
      polyring_client_new(NULL, other, strlen(other), "profile=ketama", 14, &made, &error),
      POLYRING_INVALID_ARGUMENT);
  polyring_client_free(client_of(text, "profile=ketama"));
}

/* --- a server that was restarted --- */

static void a_restart_is_seen_before_a_change_is_sent(void **state) {
  (void)state;
  static const char *const protocols[] = {"protocol=meta", "protocol=text"};
  for (int p = 0; p < 2; p++) {
    char settings[100];
    snprintf(settings, sizeof settings, "%s&%s", PATIENT, protocols[p]);
    polyring_client *client = client_of(servers[0].word, settings);
    polyring_results *results = polyring_results_borrow(client);
    for (int i = 0; i < 3; i++) {
      assert_int_equal(one(client, results, POLYRING_SET, "restart"), POLYRING_OK);
      live_stop(&servers[0]);
      live_start(&servers[0]);
      pause_ms(15);
    }
    assert_int_equal(one(client, results, POLYRING_SET, "restart"), POLYRING_OK);
    polyring_results_return(results);
    polyring_client_free(client);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_move_as_the_profile_says),
      cmocka_unit_test(a_file_is_followed),
      cmocka_unit_test(a_bad_file_changes_nothing),
      cmocka_unit_test(settings_of_a_topology_are_defaults),
      cmocka_unit_test(a_profile_that_was_given_stays),
      cmocka_unit_test(a_restart_is_seen_before_a_change_is_sent),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}
