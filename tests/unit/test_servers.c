/* Server text: what is taken, and what is refused with which words. */
#include "unit.h"

static void good_lists_keep_their_spelling(void **state) {
  (void)state;
  static const struct {
    const char *given, *spelled;
  } good[] = {{"10.0.0.1", "10.0.0.1"},
              {"10.0.0.1:11211", "10.0.0.1:11211"},
              {"10.0.0.1:011", "10.0.0.1:011"},
              {"10.0.0.1:11211:3", "10.0.0.1:11211"},
              {"Cache-A.Example:11212:2;zone=eu", "Cache-A.Example:11212"},
              {"cache-a=10.0.0.1:11212:0;zone=eu;rack=", "10.0.0.1:11212"},
              {"mc1.example/10.0.0.1", "mc1.example/10.0.0.1"},
              {"mc1.example/[::1]:11212:1", "mc1.example/[::1]:11212"},
              {"[::1]", "[::1]"},
              {"[fe80::1%25eth0]:11212", "[fe80::1%25eth0]:11212"},
              {"n=[::1]:1:1", "[::1]:1"},
              {"%6Dc1:11212", "%6Dc1:11212"},
              {"unix:/run/memcached.sock", "unix:/run/memcached.sock"},
              {"unix:/run/memcached.sock:3", "unix:/run/memcached.sock"},
              {"unix:/run/a%3Ab:0:3", "unix:/run/a%3Ab:0"},
              {"n=unix:/a;x=y", "unix:/a"},
              {"1.2.3", "1.2.3"},
              {"h:1:4294967295", "h:1"}};
  char all[1024] = "\t\n ";
  for (size_t i = 0; i < COUNT(good); i++) {
    polyring_ring *ring = ring_of("libmemcached/modula", good[i].given);
    size_t size;
    assert_string_equal(polyring_ring_server(ring, 0, &size), good[i].spelled);
    assert_int_equal(size, strlen(good[i].spelled));
    assert_int_equal(polyring_ring_server_count(ring), 1);
    assert_null(polyring_ring_server(ring, 1, &size));
    polyring_ring_free(ring);
    strcat(strcat(all, good[i].given), " \r\n");
  }
  polyring_ring *ring = ring_of("libmemcached/modula", all);
  for (size_t i = 0; i < COUNT(good); i++)
    assert_string_equal(polyring_ring_server(ring, i, NULL), good[i].spelled);
  polyring_ring_free(ring);
}

static const struct {
  const char *text, *words;
  size_t position;
} bad[] = {{"", "the list of servers is empty", 0},
           {" \t\n", "the list of servers is empty", 0},
           {"a :11211", "there is no host", 2},
           {"a b=", "there is no host", 4},
           {"a =b", "there is no name before the =", 2},
           {"a:0", "a port is a number from 1 to 65535", 2},
           {"a:65536", "a port is a number", 2},
           {"a:1x", "a port is a number", 2},
           {"a:", "a port is a number", 2},
           {"a::5", "a port is a number", 2},
           {"a:-1", "a port is a number", 2},
           {"a:123456789012345678901", "a port is a number", 2},
           {"a:1:-2", "a weight is a decimal number", 4},
           {"a:1:", "a weight is a decimal number", 4},
           {"a:1:nan", "a weight is a decimal number", 4},
           {"a:1:inf", "a weight is a decimal number", 4},
           {"a:1:1e3", "a weight is a decimal number", 5},
           {"a:1:.5", "a weight is a decimal number", 4},
           {"a:1:5.", "a weight is a decimal number", 5},
           {"a:1:1.2.3", "a weight is a decimal number", 7},
           {"a:1:4294967296", "a weight is a decimal number", 4},
           {"a:1:1000000000000000", "a weight is a decimal number", 19},
           {"a:1:2:3", "nothing can follow port and weight", 6},
           {"unix:", "there is no path", 5},
           {"unix::1", "there is no path", 5},
           {"unix:/a:1:2:3", "nothing can follow port and weight", 12},
           {"unix:/a:b", "a weight is a decimal number", 8},
           {"unix:/a:99999:1", "a port is a number", 8},
           {"[::1", "this [ is not closed", 0},
           {"[::1]x", "a : must stand here", 5},
           {"[10.0.0.1]:11211", "not an IPv6 address", 0},
           {"[::1%25]", "not an IPv6 address", 0},
           {"[1:2:3]", "not an IPv6 address", 0},
           {"[]", "not an IPv6 address", 0},
           {"::1", "there is no host", 0},
           {"fe80::1:11211", "a port is a number", 5},
           {"a/b", "an address must follow the /", 2},
           {"a/", "an address must follow the /", 2},
           {"a/::1", "an address must follow the /", 2},
           {"a/[::1", "this [ is not closed", 2},
           {"a/999.1.1.1", "an address must follow the /", 2},
           {"/a", "there is no host", 0},
           {"a,b", "must be percent-encoded", 1},
           {"a\x01", "must be percent-encoded", 1},
           {"a\xc3\xa4", "must be percent-encoded", 1},
           {"a%", "% must be followed by two hexadecimal digits", 1},
           {"a%zz", "% must be followed by two hexadecimal digits", 1},
           {"a%00", "a zero byte cannot stand here", 0},
           {"n,m=a", "must be percent-encoded", 1},
           {"a;", "an attribute is written ;name=value", 2},
           {"a;x", "an attribute is written ;name=value", 2},
           {"a;=x", "an attribute is written ;name=value", 2},
           {"a;x=a,b", "must be percent-encoded", 5},
           {"a;x=%", "% must be followed", 4},
           {"a;x=y;", "an attribute is written", 6}};

