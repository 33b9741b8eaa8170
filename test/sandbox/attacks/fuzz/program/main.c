#include "fuzz.h"

#include <fcntl.h>

long must(const char *what, long result) {
  if (result >= 0) return result;
  dprintf(2, "%s: %s\n", what, strerror(errno));
  _exit(97);
}

int write_text(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  int result = write(file, text, strlen(text)) < 0 ? -1 : 0;
  int error = errno;
  close(file);
  errno = error;
  return result;
}

static const struct {
  const char *name;
  command *run;
} commands[] = {
    {"machine", machine_command}, {"canary", canary_command}, {"caller", caller_command}, {"attack", attack_command}};

int main(int count, char **arguments) {
  for (size_t i = 0; count > 1 && i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(commands[i].name, arguments[1]) == 0) return commands[i].run(count - 2, arguments + 2);
  }
  // As a set-uid program it would be root.
  if (count == 2 && strcmp(arguments[1], "set-uid") == 0) {
    dprintf(1, "set-uid program: euid %d\n", geteuid());
    return write_text("/srv/open/root-only", "ATTACKED by set-uid") == 0 ? 0 : 1;
  }
  return 99;
}
