/* Every allocation of the values fails once; and once all is warm, none is made. */
#include "heap.h"
#include "value.h"

static polyring_buffer values[6]; /* sequences: small and large, of every form */

static int prepare(void **state) {
  (void)state;
  static char large[9000];
  uint64_t seed = 3;
  for (size_t i = 0; i < sizeof large; i++) large[i] = "abc"[i / 5 % 3];
  for (size_t i = 0; i < COUNT(values); i++) polyring_buffer_init(&values[i], NULL);
  polyring_value_put_int(&values[0], 42);
  polyring_value_put_float(&values[1], 0.1);
  polyring_value_put_text(&values[2], "text", 4);
  polyring_value_put_bytes(&values[3], large, sizeof large);
  polyring_value_put_map(&values[4], 2);
  polyring_value_put_text(&values[4], "a", 1);
  polyring_value_put_text(&values[4], large, sizeof large);
  polyring_value_put_text(&values[4], "b", 1);
  put_drawn(&values[4], &seed, 5);
  for (size_t i = 0; i < 1000; i++) large[i] = (char)drawn(&seed);
  polyring_value_put_list(&values[5], 1000); /* does not pack well */
  for (size_t i = 0; i < 1000; i++) polyring_value_put_int(&values[5], (int64_t)drawn(&seed));
  return 0;
}

static int clear(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(values); i++) polyring_buffer_done(&values[i]);
  return 0;
}

/* All values there and back, the large one packed or not. The first status that is not OK. */
static polyring_status use(polyring__value_codec *codec, int packed, polyring_buffer *out,
                           polyring_buffer *again, polyring_error *error) {
  polyring_status status = POLYRING_OK;
  for (size_t i = 0; i < COUNT(values) && status >= 0; i++) {
    polyring__value_body body;
    out->size = again->size = 0;
    status = polyring__value_write(codec, values[i].at, values[i].size, out, &body, error);
    if (status < 0) assert_int_equal(out->size, 0);
    if (status >= 0 && i == 3) assert_true(!packed == !body.flags);
    if (status >= 0)
      status = polyring__value_read(codec, body.flags, body.at, body.size, again, error);
    if (status < 0) {
      assert_int_equal(again->size, 0);
    } else {
      assert_int_equal(again->size, values[i].size);
      assert_memory_equal(again->at, values[i].at, again->size);
    }
  }
  return status;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  static const char *const compressions[] = {"zlib", "zstd", "none"};
  for (size_t c = 0; c < COUNT(compressions); c++) {
    const polyring__value_options options = {.compress = compressions[c]};
    polyring_status status = POLYRING_NO_MEMORY;
    size_t allowed = 0;
    for (; status != POLYRING_OK; allowed++) {
      heap counted = {.allowed = allowed};
      polyring_allocator allocator = {resize, &counted};
      polyring_error error = {0};
      polyring__value_codec *codec;
      polyring_buffer out, again;
      polyring_buffer_init(&out, &allocator);
      polyring_buffer_init(&again, &allocator);
      status = polyring__value_codec_new(&allocator, &options, &codec, &error);
      assert_true((codec != NULL) == (status >= 0));
      if (status >= 0) status = use(codec, c < 2, &out, &again, &error);
      if (status < 0 && (status != POLYRING_NO_MEMORY || error.status != status))
        fail_msg("%s: %s", polyring_status_name(status), error.text);
      if (status < 0 && codec) { /* once there is memory again, all is well */
        counted.allowed = 1000;
        assert_int_equal(use(codec, c < 2, &out, &again, &error), POLYRING_OK);
      }
      polyring__value_codec_free(codec);
      polyring_buffer_done(&out);
      polyring_buffer_done(&again);
      assert_int_equal(counted.bytes, 0);
    }
    assert_true(allowed > (c == 0 ? 20 : 9));
  }
}

static void what_is_warm_allocates_nothing(void **state) {
  (void)state;
  static const char *const compressions[] = {"zlib", "zstd", "none"};
  for (size_t c = 0; c < COUNT(compressions); c++) {
    const polyring__value_options options = {.compress = compressions[c]};
    heap counted = {.allowed = 1000};
    polyring_allocator allocator = {resize, &counted};
    polyring_error error;
    polyring__value_codec *codec;
    polyring_buffer out, again;
    polyring_buffer_init(&out, &allocator);
    polyring_buffer_init(&again, &allocator);
    assert_int_equal(polyring__value_codec_new(&allocator, &options, &codec, &error), 0);
    assert_int_equal(use(codec, c < 2, &out, &again, &error), POLYRING_OK);
    counted.allowed = 0;
    for (int i = 0; i < 20; i++)
      assert_int_equal(use(codec, c < 2, &out, &again, &error), POLYRING_OK);
    polyring__value_codec_free(codec);
    polyring_buffer_done(&out);
    polyring_buffer_done(&again);
    assert_int_equal(counted.bytes, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail),
                                     cmocka_unit_test(what_is_warm_allocates_nothing)};
  return cmocka_run_group_tests(tests, prepare, clear);
}
