/* Topologies: what is read and refused, the canonical text, differences, buckets. */
#include "unit.h"

static polyring_topology *parsed(const char *text) {
  polyring_topology *topology;
  polyring_error error;
  if (polyring_topology_parse(NULL, text, strlen(text), &topology, &error) < 0)
    fail_msg("%s: %s", text, error.text);
  return topology;
}

/* The canonical text, to be freed. */
static char *text_of(const polyring_topology *topology) {
  size_t size = polyring_topology_text(topology, NULL, 0);
  char *text = malloc(size + 1);
  assert_int_equal(polyring_topology_text(topology, text, size), size);
  text[size] = '\0';
  return text;
}

static const char document[] =
    "{\"settings\": {\"replicas\": -2, \"on_dead\": \"m\\u00fc\\n\\\"\", \"a.b\": true},\n"
    " \"servers\": [\"a=10.0.0.1:011:02.50;z=1;b=x%2B+y\", \"b:11\",\n"
    "   {\"place\": \"[::1]:7\", \"weight\": 0.10, \"name\": \"Z\\u00fcri ch\",\n"
    "    \"attributes\": {\"zone\": \"x/ \", \"a\": \"\"}},\n"
    "   {\"place\": \"unix:/run/m%2ec.sock:0\", \"weight\": 3e2}, \"mc%2F/[::2]\"],\n"
    " \"profile\": \"ketama,points=160,hash=crc32\", \"epoch\": 9007199254740991, \"polyring\": 1}";

static const char canonical[] =
    "{\n"
    "  \"polyring\": 1,\n"
    "  \"epoch\": 9007199254740991,\n"
    "  \"profile\": \"libmemcached/ketama-weighted,hash=crc32\",\n"
    "  \"servers\": [\n"
    "    \"a=10.0.0.1:11:2.5;b=x++y;z=1\",\n"
    "    \"b:11\",\n"
    "    \"Z%C3%BCri%20ch=[::1]:7:0.1;a=;zone=x/%20\",\n"
    "    \"unix:/run/m.c.sock:0:300\",\n"
    "    \"mc%2F/[::2]\"\n"
    "  ],\n"
    "  \"settings\": {\n"
    "    \"a.b\": true,\n"
    "    \"on_dead\": \"m\xc3\xbc\\n\\\"\",\n"
    "    \"replicas\": -2\n"
    "  }\n"
    "}\n";

static void the_canonical_text_makes_the_same_topology(void **state) {
  (void)state;
  polyring_topology *topology = parsed(document), *again = parsed(canonical);
  char *text = text_of(topology), *text_again = text_of(again), cut[10] = "........#";
  char digest[POLYRING_DIGEST_SIZE], digest_again[POLYRING_DIGEST_SIZE];
  assert_string_equal(text, canonical);
  assert_string_equal(text_again, canonical);
  assert_int_equal(polyring_topology_text(topology, cut, 8), sizeof canonical - 1);
  assert_string_equal(cut, "{\n  \"pol#");
  polyring_topology_digest(topology, digest);
  polyring_topology_digest(again, digest_again);
  assert_string_equal(digest, digest_again); /* and as coreutils' sha256sum has it: */
  assert_string_equal(digest, "238b6303973b216b98692e364e0370cf189b1197ddbee209c4bbe01d971cf22f");
  free(text);
  free(text_again);
  polyring_topology_free(topology);
  polyring_topology_free(again);
}

static void the_parts_can_be_read(void **state) {
  (void)state;
  polyring_topology *topology = parsed(document);
  const char *value = NULL;
  assert_true(polyring_topology_epoch(topology) == POLYRING_EPOCH_MAX);
  assert_string_equal(polyring_topology_profile(topology),
                      "libmemcached/ketama-weighted,hash=crc32");
  assert_int_equal(polyring_topology_server_count(topology), 5);
  assert_string_equal(polyring_topology_server(topology, 1), "b:11");
  assert_null(polyring_topology_server(topology, 5));
  assert_int_equal(polyring_topology_setting_count(topology), 3);
  assert_string_equal(polyring_topology_setting(topology, 1, &value), "on_dead");
  assert_string_equal(value, "m\xc3\xbc\n\"");
  assert_string_equal(polyring_topology_setting(topology, 2, &value), "replicas");
  assert_string_equal(value, "-2");
  assert_string_equal(polyring_topology_setting(topology, 0, NULL), "a.b");
  assert_null(polyring_topology_setting(topology, 3, NULL));
  polyring_topology_free(topology);
  polyring_topology_free(NULL);
}

