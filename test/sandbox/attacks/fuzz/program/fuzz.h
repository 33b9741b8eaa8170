// What the programs of the fuzzer share: one static executable, the machine's first process, who calls a sandbox, and the
// hostile command.
#ifndef FUZZ_H
#define FUZZ_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int command(int count, char **arguments);

// The control group of who calls a sandbox. Below it is that of the canaries, which is not to be frozen or killed.
#define CALLERS "/sys/fs/cgroup/callers"

// machine ROOT CGROUP USER, canary, caller UID FLAGS COMMAND...
command machine_command, canary_command, caller_command;
// attack SEED OPERATIONS KEPT PATH..., where KEPT is "all" or "1,5,7"
command attack_command;

// Ends the process with the words and the error, unless the result is one of a success.
long must(const char *what, long result);
int write_text(const char *path, const char *text);

// The command's dice. Each operation has its own, so that one can be left out without changing the others.
extern uint64_t dice;
unsigned roll(unsigned faces);

// The command's world: what it kept, and what it was told of.
struct world {
  char **paths;
  int path_count;
  int kept[24];
  int kept_count;
};
extern struct world world;

const char *any_path(void);
int any_descriptor(void);
int any_process(void);
void keep(int descriptor);
// One line: the operation, and what came of it.
long told(long result, const char *format, ...) __attribute__((format(printf, 2, 3)));

typedef void operation(void);
operation do_open, do_read, do_write, do_truncate, do_mode, do_owner, do_times, do_rename, do_link, do_unlink, do_make;
operation do_directory, do_attribute;
operation do_mount, do_remount, do_unmount, do_propagation, do_pivot, do_tree, do_tree_attribute, do_new_mount;
operation do_unshare, do_fork, do_setns, do_owner_namespace, do_identity, do_capabilities, do_prctl, do_daemon, do_names;
operation do_signal, do_group, do_pidfd, do_trace, do_memory, do_limit, do_terminal, do_key, do_control_group, do_setting;
operation do_set_user_program, do_group_kill, do_control_group_way, do_rename_way, do_ring;

#endif
