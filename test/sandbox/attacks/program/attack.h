// What the programs in this folder share: one static executable that runs as a hostile payload.
#ifndef ATTACK_H
#define ATTACK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

// Prints "WHAT ok" for a result of 0 and more, else "WHAT ERRNO-NAME".
void tell(const char *what, long result);
// One line on stdout by one write.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int number(const char *text);

typedef int command(int count, char **arguments);

command overwrite_command, process_command, descriptors_command;
command namespaces_command, owners_command, identity_command;
command mounts_command, reveal_command, swap_command;
command terminal_command, crowd_command, first_command, forge_command, halt_command, halt_child_command;
command kernel_command, init_command, await_command, open_command;
command starve_command, reach_command, away_command, groups_command, with_key_command, keys_command;
command set_id_command, terminal_settings_command;

#endif
