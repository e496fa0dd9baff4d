/* Servers with names, which a name server of our own resolves, in a network and with files of our
 * own: its answers change, it is slow, silent, and gone. */
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#include "calls.h"
#include "servers.h"

enum { NO_NETWORK = 77 };

static live servers[2], sixth;
static char folder[] = "/tmp/polyring-names-XXXXXX";

/* --- the name server --- */

static struct {
  atomic_int delay;  /* milliseconds */
  atomic_int silent; /* answers nothing */
  atomic_int asked;
  _Atomic(const char *) addresses; /* of cache.test: with blanks between them */
  atomic_int stop;
  int socket;
  pthread_t thread;
} names;

/* The question, as it is repeated in the answer; its end, or 0. */
static size_t question_end(const unsigned char *bytes, size_t size, char *name, size_t room) {
  size_t at = 12, length = 0;
  while (at < size && bytes[at]) {
    size_t label = bytes[at];
    if (at + label + 5 > size || length + label + 2 > room) return 0;
    if (length) name[length++] = '.';
    memcpy(name + length, bytes + at + 1, label);
    length += label;
    at += label + 1;
  }
  name[length] = 0;
  return at + 5 <= size ? at + 5 : 0;
}

/* Appends the addresses of the family that is asked for. */
static size_t answers_to(unsigned char *out, size_t at, int type, const char *list, int *count) {
  char text[64];
  for (const char *next = list; sscanf(next, "%63s", text) == 1;) {
    int sixth_family = strchr(text, ':') != NULL;
    unsigned char address[16];
    inet_pton(sixth_family ? AF_INET6 : AF_INET, text, address);
    next += strspn(next, " ") + strlen(text);
    if (type != (sixth_family ? 28 : 1)) continue;
    size_t size = sixth_family ? 16 : 4;
    const unsigned char head[] = {0xC0, 12, 0, (unsigned char)type, 0, 1, 0, 0,
                                  0,    0,  0, (unsigned char)size};
    memcpy(out + at, head, sizeof head);
    memcpy(out + at + sizeof head, address, size);
    at += sizeof head + size;
    ++*count;
  }
  return at;
}

static void *answer_names(void *unused) {
  (void)unused;
  while (!atomic_load(&names.stop)) {
    unsigned char in[512], out[1024];
    char name[256];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    struct pollfd waiter = {names.socket, POLLIN, 0};
    if (poll(&waiter, 1, 10) <= 0) continue;
    ssize_t got = recvfrom(names.socket, in, sizeof in, 0, (struct sockaddr *)&from, &size);
    size_t end = got > 12 ? question_end(in, (size_t)got, name, sizeof name) : 0;
    if (!end) continue;
    atomic_fetch_add(&names.asked, 1);
    if (atomic_load(&names.silent)) continue;
    pause_ms(atomic_load(&names.delay));
    int known = strcmp(name, "cache.test") == 0, count = 0;
    memcpy(out, in, end);
    size_t whole = known ? answers_to(out, end, in[end - 3], names.addresses, &count) : end;
    out[2] = 0x84 | (in[2] & 1);
    out[3] = known ? 0x80 : 0x83;
    out[6] = 0;
    out[7] = (unsigned char)count;
    memset(out + 8, 0, 4);
    sendto(names.socket, out, whole, 0, (struct sockaddr *)&from, size);
  }
  return NULL;
}

static void start_names(void) {
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(53)};
  inet_pton(AF_INET, "127.97.0.53", &in.sin_addr);
  names.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(names.socket, (struct sockaddr *)&in, sizeof in), 0);
  atomic_store(&names.stop, 0);
  pthread_create(&names.thread, NULL, answer_names, NULL);
}

static void stop_names(void) {
  atomic_store(&names.stop, 1);
  pthread_join(names.thread, NULL);
  close(names.socket);
}

/* --- a network and files of our own --- */

static int write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  int good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  close(fd);
  return good;
}

/* Puts a file of ours over one of the system's. */
static int cover(const char *path, const char *text) {
  char ours[100];
  snprintf(ours, sizeof ours, "%s/file", folder);
  if (access(path, F_OK) != 0) return 1;
  int good = write_file(ours, text) && mount(ours, path, NULL, MS_BIND, NULL) == 0;
  unlink(ours); /* the mount holds it */
  return good;
}

static int isolate(void) {
  struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  char map[40];
  uid_t user = geteuid();
  if (user && unshare(CLONE_NEWUSER) != 0) return 0;
  snprintf(map, sizeof map, "0 %d 1", (int)user);
  if (user && !write_file("/proc/self/uid_map", map)) return 0;
  if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) return 0;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int up = ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
  close(fd);
  return up && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mkdtemp(folder) &&
         cover("/etc/resolv.conf", "nameserver 127.97.0.53\n") &&
         cover("/etc/hosts", "127.97.0.1 listed.test\n") &&
         cover("/etc/nsswitch.conf", "hosts: files dns\n");
}

