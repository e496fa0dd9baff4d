/* Percent-encoding, statuses, errors. */
#include "base/error.h"
#include "unit.h"

static void every_byte_comes_back(void **state) {
  (void)state;
  uint8_t all[256], back[256];
  char text[3 * 256 + 1];
  for (int i = 0; i < 256; i++) all[i] = (uint8_t)i;
  size_t length = polyring_percent_encode(all, 256, text, sizeof text);
  assert_int_equal(length, 66 + 3 * 190);
  assert_int_equal(polyring_percent_decode(text, length, back, NULL), 256);
  assert_memory_equal(all, back, 256);
  assert_non_null(strstr(text, "%2F0123456789%3A"));
  assert_int_equal(polyring_percent_decode(text, length, text, NULL), 256); /* in place */
  assert_memory_equal(all, text, 256);
}

static void encoding_knows_its_room(void **state) {
  (void)state;
  char out[8];
  memset(out, '#', sizeof out);
  assert_int_equal(polyring_percent_encode("a b", 3, out, 5), POLYRING_NOWHERE);
  assert_int_equal(out[5], '#');
  assert_int_equal(polyring_percent_encode("a b", 3, out, 6), 5);
  assert_string_equal(out, "a%20b");
  assert_int_equal(polyring_percent_encode("", 0, out, 0), POLYRING_NOWHERE);
  assert_int_equal(polyring_percent_encode("", 0, out, 1), 0);
}

static void broken_encodings_are_placed(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t position;
  } broken[] = {{"%", 0}, {"a%4", 1}, {"ab%4x", 2}, {"%x4", 0}, {"%41%", 3}, {"%%41", 0}};
  char out[8];
  for (size_t i = 0; i < COUNT(broken); i++) {
    size_t position = 99;
    assert_int_equal(
        polyring_percent_decode(broken[i].text, strlen(broken[i].text), out, &position),
        POLYRING_NOWHERE);
    assert_int_equal(position, broken[i].position);
  }
  assert_int_equal(polyring_percent_decode("%e4%C3", 6, out, NULL), 2);
  assert_memory_equal(out, "\xe4\xc3", 2);
}

/* The numbers are frozen: this table only grows. */
static void statuses_keep_their_numbers(void **state) {
  (void)state;
  static const struct {
    int number;
    const char *name;
    polyring_status_class class_of;
  } frozen[] = {{0, "OK", POLYRING_CLASS_OUTCOME},
                {1, "MISS", POLYRING_CLASS_OUTCOME},
                {2, "NOT_STORED", POLYRING_CLASS_OUTCOME},
                {3, "EXISTS", POLYRING_CLASS_OUTCOME},
                {4, "PARTIAL", POLYRING_CLASS_OUTCOME},
                {-1, "INVALID_ARGUMENT", POLYRING_CLASS_ARGUMENT},
                {-2, "INVALID_KEY", POLYRING_CLASS_KEY},
                {-3, "INVALID_SERVERS", POLYRING_CLASS_SERVERS},
                {-4, "INVALID_PROFILE", POLYRING_CLASS_PROFILE},
                {-5, "TOO_LARGE", POLYRING_CLASS_ARGUMENT},
                {-6, "NO_MEMORY", POLYRING_CLASS_MEMORY},
                {-7, "NOT_SUPPORTED", POLYRING_CLASS_ARGUMENT},
                {-8, "INVALID_TOPOLOGY", POLYRING_CLASS_ARGUMENT},
                {-9, "UNAVAILABLE", POLYRING_CLASS_UNAVAILABLE},
                {-10, "UNKNOWN", POLYRING_CLASS_UNKNOWN},
                {-11, "BAD_REPLY", POLYRING_CLASS_PROTOCOL},
                {-12, "SERVER_FAILED", POLYRING_CLASS_SERVER},
                {-13, "REFUSED", POLYRING_CLASS_SERVER},
                {-14, "BUSY", POLYRING_CLASS_UNAVAILABLE},
                {-15, "INVALID_VALUE", POLYRING_CLASS_VALUE},
                {-16, "MISMATCH", POLYRING_CLASS_MISMATCH}};
  size_t count = 0;
#define XX(number, name, class, text) count++;
  POLYRING_STATUS_MAP(XX)
#undef XX
  assert_int_equal(count, COUNT(frozen));
  for (size_t i = 0; i < COUNT(frozen); i++) {
    assert_string_equal(polyring_status_name(frozen[i].number), frozen[i].name);
    assert_int_equal(polyring_status_class_of(frozen[i].number), frozen[i].class_of);
    assert_true(strlen(polyring_status_text(frozen[i].number)) > 3);
  }
  assert_string_equal(polyring_status_name(12345), "NO_STATUS");
  assert_string_equal(polyring_version(), POLYRING_VERSION);
}

static void errors_show_hostile_input_in_plain_text(void **state) {
  (void)state;
  polyring_error error;
  char long_text[2000];
  memset(long_text, '\x01', sizeof long_text);
  assert_int_equal(polyring__fail(&error, POLYRING_INVALID_KEY, 7, "%q and %u and %s.", long_text,
                                  sizeof long_text, 42u, "text"),
                   POLYRING_INVALID_KEY);
  assert_non_null(strstr(error.text, "\"%01%01"));
  assert_non_null(strstr(error.text, "(2000 bytes) and 42 and text."));
  assert_int_equal(error.position, 7);
  memset(long_text, 's', 1999);
  long_text[1999] = '\0';
  polyring__fail(&error, POLYRING_INVALID_KEY, 0, "%s", long_text);
  assert_int_equal(strlen(error.text), sizeof error.text - 1);
  polyring__error_server(&error, long_text, 1999);
  assert_int_equal(strlen(error.server), sizeof error.server - 1);
  assert_string_equal(error.server + sizeof error.server - 4, "...");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_byte_comes_back), cmocka_unit_test(encoding_knows_its_room),
      cmocka_unit_test(broken_encodings_are_placed), cmocka_unit_test(statuses_keep_their_numbers),
      cmocka_unit_test(errors_show_hostile_input_in_plain_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
