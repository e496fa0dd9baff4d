#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

static volatile sig_atomic_t ended_by;
static sigset_t outside; /* the signal mask of process_wait */
static pid_t owner;      /* forked children must not clean up for us */
static char **files;
static size_t file_count, file_capacity;

static void on_signal(int signal) {
  if (signal != SIGCHLD) ended_by = signal;
}

static void kill_children(void) {
  DIR *proc = opendir("/proc");
  struct dirent *entry;
  while (proc && (entry = readdir(proc))) {
    char path[300], line[400];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
    FILE *file = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(path, "re") : NULL;
    if (!file) continue;
    char *behind = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    if (behind && sscanf(behind, ") %*c %d", &parent) == 1 && parent == getpid())
      kill(atoi(entry->d_name), SIGKILL);
  }
  if (proc) closedir(proc);
}

/* Ends what is left of our descendants. Orphans come to us, so all of them are our children
 * sooner or later: each one that is gone may have left us its own. */
static void end_children(void) {
  do kill_children();
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

void process_sweep(void) {
  if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD) end_children();
}

static void clean_up(void) {
  if (getpid() != owner) return;
  end_children();
  for (size_t i = 0; i < file_count; i++) {
    unlink(files[i]);
    free(files[i]);
  }
  free(files);
}

void process_setup(void) {
  static const int signals[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
  struct sigaction action = {.sa_handler = on_signal};
  sigset_t inside;
  int fd;
  do fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  while (fd >= 0 && fd <= 2 && fcntl(fd, F_SETFD, 0) == 0);
  if (fd > 2) close(fd);
  sigemptyset(&inside);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    struct sigaction old;
    sigaction(signals[i], NULL, &old);
    if (signals[i] != SIGCHLD && old.sa_handler == SIG_IGN) continue; /* nohup and background */
    sigaddset(&inside, signals[i]);
    sigaction(signals[i], &action, NULL);
  }
  sigprocmask(SIG_BLOCK, &inside, &outside);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigdelset(&outside, signals[i]);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  owner = getpid();
  atexit(clean_up);
}

int process_wait(struct pollfd *fds, nfds_t count, int64_t deadline) {
  int64_t left = deadline - clock_ms();
  struct timespec time = {left > 0 ? left / 1000 : 0, left > 0 ? left % 1000 * 1000000 : 0};
  int ready = ppoll(fds, count, &time, &outside);
  if (ended_by) {
    int signal_number = ended_by;
    sigset_t all;
    clean_up();
    sigemptyset(&all);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
    sigprocmask(SIG_SETMASK, &all, NULL);
    _exit(128 + signal_number);
  }
  if (ready < 0)
    for (nfds_t i = 0; i < count; i++) fds[i].revents = 0;
  return ready < 0 ? 0 : ready;
}

/* Gives this process an /etc/hosts of its own. Returns the step that failed, or NULL. */
static const char *private_hosts(const char *hosts) {
  char line[64];
  uid_t uid = geteuid();
  gid_t gid = getegid();
  if (unshare(CLONE_NEWNS) != 0) {
    if (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
      return "a private mount namespace";
    const char *paths[] = {"/proc/self/setgroups", "/proc/self/uid_map", "/proc/self/gid_map"};
    for (int i = 0; i < 3; i++) {
      if (i == 0) strcpy(line, "deny");
      if (i == 1) snprintf(line, sizeof line, "%u %u 1", uid, uid);
      if (i == 2) snprintf(line, sizeof line, "%u %u 1", gid, gid);
      int fd = open(paths[i], O_WRONLY | O_CLOEXEC);
      bool written = fd >= 0 && write(fd, line, strlen(line)) > 0;
      if (fd >= 0) close(fd);
      if (!written) return paths[i];
    }
  }
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return "a private mount tree";
  if (mount(hosts, "/etc/hosts", NULL, MS_BIND, NULL) != 0) return "a hosts file of its own";
  return NULL;
}

struct pipes {
  int in[2], out[2], err[2], report[2];
};

static _Noreturn void become(char *const *argv, const struct process_options *options,
                             const struct pipes *pipes) {
  char why[200];
  const char *step = options->hosts ? private_hosts(options->hosts) : NULL;
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigset_t none;
  if (!step) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(options->talks ? pipes->in[0] : null, 0);
    dup2(options->talks ? pipes->out[1] : null, 1);
    dup2(pipes->err[1], 2);
    for (int i = 1; i < NSIG; i++) sigaction(i, &standard, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != owner) _exit(1);
    if (options->path) {
      const char *path = getenv("PATH");
      setenv("PATH", format("%s:%s", options->path, path ? path : "/usr/bin:/bin"), 1);
    }
    execvp(argv[0], argv);
    step = argv[0];
  }
  int length = snprintf(why, sizeof why, "%s: %s", step, strerror(errno));
  if (write(pipes->report[1], why, (size_t)length) < 0) _exit(126);
  _exit(127);
}

