// What the programs in this folder share. They are one static executable: a
// payload for the init under test, and (as `launch`) the program before it.
#ifndef PAYLOAD_H
#define PAYLOAD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <signal.h>
#include <sys/types.h>

// The kernel's signals; the C library's own sets leave out 32 and 33.
#define LAST_SIGNAL 64

typedef unsigned long long kernel_set;

#define BIT(signal) (1ULL << ((signal) - 1))

// One line on stdout by one write, so that lines of several processes never mix.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void die(const char *what);
// Says "ready PID".
void ready(void);

// The signal mask as the kernel holds it, with 32 and 33 in it.
void set_mask(kernel_set set);
kernel_set get_mask(void);
int all_signals_descriptor(void);
int wait_for_signal(kernel_set set);

// Waits for a line on stdin: 1 for a line, 0 for its end. Without a stdin it waits for ever.
int wait_for_line(void);
void sleep_milliseconds(long milliseconds);
int number(const char *text);
// "all", or numbers and ranges with commas: 1,3,34-64.
kernel_set parse_set(const char *text);

typedef int command(int count, char **arguments);

command signals_command, family_command, ignore_command, delay_command, wait_command, exit_command, kill_self_command;
command orphans_command, tree_command;
command status_command, descriptors_command, environment_command, arguments_command;
command launch_command, statuses_command, puppet_command;
command trace_command, take_number_command, map_zero_command;

#endif