static void malformed_lists_name_the_offence(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(bad); i++) {
    polyring_error error =
        refused("ketama", bad[i].text, strlen(bad[i].text), POLYRING_INVALID_SERVERS, bad[i].words);
    if (error.position != bad[i].position)
      fail_msg("%s: position %zu instead of %zu", bad[i].text, error.position, bad[i].position);
  }
  static const char nul_in_attribute[] = "a;x=y\0;z=1";
  refused("ketama", nul_in_attribute, sizeof nul_in_attribute - 1, POLYRING_INVALID_SERVERS,
          "must be percent-encoded");
  assert_string_equal(
      refused("ketama", "good:1 bad:99999", 16, POLYRING_INVALID_SERVERS, "\"bad:99999\"").server,
      "bad:99999");
}

/* Every cut of a good list, and every byte of it replaced by every other, is taken or refused. */
static void no_list_crashes(void **state) {
  (void)state;
  static const char list[] =
      "n=mc%31.x/[fe80::1%25e]:11:2.5;a=b unix:/r%3A:1:3;c=%20 [::ffff:1.2.3.4]:2 h/1.2.3.4:9:0";
  char changed[sizeof list];
  size_t taken = 0, tried = 0;
  for (size_t i = 0; i < sizeof list - 1; i++)
    for (int c = 0; c < 256; c++) {
      polyring_ring *ring;
      polyring_error error;
      memcpy(changed, list, sizeof list);
      changed[i] = (char)c;
      const char *profile = i % 2 ? "libmemcached/modula" : "pymemcache/hash-client,weights=ignored";
      tried++;
      taken += polyring_ring_new(NULL, profile, strlen(profile), changed, sizeof list - 1, &ring,
                                 &error) == POLYRING_OK;
      polyring_ring_free(ring);
      polyring_ring_new(NULL, profile, strlen(profile), list, i, &ring, NULL);
      polyring_ring_free(ring);
    }
  assert_in_range(taken, tried / 20, tried - tried / 20);
}