static void close_pipes(struct pipes *pipes) {
  int *fds = (int *)pipes;
  for (size_t i = 0; i < sizeof *pipes / sizeof *fds; i++)
    if (fds[i] >= 0) close(fds[i]);
}

static int take(int *fd) {
  int taken = *fd;
  *fd = -1;
  fcntl(taken, F_SETFL, O_NONBLOCK);
  return taken;
}

char *process_start(struct process *process, char *const *argv,
                    const struct process_options *options) {
  struct pipes pipes;
  char why[200];
  memset(&pipes, -1, sizeof pipes);
  *process = (struct process){.in = -1, .out = -1, .err = -1};
  if (pipe2(pipes.in, O_CLOEXEC) || pipe2(pipes.out, O_CLOEXEC) || pipe2(pipes.err, O_CLOEXEC) ||
      pipe2(pipes.report, O_CLOEXEC))
    fail(EXIT_ENVIRONMENT, "no pipe: %s", strerror(errno));
  fflush(NULL);
  process->pid = fork();
  if (process->pid < 0) fail(EXIT_ENVIRONMENT, "no process: %s", strerror(errno));
  if (process->pid == 0) {
    setpgid(0, 0);
    become(argv, options, &pipes);
  }
  setpgid(process->pid, process->pid);
  close(pipes.report[1]);
  pipes.report[1] = -1;
  ssize_t length = read(pipes.report[0], why, sizeof why - 1);
  if (length > 0) {
    waitpid(process->pid, NULL, 0);
    close_pipes(&pipes);
    *process = (struct process){.in = -1, .out = -1, .err = -1};
    return format("%.*s", (int)length, why);
  }
  if (options->talks) {
    process->in = take(&pipes.in[1]);
    process->out = take(&pipes.out[0]);
  }
  process->err = take(&pipes.err[0]);
  close_pipes(&pipes);
  return NULL;
}

void process_notes(struct process *process) {
  char bytes[4096];
  ssize_t got;
  while (process->err >= 0 && (got = read(process->err, bytes, sizeof bytes)) != 0) {
    if (got < 0) return;
    size_t kept = strlen(process->notes), more = (size_t)got, room = sizeof process->notes - 1;
    if (more > room) more = room;
    if (kept + more > room) {
      memmove(process->notes, process->notes + kept + more - room, room - more);
      kept = room - more;
    }
    for (size_t i = 0; i < more; i++) {
      char c = bytes[(size_t)got - more + i];
      process->notes[kept + i] = c ? c : ' ';
    }
    process->notes[kept + more] = 0;
  }
  if (process->err >= 0) close(process->err);
  process->err = -1;
}

bool process_exited(struct process *process) {
  siginfo_t info = {.si_pid = 0};
  if (process->exited || process->pid == 0) return true;
  /* WNOWAIT: while it is not taken away, its group keeps its number. */
  waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT);
  if (info.si_pid == 0) return false;
  process->exited = true;
  process->killed = info.si_code != CLD_EXITED;
  process->status = info.si_status;
  process_notes(process);
  return true;
}

char *process_end(struct process *process) {
  char *notes = process->notes + strlen(process->notes);
  while (notes > process->notes && strchr(" \n", notes[-1])) *--notes = 0;
  notes = strrchr(process->notes, '\n');
  notes = printable(notes ? notes + 1 : process->notes);
  if (!process->exited) return format("closed its output%s%s", *notes ? ": " : "", notes);
  return format("%s %d%s%s", process->killed ? "died of signal" : "exited with status",
                process->status, *notes ? ": " : "", notes);
}

static void close_pipe(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

void process_stop(struct process *process) {
  if (process->pid == 0) return;
  kill(-process->pid, SIGKILL);
  waitpid(process->pid, NULL, 0);
  process->exited = true;
  process_notes(process);
  close_pipe(&process->in);
  close_pipe(&process->out);
  close_pipe(&process->err);
  process->pid = 0;
}

char *process_file(const char *text) {
  const char *folder = getenv("TMPDIR");
  char *path = format("%s/polyring-check-XXXXXX", folder && *folder ? folder : "/tmp");
  int fd = mkostemp(path, O_CLOEXEC);
  size_t size = strlen(text);
  if (fd < 0) {
    free(path);
    return NULL;
  }
  ROOM(files, file_count, file_capacity);
  files[file_count++] = path;
  bool whole = write(fd, text, size) == (ssize_t)size && fchmod(fd, 0644) == 0;
  if (close(fd) == 0 && whole) return path;
  process_file_done(path);
  return NULL;
}

void process_file_done(char *path) {
  if (!path) return;
  unlink(path);
  for (size_t i = 0; i < file_count; i++)
    if (files[i] == path) files[i] = files[--file_count];
  free(path);
}