#define HEAD "{\"polyring\":1,\"profile\":\"libmemcached/modula\",\"servers\":["
#define SETTING HEAD "\"a\"],\"settings\":{"

static const struct {
  const char *text;
  polyring_status status;
  const char *words;
} bad_documents[] = {
    {"", POLYRING_INVALID_TOPOLOGY, "line 1, column 1: no valid JSON"},
    {"{\"polyring\": 1,\n\n }", POLYRING_INVALID_TOPOLOGY, "line 3, column 2: no valid JSON"},
    {"[]", POLYRING_INVALID_TOPOLOGY, "line 1, column 1: a topology is an object"},
    {"{}", POLYRING_INVALID_TOPOLOGY, "\"polyring\": a topology must have this member"},
    {"{\"polyring\":1,\"servers\":[]}", POLYRING_INVALID_TOPOLOGY, "\"profile\": a topology"},
    {"{\"polyring\":1,\"profile\":\"ketama\"}", POLYRING_INVALID_TOPOLOGY, "\"servers\": a"},
    {HEAD "\"a\"]} x", POLYRING_INVALID_TOPOLOGY, "end of file expected"},
    {HEAD "\"a\"], \"epoch\":1, \"epoch\":1}", POLYRING_INVALID_TOPOLOGY, "duplicate"},
    {HEAD "{\"place\":\"a\", \"place\":\"a\"}]}", POLYRING_INVALID_TOPOLOGY, "duplicate"},
    {HEAD "\"a\"],\n \"epochs\": 3}", POLYRING_INVALID_TOPOLOGY,
     "line 2, column 2: \"epochs\": no such member of a topology"},
    {HEAD "\"a\"],\n\"epoch\": -1}", POLYRING_INVALID_TOPOLOGY, "line 2, column 10: \"epoch\""},
    {HEAD "\"a\"],\"epoch\": 9007199254740992}", POLYRING_INVALID_TOPOLOGY, "an epoch is"},
    {HEAD "\"a\"],\"epoch\": 1.0}", POLYRING_INVALID_TOPOLOGY, "an epoch is"},
    {"{\"polyring\":2,\"profile\":\"ketama\",\"servers\":[\"a\"]}", POLYRING_INVALID_TOPOLOGY,
     "the format of this topology is not 1"},
    {"{\"polyring\":1,\"profile\":\"\",\"servers\":[\"a\"]}", POLYRING_INVALID_TOPOLOGY,
     "a profile is a text"},
    {"{\"polyring\":1,\n \"profile\":\"ketamma\",\"servers\":[\"a\"]}", POLYRING_INVALID_PROFILE,
     "line 2, column 12: there is no profile \"ketamma\""},
    {HEAD "]}", POLYRING_INVALID_TOPOLOGY, "servers are a list of at least one"},
    {HEAD "\"a\",\"\"]}", POLYRING_INVALID_TOPOLOGY, "a server is a text, not empty"},
    {HEAD "3]}", POLYRING_INVALID_TOPOLOGY, "a server is a text"},
    {HEAD "\"\xc3\xbc=[\", \"a b\"]}", POLYRING_INVALID_SERVERS, "percent-encoded"},
    {HEAD "\"%C3%BC=a\",\n \"a b\"]}", POLYRING_INVALID_SERVERS, "line 2, column 2: server"},
    {HEAD "\"\\u00fc\", \"a:x\"]}", POLYRING_INVALID_SERVERS, "percent-encoded"},
    {HEAD "\"n=a\",\"n=b\"]}", POLYRING_INVALID_SERVERS,
     "line 1, column 64: server \"b\": another server has the same name"},
    {HEAD "\"a;x=1;y=2;%78=3\"]}", POLYRING_INVALID_SERVERS, "an attribute twice"},
    {HEAD "{\"name\":\"n\"}]}", POLYRING_INVALID_TOPOLOGY, "this server has no place"},
    {HEAD "{\"place\":\"a\",\"port\":1}]}", POLYRING_INVALID_TOPOLOGY, "\"port\": no such member"},
    {HEAD "{\"place\":\"a:1:2\"}]}", POLYRING_INVALID_TOPOLOGY, "a place has no weight"},
    {HEAD "{\"place\":\"a\",\"weight\":2}]}", POLYRING_INVALID_TOPOLOGY, "write host:port"},
    {HEAD "{\"place\":\"unix:/a:1\"}]}", POLYRING_INVALID_TOPOLOGY, "which needs a weight"},
    {HEAD "{\"place\":\"a;b=c\"}]}", POLYRING_INVALID_TOPOLOGY, "no name and no attributes"},
    {HEAD "{\"place\":\"n=a\"}]}", POLYRING_INVALID_TOPOLOGY, "no name and no attributes"},
    {HEAD "{\"place\":7}]}", POLYRING_INVALID_TOPOLOGY, "place is a text"},
    {HEAD "{\"place\":\"a\",\"name\":\"\"}]}", POLYRING_INVALID_TOPOLOGY, "name is a text"},
    {HEAD "{\"place\":\"a:1\",\"weight\":\"2\"}]}", POLYRING_INVALID_TOPOLOGY, "is a number"},
    {HEAD "{\"place\":\"a:1\",\"weight\":-1}]}", POLYRING_INVALID_TOPOLOGY, "from 0 to"},
    {HEAD "{\"place\":\"a:1\",\"weight\":1e-17}]}", POLYRING_INVALID_TOPOLOGY, "15 digits"},
    {HEAD "{\"place\":\"a\",\"attributes\":[]}]}", POLYRING_INVALID_TOPOLOGY, "an object of texts"},
    {HEAD "{\"place\":\"a\",\"attributes\":{\"x\":1}}]}", POLYRING_INVALID_TOPOLOGY,
     "\"x\": an attribute's value is a text"},
    {HEAD "{\"place\":\"a\",\"attributes\":{\"\":\"\"}}]}", POLYRING_INVALID_TOPOLOGY,
     "has a name"},
    {HEAD "\"a\"],\"settings\":[]}", POLYRING_INVALID_TOPOLOGY, "settings are an object"},
    {SETTING "\"ok\":1,\n\"On\":1}}", POLYRING_INVALID_TOPOLOGY, "line 2, column 1: \"On\""},
    {SETTING "\"x\":1.5}}", POLYRING_INVALID_TOPOLOGY, "a whole number"},
    {SETTING "\"x\":null}}", POLYRING_INVALID_TOPOLOGY, "a setting is a text"},
    {SETTING "\"x\":\"\\u0000\"}}", POLYRING_INVALID_TOPOLOGY, "no valid JSON"},
    {SETTING "\"x\":123456789012345678901234567890}}", POLYRING_INVALID_TOPOLOGY, "too big"},
};

