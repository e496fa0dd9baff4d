/* The beacon: 1,000 changes of a client's configuration are noticed when it first connects, and
 * those that move no key are not. */
#include "polyring/polyring.h"
#include "servers.h"

enum { SERVERS = 4, CHANGES = 1000 };
static live servers[SERVERS];
static char words[SERVERS][160];

static int start_all(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) {
    char address[20];
    snprintf(address, sizeof address, "127.94.9.%d", i + 1);
    servers[i] = live_tcp(address, 21951 + i);
  }
  return 0;
}

static int stop_all(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  return 0;
}

/* How many servers said that they belong to another topology. */
static int mismatches(const char *list, const char *settings, int *announced) {
  polyring_client *client;
  polyring_error error;
  polyring_event event;
  char text[300];
  int count = 0;
  snprintf(text, sizeof text, "timeout=20s&connect_timeout=10s%s%s", *settings ? "&" : "",
           settings);
  if (polyring_client_new(NULL, list, strlen(list), text, strlen(text), &client, &error) < 0)
    fail_msg("%s, %s: %s", list, text, error.text);
  polyring_results *results = polyring_results_borrow(client);
  polyring_operation *all, ping = {.verb = POLYRING_PING};
  size_t asked;
  assert_int_equal(polyring_client_run_everywhere(client, &ping, 0, results, &all, &asked, &error),
                   POLYRING_OK);
  polyring_results_return(results);
  while (polyring_client_next_event(client, &event)) {
    count += event.kind == POLYRING_EVENT_MISMATCH;
    if (announced) *announced += event.kind == POLYRING_EVENT_ANNOUNCED;
  }
  polyring_client_free(client);
  return count;
}

static void write_words(void) {
  for (int i = 0; i < SERVERS; i++)
    snprintf(words[i], sizeof words[i], "cache-%c=%s:2", 'a' + i, servers[i].word);
}

static void join(char *list, size_t room, int skip) {
  *list = '\0';
  for (int i = 0; i < SERVERS; i++) {
    if (i == skip) continue;
    strncat(list, words[i], room - strlen(list) - 1);
    strncat(list, " ", room - strlen(list) - 1);
  }
}

/* One change of the configuration, drawn by n. */
static void change(unsigned n, char *list, size_t room, char *settings) {
  unsigned i = n / 7 % SERVERS, j = (i + 1 + n / 28 % (SERVERS - 1)) % SERVERS;
  strcpy(settings, "profile=ketama");
  write_words();
  join(list, room, -1);
  switch (n % 7) {
    case 0: /* another profile */
      strcpy(settings, "profile=libmemcached%2Fmodula");
      break;
    case 1: /* a name */
      snprintf(words[i], sizeof words[i], "cache-%u=%s:2", n, servers[i].word);
      break;
    case 2: /* a weight */
      snprintf(words[i], sizeof words[i], "cache-%c=%s:%u", 'a' + (int)i, servers[i].word,
               n % 50 + 3);
      break;
    case 3: /* the hash */
      strcpy(settings, n / 7 % 2 ? "profile=ketama,hash=crc" : "profile=ketama,hash=fnv1a_64");
      break;
    case 4: /* a prefix */
      snprintf(settings, 60, "profile=ketama,prefix=p%u", n);
      break;
    case 5: /* a server is missing */
      join(list, room, (int)i);
      return;
    default: /* two have each other's address */
      snprintf(words[i], sizeof words[i], "cache-%c=%s:2", 'a' + (int)i, servers[j].word);
      snprintf(words[j], sizeof words[j], "cache-%c=%s:2", 'a' + (int)j, servers[i].word);
  }
  join(list, room, -1);
}

static void every_change_is_noticed(void **state) {
  (void)state;
  char list[800], settings[80];
  int announced = 0;
  write_words();
  join(list, sizeof list, -1);
  assert_int_equal(mismatches(list, "profile=ketama", &announced), 0);
  assert_int_equal(announced, SERVERS);
  for (unsigned n = 0; n < CHANGES; n++) {
    change(n, list, sizeof list, settings);
    if (!mismatches(list, settings, NULL)) fail_msg("%u: %s, %s: not noticed", n, list, settings);
  }
}

static void what_moves_no_key_is_no_change(void **state) {
  (void)state;
  char list[800];
  static const char *const harmless[] = {"profile=ketama", "profile=libmemcached/ketama-weighted",
                                         "profile=ketama&dialect=raw",
                                         "profile=ketama&protocol=text"};
  write_words();
  for (size_t i = 0; i < COUNT(harmless); i++) {
    join(list, sizeof list, -1);
    assert_int_equal(mismatches(list, harmless[i], NULL), 0);
  }
}

