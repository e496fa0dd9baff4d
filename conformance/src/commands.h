/* The subcommands: argv[0] is the name of each, what is returned is an exit code. */
#ifndef COMMANDS_H
#define COMMANDS_H

int observe_main(int argc, char **argv);
int run_main(int argc, char **argv);
int report_main(int argc, char **argv);
int compare_main(int argc, char **argv);
int agree_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int cures_main(int argc, char **argv);
int record_main(int argc, char **argv);
int identify_main(int argc, char **argv);
int install_main(int argc, char **argv);
int kill_main(int argc, char **argv);
int audit_main(int argc, char **argv);
int selftest_main(int argc, char **argv);
int smoke_main(int argc, char **argv);

#endif