static void what_is_no_topology_is_refused_where_it_stands(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(bad_documents); i++) {
    polyring_topology *topology = (polyring_topology *)&topology;
    polyring_error error = {0};
    polyring_status status = polyring_topology_parse(
        NULL, bad_documents[i].text, strlen(bad_documents[i].text), &topology, &error);
    if (status != bad_documents[i].status || error.status != status || topology ||
        !strstr(error.text, bad_documents[i].words))
      fail_msg("%s: %s, \"%s\" instead of \"%s\"", bad_documents[i].text,
               polyring_status_name(status), error.text, bad_documents[i].words);
    assert_true(error.position <= strlen(bad_documents[i].text));
    for (const char *c = error.text; *c; c++) assert_in_range((uint8_t)*c, 0x20, 0x7E);
    assert_int_equal(polyring_topology_parse(NULL, bad_documents[i].text,
                                             strlen(bad_documents[i].text), &topology, NULL),
                     bad_documents[i].status);
  }
}

static void sizes_are_limited(void **state) {
  (void)state;
  polyring_topology *topology;
  polyring_error error;
  size_t size = POLYRING_TOPOLOGY_MAX + 1;
  char *text = malloc(size + 16);
  memset(text, ' ', size);
  memcpy(text, document, sizeof document - 1);
  assert_int_equal(polyring_topology_parse(NULL, text, size - 1, &topology, &error), POLYRING_OK);
  polyring_topology_free(topology);
  assert_int_equal(polyring_topology_parse(NULL, text, size, &topology, &error),
                   POLYRING_TOO_LARGE);
  char *end = text + sprintf(text, HEAD);
  for (int i = 0; i < 65536; i++) end += sprintf(end, "\"a\"%s", i < 65535 ? "," : "]}");
  assert_int_equal(polyring_topology_parse(NULL, text, (size_t)(end - text), &topology, &error),
                   POLYRING_TOO_LARGE);
  assert_non_null(strstr(error.text, "65536 servers, the limit is 65535"));
  end = text + sprintf(text, "a");
  for (int i = 0; i < 65; i++) end += sprintf(end, ";a%d=", i);
  assert_int_equal(
      polyring_topology_new(NULL, "ketama", 6, text, (size_t)(end - text), 0, &topology, &error),
      POLYRING_INVALID_SERVERS);
  assert_non_null(strstr(error.text, "more than 64 attributes"));
  free(text);
}

