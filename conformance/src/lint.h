/* polyring-check lint: are these vector files sound? */
#ifndef LINT_H
#define LINT_H

/* Runs the subcommand: argv[0] is its name, files or folders follow. Returns an exit code of
 * support.h: EXIT_AGREED when every file is sound, EXIT_USAGE when one is not. */
int lint_main(int argc, char **argv);

#endif