static int start(void **state) {
  (void)state;
  servers[0] = live_tcp("127.97.0.1", 11211);
  servers[1] = live_tcp("127.97.0.2", 11211);
  sixth = live_tcp("::1", 11211);
  start_names();
  polyring__results_init(&results, NULL);
  return 0;
}

static int stop(void **state) {
  (void)state;
  stop_names();
  for (int i = 0; i < 2; i++) live_stop(&servers[i]);
  live_stop(&sixth);
  polyring__results_done(&results);
  return 0;
}

/* Pool 0 has the name, pool 1 the address of the second server. */
static void begin(const char *name, const char *addresses) {
  for (int i = 2; i < POOLS; i++) polyring__pool_init(&pools[i], NULL);
  names.addresses = addresses;
  atomic_store(&names.delay, 0);
  atomic_store(&names.silent, 0);
  atomic_store(&names.asked, 0);
  pool_make(0, name, 11211, POLYRING__PROTOCOL_META);
  pool_make(1, "127.97.0.2", 11211, POLYRING__PROTOCOL_META);
}

static void end(void) {
  for (int i = 0; i < POOLS; i++) polyring__pool_done(&pools[i]);
}

/* Makes the next call connect. */
static void disconnect(void) {
  for (polyring__link *link = pools[0].idle; link; link = link->next)
    shutdown(link->descriptor, SHUT_RDWR);
}

/* Which server it is, by what it alone holds. */
static void must_reach(const char *who) {
  must_be(one(POLYRING__GET, "who", ""), POLYRING_OK, who);
}

static void mark(const live *server) {
  pool_make(2, server->address, 11211, POLYRING__PROTOCOL_META);
  polyring__op set = op(POLYRING__SET, "who", server->address);
  set.server = 2;
  run(&set, 1);
  must_be(set, POLYRING_OK, NULL);
  polyring__pool_done(&pools[2]);
  polyring__pool_init(&pools[2], NULL);
}

static void a_name_is_resolved_at_each_connect(void **state) {
  (void)state;
  begin("cache.test", "127.97.0.1");
  for (int i = 0; i < 2; i++) mark(&servers[i]);
  mark(&sixth);
  must_reach("127.97.0.1");
  int asked = atomic_load(&names.asked);
  assert_true(asked > 0);
  names.addresses = "127.97.0.2";
  must_reach("127.97.0.1"); /* the connection stands */
  assert_int_equal(atomic_load(&names.asked), asked);
  disconnect();
  must_reach("127.97.0.2");
  names.addresses = "::1";
  disconnect();
  must_reach("::1");
  end();
  begin("listed.test", ""); /* of the file */
  must_reach("127.97.0.1");
  end();
}

static void several_addresses_are_tried(void **state) {
  (void)state;
  begin("cache.test", "127.97.0.7 127.97.0.8 127.97.0.2"); /* nobody listens on the first */
  must_reach("127.97.0.2");
  /* The one that was good stays the one, wherever in the answer it is. */
  names.addresses = "127.97.0.1 127.97.0.2";
  for (int i = 0; i < 5; i++) {
    disconnect();
    must_reach("127.97.0.2");
  }
  names.addresses = "127.97.0.1 127.97.0.7";
  disconnect();
  must_reach("127.97.0.1");
  end();
  begin("cache.test", "127.97.0.7 127.97.0.8");
  polyring__op get = one(POLYRING__GET, "who", "");
  must_be(get, POLYRING_UNAVAILABLE, NULL);
  assert_int_equal(get.stage, POLYRING__STAGE_CONNECTING);
  assert_int_equal(get.system_error, ECONNREFUSED);
  assert_int_equal(counts_of(0).connect_failures, 1);
  end();
}

static void the_last_good_address_is_kept(void **state) {
  (void)state;
  begin("cache.test", "127.97.0.2");
  must_reach("127.97.0.2");
  names.addresses = "127.97.0.1";
  for (int gone = 0; gone < 2; gone++) { /* it says nothing; nobody is there */
    atomic_store(&names.silent, 1);
    if (gone) stop_names();
    disconnect();
    polyring__op get = op(POLYRING__GET, "who", "");
    run_for(&get, 1, 400000, 600000);
    must_be(get, POLYRING_OK, "127.97.0.2");
    if (gone) start_names();
  }
  atomic_store(&names.silent, 0);
  disconnect();
  must_reach("127.97.0.1"); /* and when it is back */
  end();
}