static void one_is_made_of_lists_too(void **state) {
  (void)state;
  polyring_topology *topology;
  polyring_error error;
  assert_int_equal(polyring_topology_new(NULL, "", 0, " n=a:1:2\n\tb  ", 13, 7, &topology, &error),
                   POLYRING_OK);
  char *text = text_of(topology);
  assert_string_equal(text,
                      "{\n  \"polyring\": 1,\n  \"epoch\": 7,\n"
                      "  \"profile\": \"libmemcached/ketama-weighted\",\n"
                      "  \"servers\": [\n    \"n=a:1:2\",\n    \"b\"\n  ]\n}\n");
  free(text);
  polyring_topology_free(topology);
  assert_int_equal(
      polyring_topology_new(NULL, "", 0, "a", 1, POLYRING_EPOCH_MAX + 1, &topology, &error),
      POLYRING_INVALID_ARGUMENT);
  assert_int_equal(
      polyring_topology_new(NULL, "ketama,label=\xff", 14, "a", 1, 0, &topology, &error),
      POLYRING_INVALID_PROFILE);
  assert_non_null(strstr(error.text, "not valid UTF-8"));
  assert_int_equal(polyring_topology_new(NULL, "", 0, "a=b a=c", 7, 0, &topology, &error),
                   POLYRING_INVALID_SERVERS);
}

static void its_ring_is_that_of_the_texts(void **state) {
  (void)state;
  polyring_topology *topology = parsed(HEAD "\"n=a:1\", {\"place\":\"b\"}, \"c\"]}");
  polyring_ring *ring, *other = ring_of("libmemcached/modula", "a:1 b c");
  polyring_error error;
  assert_int_equal(polyring_topology_ring(NULL, topology, &ring, &error), POLYRING_OK);
  for (int i = 0; i < 100; i++) {
    char key[16];
    sprintf(key, "k%d", i);
    assert_int_equal(locate(ring, key), locate(other, key));
  }
  polyring_ring_free(ring);
  polyring_ring_free(other);
  polyring_topology_free(topology);
  topology = parsed("{\"polyring\":1,\"profile\":\"spymemcached/ketama\",\"servers\":[\"a\"]}");
  assert_int_equal(polyring_topology_ring(NULL, topology, &ring, &error), POLYRING_INVALID_SERVERS);
  assert_null(ring);
  assert_string_equal(error.server, "a");
  polyring_topology_free(topology);
}