static void lists_of_texts_are_not_split(void **state) {
  (void)state;
  polyring_ring *ring;
  polyring_error error;
  static const uint32_t two[] = {3, 6}, blank[] = {3, 7}, empty[] = {3, 3}, falling[] = {6, 3};
  assert_int_equal(polyring_ring_new_from_list(NULL, "ketama", 6, "a:1b:2", two, 2, &ring, &error),
                   0);
  assert_string_equal(polyring_ring_server(ring, 1, NULL), "b:2");
  polyring_ring_free(ring);
  assert_int_equal(
      polyring_ring_new_from_list(NULL, "ketama", 6, "a:1b c:", blank, 2, &ring, &error),
      POLYRING_INVALID_SERVERS);
  assert_non_null(strstr(error.text, "\"b%20c:\": this byte must be percent-encoded here"));
  assert_int_equal(error.position, 4);
  assert_int_equal(polyring_ring_new_from_list(NULL, "ketama", 6, "a:1", empty, 2, &ring, &error),
                   POLYRING_INVALID_SERVERS);
  assert_non_null(strstr(error.text, "it is empty"));
  assert_int_equal(
      polyring_ring_new_from_list(NULL, "ketama", 6, "a:1b:2", falling, 2, &ring, &error),
      POLYRING_INVALID_ARGUMENT);
  assert_int_equal(polyring_ring_new_from_list(NULL, "ketama", 6, NULL, NULL, 0, &ring, &error),
                   POLYRING_INVALID_SERVERS);
}

static void profiles_refuse_what_their_clients_do(void **state) {
  (void)state;
  static const struct {
    const char *profile, *servers, *words;
  } unfit[] = {
      {"spymemcached/ketama", "1.2.3.4 mc1.example", "write it beside the name, as in"},
      {"spymemcached/ketama", "unix:/a", "takes no unix sockets"},
      {"ketama,label={name}-{i}", "n=a b", "write it in front, as in cache-a=10.0.0.1:11211"},
      {"spymemcached/ketama", "1.2.3.4:1:2 1.2.3.5:1", "a weight for all servers or for none"},
      {"ketama", "a:1:1.5", "takes whole weights only"},
      {"python-memcached/default", "a:1:0 b:1:0", "all servers have the weight 0"},
      {"dalli/ring", "a:1:0 b:1:0", "leave no server with a point"},
      {"cache-memcached-fast/ketama", "a:1:0 b:1", "takes no weight of 0"},
      {"ketama,duplicates=refused", "a b:1 a:11211", "is listed twice"},
      {"ketama,points=0", "a b", "leave no server with a point"}};
  for (size_t i = 0; i < COUNT(unfit); i++)
    refused(unfit[i].profile, unfit[i].servers, strlen(unfit[i].servers), POLYRING_INVALID_SERVERS,
            unfit[i].words);
  refused("cache-memcached-fast/ketama", "a:1:300000", 10, POLYRING_TOO_LARGE,
          "more than 33554432 points");
  refused("ketama,label={host}{host}{host}{host}{host}",
          "a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789"
          "a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789"
          "a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789",
          243, POLYRING_INVALID_SERVERS, "longer than 1023 bytes");
}

static void the_largest_list_works_and_one_more_does_not(void **state) {
  (void)state;
  char *list = malloc(65536 * 16);
  size_t size = 0, before = 0;
  for (unsigned i = 0; i < 65536; i++) {
    before = size;
    size += (size_t)sprintf(list + size, "10.%u.%u.1 ", i / 256, i % 256);
  }
  refused("ketama", list, size, POLYRING_TOO_LARGE, "65536 servers, the limit is 65535");
  static const char *const profiles[] = {"ketama", "libmemcached/modula", "pymemcache/hash-client"};
  for (size_t i = 0; i < COUNT(profiles); i++) {
    polyring_ring *ring;
    assert_int_equal(
        polyring_ring_new(NULL, profiles[i], strlen(profiles[i]), list, before, &ring, NULL),
        POLYRING_OK);
    assert_int_equal(polyring_ring_server_count(ring), 65535);
    assert_in_range(locate(ring, "key"), 0, 65534);
    polyring_ring_free(ring);
  }
  free(list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_lists_keep_their_spelling),
      cmocka_unit_test(malformed_lists_name_the_offence),
      cmocka_unit_test(no_list_crashes),
      cmocka_unit_test(lists_of_texts_are_not_split),
      cmocka_unit_test(profiles_refuse_what_their_clients_do),
      cmocka_unit_test(the_largest_list_works_and_one_more_does_not)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