/* The list turned round moves keys where the place in the list counts, and nowhere else. */
static void the_order_counts_where_it_counts(void **state) {
  (void)state;
  static const char *const profiles[] = {"profile=libmemcached/modula", "profile=ketama"};
  for (int p = 0; p < 2; p++) {
    char list[800], turned[800] = "";
    polyring_client *client;
    polyring_operation *all, flush = {.verb = POLYRING_FLUSH};
    size_t asked;
    write_words();
    join(list, sizeof list, -1);
    for (int i = SERVERS; i-- > 0;) strcat(strcat(turned, words[i]), " ");
    assert_int_equal(
        polyring_client_new(NULL, list, strlen(list), "on_mismatch=ignore", 18, &client, NULL),
        POLYRING_OK);
    polyring_results *results = polyring_results_borrow(client);
    polyring_client_run_everywhere(client, &flush, 10000000, results, &all, &asked, NULL);
    polyring_results_return(results);
    polyring_client_free(client);
    pause_ms(1100); /* memcached flushes what is older than this second */
    int announced = 0;
    assert_int_equal(mismatches(list, profiles[p], &announced), 0);
    assert_int_equal(announced, SERVERS);
    assert_int_equal(mismatches(turned, profiles[p], NULL), p ? 0 : SERVERS);
    /* The control: nobody looks, nothing is seen. */
    assert_int_equal(
        mismatches(turned,
                   p ? "on_mismatch=ignore" : "profile=libmemcached/modula&on_mismatch=ignore",
                   NULL),
        0);
  }
}

static void a_mismatch_can_be_refused(void **state) {
  (void)state;
  const char *settings = "profile=ketama,hash=crc&on_mismatch=refuse&timeout=20s";
  char list[800];
  polyring_client *client;
  write_words();
  join(list, sizeof list, -1);
  assert_int_equal(
      polyring_client_new(NULL, list, strlen(list), settings, strlen(settings), &client, NULL),
      POLYRING_OK);
  polyring_results *results = polyring_results_borrow(client);
  polyring_operation set = {.verb = POLYRING_SET,
                            .key = "refused",
                            .key_size = 7,
                            .value = {.tag = POLYRING_VALUE_INT, .integer = 1}};
  polyring_operation get = {.verb = POLYRING_GET, .key = "refused", .key_size = 7};
  polyring_client_run(client, &set, 1, 0, results, NULL);
  assert_int_equal(set.status, POLYRING_MISMATCH);
  polyring_client_run(client, &get, 1, 0, results, NULL);
  assert_int_equal(get.status, POLYRING_MISMATCH);
  polyring_results_return(results);
  polyring_client_free(client);
}

/* A client that is connected already tells the servers that its topology changed, whatever it calls
 * them then, and others hear of it. */
static void a_change_is_announced_at_once(void **state) {
  (void)state;
  char list[800];
  polyring_client *client;
  polyring_error error;
  polyring_event event;
  polyring_operation *all, ping = {.verb = POLYRING_PING};
  size_t asked;
  int announced = 0;
  for (int i = 0; i < SERVERS; i++) {
    live_stop(&servers[i]);
    live_start(&servers[i]);
  }
  write_words();
  join(list, sizeof list, -1);
  assert_int_equal(mismatches(list, "profile=ketama", NULL), 0);
  assert_int_equal(polyring_client_new(NULL, list, strlen(list), "on_mismatch=refuse&timeout=20s",
                                       30, &client, &error),
                   POLYRING_OK);
  polyring_results *results = polyring_results_borrow(client);
  polyring_client_run_everywhere(client, &ping, 0, results, &all, &asked, NULL);
  for (int i = 0; i < 2; i++) {
    if (i) snprintf(words[0], sizeof words[0], "another=%s:2", servers[0].word);
    join(list, sizeof list, 3);
    while (polyring_client_next_event(client, &event)) continue;
    assert_int_equal(polyring_client_set_topology(client, list, strlen(list), &error), POLYRING_OK);
    assert_int_equal(
        polyring_client_run_everywhere(client, &ping, 0, results, &all, &asked, &error),
        POLYRING_OK);
    for (announced = 0; polyring_client_next_event(client, &event);) {
      announced += event.kind == POLYRING_EVENT_ANNOUNCED;
      assert_int_not_equal(event.kind, POLYRING_EVENT_CONNECTED);
    }
    assert_int_equal(announced, SERVERS - 1);
  }
  polyring_results_return(results);
  polyring_client_free(client);
  write_words();
  join(list, sizeof list, -1);
  assert_int_equal(mismatches(list, "profile=ketama", NULL), SERVERS - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_change_is_noticed),
      cmocka_unit_test(what_moves_no_key_is_no_change),
      cmocka_unit_test(the_order_counts_where_it_counts),
      cmocka_unit_test(a_mismatch_can_be_refused),
      cmocka_unit_test(a_change_is_announced_at_once),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}