/* Each change as one line of text. */
static void differs(const char *from, const char *to, const char *expected) {
  polyring_topology *topologies[2] = {parsed(from), parsed(to)};
  polyring_difference *difference;
  char lines[2000] = "", *at = lines;
  assert_int_equal(polyring_difference_new(NULL, topologies[0], topologies[1], &difference, NULL),
                   POLYRING_OK);
  polyring_topology_free(topologies[0]); /* the difference keeps what it needs */
  polyring_topology_free(topologies[1]);
  const polyring_change *change;
  size_t i = 0;
  for (; (change = polyring_difference_at(difference, i)); i++)
    at += sprintf(at, "%s|%s|%s|%s|%d|%d\n", polyring_change_text(change->kind),
                  change->subject ? change->subject : "-", change->before ? change->before : "-",
                  change->after ? change->after : "-", change->old_index, change->new_index);
  assert_int_equal(polyring_difference_count(difference), i);
  assert_string_equal(lines, expected);
  polyring_difference_free(difference);
}

static void differences_are_named(void **state) {
  (void)state;
  differs(document, canonical, "");
  differs(HEAD "\"a\", \"b\"], \"epoch\": 1}", HEAD "\"b\", \"a\", \"c\"], \"epoch\": 3}",
          "epoch|-|1|3|-1|-1\nserver added|c|-|c|-1|2\norder of servers|-|-|-|-1|-1\n");
  differs(HEAD "\"n=a:1:2\", \"b:1\", \"o=c\", \"gone\"]}",
          HEAD "\"n=a:2:2\", \"b:1:3;z=1\", \"p=c\"]}",
          "server removed|gone|gone|-|3|-1\nserver renamed|p=c|o|p|2|2\n"
          "server moved|n=a:2:2|a:1|a:2|0|0\nserver weight|b:1:3;z=1|-|3|1|1\n"
          "server attributes|b:1:3;z=1|-|;z=1|1|1\n");
  differs(SETTING "\"a\":1,\"b\":true,\"c\":\"x\"}}",
          SETTING "\"b\":\"true\",\"c\":\"x\",\"d\":2}}",
          "setting|a|1|-|-1|-1\nsetting|b|true|true|-1|-1\nsetting|d|-|2|-1|-1\n");
  differs("{\"polyring\":1,\"profile\":\"ketama\",\"servers\":[\"a\",\"a\"]}",
          "{\"polyring\":1,\"profile\":\"ketama,points=40\",\"servers\":[\"a\",\"a\",\"a\"]}",
          "profile|-|libmemcached/ketama-weighted|libmemcached/ketama-weighted,points=40|-1|-1\n"
          "column|points|160|40|-1|-1\nserver added|a|-|a|-1|2\n");
  polyring_difference_free(NULL);
}

#define BUCKETS "{\"polyring\":1,\"profile\":\"libmemcached/modula,layout=buckets,slots=8\","

static void a_bucket_moves_alone(void **state) {
  (void)state;
  polyring_topology *topology = parsed(BUCKETS
                                       "\"servers\":[\"x=a;zone=1\",\"b\",\"c\"],"
                                       "\"settings\":{\"on_dead\":\"miss\"}}");
  polyring_topology *moved;
  polyring_error error;
  assert_int_equal(polyring_topology_move(NULL, topology, 3, "x", 1, &moved, &error), POLYRING_OK);
  assert_int_equal(polyring_topology_epoch(moved), 1);
  assert_string_equal(polyring_topology_server(moved, 0), "x=a;buckets=0-1+3;zone=1");
  assert_string_equal(polyring_topology_server(moved, 1), "b;buckets=2+4");
  assert_string_equal(polyring_topology_server(moved, 2), "c;buckets=5-7");
  assert_string_equal(polyring_topology_setting(moved, 0, NULL), "on_dead");
  polyring_ring *old_ring, *new_ring;
  assert_int_equal(polyring_topology_ring(NULL, topology, &old_ring, &error), POLYRING_OK);
  assert_int_equal(polyring_topology_ring(NULL, moved, &new_ring, &error), POLYRING_OK);
  for (int i = 0; i < 20000; i++) {
    char key[16];
    polyring_placement placement;
    size_t size = (size_t)sprintf(key, "key:%d", i);
    polyring_ring_explain(old_ring, key, size, &placement, NULL);
    int32_t expected = placement.point.low == 3 ? 0 : placement.server;
    assert_int_equal(locate(new_ring, key), expected);
  }
  polyring_ring_free(old_ring);
  polyring_ring_free(new_ring);
  polyring_topology *twice;
  assert_int_equal(polyring_topology_move(NULL, moved, 2, "c", 1, &twice, &error), POLYRING_OK);
  assert_string_equal(polyring_topology_server(twice, 1), "b;buckets=4");
  assert_string_equal(polyring_topology_server(twice, 2), "c;buckets=2+5-7");
  polyring_topology_free(twice);
  polyring_topology_free(moved);
  static const struct {
    uint32_t bucket;
    const char *server, *words;
  } bad[] = {{8, "b", "there is no bucket 8: the last one is 7"}, {1, "d", "no server \"d\""}};
  for (size_t i = 0; i < COUNT(bad); i++) {
    assert_int_equal(
        polyring_topology_move(NULL, topology, bad[i].bucket, bad[i].server, 1, &moved, &error),
        POLYRING_INVALID_ARGUMENT);
    assert_null(moved);
    assert_non_null(strstr(error.text, bad[i].words));
  }
  polyring_topology_free(topology);
  topology = parsed(document);
  assert_int_equal(polyring_topology_move(NULL, topology, 0, "a", 1, &moved, &error),
                   POLYRING_INVALID_SERVERS); /* as the ring of this list is */
  polyring_topology_free(topology);
  topology = parsed(HEAD "\"a\"]}");
  assert_int_equal(polyring_topology_move(NULL, topology, 0, "a", 1, &moved, &error),
                   POLYRING_INVALID_ARGUMENT);
  assert_non_null(strstr(error.text, "has no buckets"));
  polyring_topology_free(topology);
}