static void what_cannot_be_resolved_has_a_reason(void **state) {
  (void)state;
  begin("nothing.test", "");
  polyring__op get = one(POLYRING__GET, "who", "");
  must_be(get, POLYRING_UNAVAILABLE, NULL);
  assert_int_equal(get.stage, POLYRING__STAGE_RESOLVING);
  assert_non_null(strstr(get.reason, "not found"));
  atomic_store(&names.silent, 1);
  run_for(&get, 1, 100000, 300000);
  must_be(get, POLYRING_UNAVAILABLE, NULL);
  assert_int_equal(get.stage, POLYRING__STAGE_RESOLVING);
  assert_in_range(get.spent, 20000, 250000); /* the budget of connecting */
  assert_non_null(get.reason);
  end();
  begin("cache.test", "127.97.0.1"); /* and it comes to itself */
  must_reach("127.97.0.1");
  end();
}

/* A name that is looked for in many domains, of which each answers in time that there is none: so
 * it is not the resolver that gives up. */
static void resolving_has_a_part_of_the_time(void **state) {
  (void)state;
  char domains[400] = "";
  for (int i = 0; i < 30; i++) sprintf(domains + strlen(domains), "d%d.test ", i);
  setenv("LOCALDOMAIN", domains, 1);
  setenv("RES_OPTIONS", "ndots:5", 1);
  begin("cache.test", "127.97.0.1");
  atomic_store(&names.delay, 10);
  polyring__op get = op(POLYRING__GET, "who", "");
  run_for(&get, 1, 200000, 3000000);
  must_be(get, POLYRING_UNAVAILABLE, NULL);
  assert_int_equal(get.stage, POLYRING__STAGE_RESOLVING);
  assert_int_equal(get.system_error, ETIMEDOUT);
  assert_string_equal(get.reason, "the name server does not answer");
  assert_in_range(get.spent, 195000, 2500000);
  unsetenv("LOCALDOMAIN");
  unsetenv("RES_OPTIONS");
  end();
}

static void a_slow_name_keeps_nobody_waiting(void **state) {
  (void)state;
  begin("cache.test", "127.97.0.1");
  atomic_store(&names.delay, 300);
  polyring__op ops[2] = {op(POLYRING__GET, "who", ""), op(POLYRING__GET, "who", "")};
  ops[1].server = 1;
  run_for(ops, 2, 100000, 200000);
  must_be(ops[0], POLYRING_UNAVAILABLE, NULL);
  must_be(ops[1], POLYRING_OK, "127.97.0.2");
  polyring__op all[2] = {op(POLYRING__GET, "who", ""), op(POLYRING__GET, "who", "")};
  all[1].server = 1;
  run(all, 2); /* with time enough */
  must_be(all[0], POLYRING_OK, "127.97.0.1");
  must_be(all[1], POLYRING_OK, "127.97.0.2");
  end();
}

static void places(void **state) {
  (void)state;
  static const struct {
    const char *host;
    int port, good;
  } rows[] = {{"127.0.0.1", 1, 1},    {"::1", 1, 1},  {"::1%lo", 1, 1}, {"cache-1.test_x", 1, 1},
              {"/run/socket", -1, 1}, {"", 1, 0},     {"", -1, 0},      {"::1%nothing", 1, 0},
              {"a b", 1, 0},          {"a\nb", 1, 0}, {"a:b", 1, 0},    {"\xC3\xBC", 1, 0}};
  char longest[300];
  memset(longest, 'a', sizeof longest);
  polyring__pool *pool = &pools[0];
  polyring__pool_init(pool, NULL);
  for (size_t i = 0; i < COUNT(rows); i++) {
    const char *host = rows[i].host;
    const char *reason =
        polyring__pool_set_place(pool, (polyring__span){host, strlen(host)}, rows[i].port);
    if ((reason == NULL) != rows[i].good) fail_msg("%s: %s", host, reason);
  }
  assert_null(polyring__pool_set_place(pool, (polyring__span){longest, 253}, 1));
  assert_non_null(polyring__pool_set_place(pool, (polyring__span){longest, 254}, 1));
  assert_null(polyring__pool_set_place(pool, (polyring__span){longest, 107}, -1));
  assert_non_null(polyring__pool_set_place(pool, (polyring__span){longest, 108}, -1));
  assert_non_null(polyring__pool_set_place(pool, (polyring__span){"a\0b", 3}, 1));
  assert_non_null(polyring__pool_set_place(pool, (polyring__span){"a\0b", 3}, -1));
  polyring__pool_done(pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_name_is_resolved_at_each_connect),
      cmocka_unit_test(several_addresses_are_tried),
      cmocka_unit_test(the_last_good_address_is_kept),
      cmocka_unit_test(what_cannot_be_resolved_has_a_reason),
      cmocka_unit_test(resolving_has_a_part_of_the_time),
      cmocka_unit_test(a_slow_name_keeps_nobody_waiting),
      cmocka_unit_test(places),
  };
  if (!isolate()) {
    fprintf(stderr, "skipped: no network of its own can be had here: %s\n", strerror(errno));
    rmdir(folder);
    return NO_NETWORK;
  }
  int failed = cmocka_run_group_tests(tests, start, stop);
  rmdir(folder);
  return failed != 0;
}
