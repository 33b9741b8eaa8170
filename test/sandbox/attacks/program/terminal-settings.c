// Attempts to read the caller's terminal, and to change what lasts of it.
#include "attack.h"

#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
  const char *name;
  unsigned get, set;
} settings[] = {
    {"TCSETS", TCGETS, TCSETS},       {"TCSETSW", TCGETS, TCSETSW},   {"TCSETSF", TCGETS, TCSETSF},
    {"TCSETA", TCGETA, TCSETA},       {"TCSETAW", TCGETA, TCSETAW},   {"TCSETAF", TCGETA, TCSETAF},
    {"TCSETS2", TCGETS2, TCSETS2},    {"TCSETSW2", TCGETS2, TCSETSW2}, {"TCSETSF2", TCGETS2, TCSETSF2},
    {"TIOCSWINSZ", TIOCGWINSZ, TIOCSWINSZ}, {"TIOCSETD", TIOCGETD, TIOCSETD}, {"TIOCEXCL", 0, TIOCEXCL},
    {"TIOCNXCL", 0, TIOCNXCL},        {"TIOCSPGRP", 0, TIOCSPGRP},    {"TIOCSCTTY", 0, TIOCSCTTY},
    {"TCFLSH", 0, TCFLSH},            {"TCXONC", 0, TCXONC},
};

// terminal-settings: by each standard stream. "read" of what can be read, and "terminal" of what is one.
int terminal_settings_command(int count, char **arguments) {
  (void)count, (void)arguments;
  for (int file = 0; file < 3; file++) {
    char what[64], buffer[256];
    snprintf(what, sizeof what, "read %d", file);
    tell(what, read(file, buffer, 0));
    snprintf(what, sizeof what, "terminal %d", file);
    tell(what, syscall(SYS_ioctl, file, TCGETS, buffer));
    for (unsigned i = 0; i < sizeof settings / sizeof *settings; i++) {
      memset(buffer, 0, sizeof buffer);
      if (settings[i].get != 0) syscall(SYS_ioctl, file, settings[i].get, buffer);
      // TCOON of TCXONC, TCIFLUSH, and a session that does not steal.
      long argument = settings[i].set == TCXONC ? 1 : settings[i].set == TCFLSH || settings[i].set == TIOCSCTTY ? 0 : (long)buffer;
      snprintf(what, sizeof what, "%s %d", settings[i].name, file);
      tell(what, syscall(SYS_ioctl, file, settings[i].set | 1L << 32, argument));
    }
  }
  say("done");
  return 0;
}