static uint32_t dice(uint32_t *seed, uint32_t sides) {
  *seed = *seed * 1664525 + 1013904223;
  return (*seed >> 8) % sides;
}

/* Bytes are changed, dropped and doubled; what is still read has a canonical text that stays. */
static void mangled_documents_are_refused_or_read(void **state) {
  (void)state;
  static const char spice[] = "\"\\{}[]:,;=%0e-.\x01\xff\xc3u ";
  uint32_t seed = 20261121, read = 0, rounds = 20000;
  for (uint32_t round = 0; round < rounds; round++) {
    char text[2 * sizeof document];
    size_t size = sizeof document - 1;
    memcpy(text, document, size);
    for (uint32_t change = dice(&seed, 4) + 1; change; change--) {
      size_t at = dice(&seed, (uint32_t)size - 1);
      uint32_t what = dice(&seed, 4);
      if (what == 0)
        memmove(text + at, text + at + 1, --size - at);
      else if (what == 1)
        memmove(text + at + 1, text + at, size++ - at);
      else if (what == 2)
        text[at] = spice[dice(&seed, sizeof spice - 1)];
      else
        text[at] = text[dice(&seed, (uint32_t)size)];
    }
    polyring_topology *topology;
    polyring_error error = {.position = 0};
    char *exact = malloc(size ? size : 1); /* so that a sanitizer sees a byte too far */
    memcpy(exact, text, size);
    if (polyring_topology_parse(NULL, exact, size, &topology, &error) < 0) {
      assert_true(error.position <= size);
      for (const char *c = error.text; *c; c++) assert_in_range((uint8_t)*c, 0x20, 0x7E);
    } else {
      char *once = text_of(topology);
      polyring_topology *again = parsed(once);
      char *twice = text_of(again);
      assert_string_equal(once, twice);
      free(once);
      free(twice);
      polyring_topology_free(again);
      polyring_topology_free(topology);
      read++;
    }
    free(exact);
  }
  assert_in_range(read, rounds / 100, rounds);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_canonical_text_makes_the_same_topology),
      cmocka_unit_test(the_parts_can_be_read),
      cmocka_unit_test(what_is_no_topology_is_refused_where_it_stands),
      cmocka_unit_test(sizes_are_limited),
      cmocka_unit_test(one_is_made_of_lists_too),
      cmocka_unit_test(its_ring_is_that_of_the_texts),
      cmocka_unit_test(differences_are_named),
      cmocka_unit_test(a_bucket_moves_alone),
      cmocka_unit_test(mangled_documents_are_refused_or_read)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
