/* Child processes: started in groups of their own, waited for with a deadline, and never left
 * behind, whatever way the program ends. */
#ifndef PROCESS_H
#define PROCESS_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
  pid_t pid;        /* 0 when there is none (any more); also the id of its group */
  int in, out;      /* pipes to its standard input and from its standard output, or -1 */
  int err;          /* pipe from its standard error */
  bool exited;      /* noticed by process_exited: */
  bool killed;      /* by a signal, */
  int status;       /* the number of which, or the exit status, is this */
  char notes[1024]; /* the end of what it wrote on standard error, printable */
};

/* Once, first of all: children of children come to us when they are orphaned; signals that end
 * the program and the death of children are noticed in process_wait only. */
void process_setup(void);

struct process_options {
  const char *path;  /* put before PATH, or NULL */
  const char *hosts; /* a file to be seen as /etc/hosts, in a private mount namespace, or NULL */
  bool talks;        /* wants in and out; else they are /dev/null */
};

/* NULL, or the reason why it could not be started, to be freed. */
char *process_start(struct process *process, char *const *argv,
                    const struct process_options *options);

/* Waits for events until the deadline (clock_ms) or the death of a child; returns what poll
 * would. A signal that ends the program ends it here, children first. */
int process_wait(struct pollfd *fds, nfds_t count, int64_t deadline);

/* Whether it is gone; its notes are then complete. */
bool process_exited(struct process *process);
void process_notes(struct process *process); /* takes up what lies in err */
/* "exited with status 1: last line of its notes", to be freed. */
char *process_end(struct process *process);

/* Ends it by force, with its whole group, and closes the pipes. */
void process_stop(struct process *process);

/* Ends what our processes left behind; every one that was started must have been stopped. */
void process_sweep(void);

/* A file of text that is removed at the end of the program at the latest. Returns its path, to be
 * freed; or NULL. */
char *process_file(const char *text);
void process_file_done(char *path);

#endif
