#include "attack.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void say(const char *format, ...) {
  char line[8192];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(line, sizeof line - 1, format, list);
  va_end(list);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  if (write(1, line, length) != length) _exit(98);
}

void tell(const char *what, long result) { say("%s %s", what, result < 0 ? strerrorname_np(errno) : "ok"); }

int number(const char *text) { return strtol(text, NULL, 10); }

static const struct {
  const char *name;
  command *run;
} commands[] = {
    {"overwrite", overwrite_command}, {"process", process_command},   {"descriptors", descriptors_command},
    {"namespaces", namespaces_command}, {"owners", owners_command},     {"identity", identity_command},
    {"mounts", mounts_command},       {"reveal", reveal_command},     {"swap", swap_command},
    {"terminal", terminal_command},   {"crowd", crowd_command},       {"first", first_command},
    {"forge", forge_command},         {"halt", halt_command},
    {"halt-child", halt_child_command}, {"kernel", kernel_command},
    {"init", init_command}, {"await", await_command}, {"open", open_command},
    {"starve", starve_command},       {"away", away_command},           {"groups", groups_command},
    {"with-key", with_key_command},   {"keys", keys_command},       {"reach", reach_command},
    {"set-id", set_id_command},
    {"terminal-settings", terminal_settings_command},
};

int main(int count, char **arguments) {
  for (size_t i = 0; count > 1 && i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(commands[i].name, arguments[1]) == 0) return commands[i].run(count - 2, arguments + 2);
  }
  return 99;
}
