#include "attack.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Opens every file below a folder for writing, and tells of each whether that worked. No link is followed. */
static void try_all(const char *folder, int depth) {
  DIR *entries = opendir(folder);
  if (entries == NULL) return;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (entry->d_name[0] == '.' || (depth == 0 && isdigit(entry->d_name[0]))) continue;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (entry->d_type == DT_DIR) try_all(path, depth + 1);
    if (entry->d_type != DT_REG) continue;
    int file = open(path, O_WRONLY | O_NONBLOCK);
    tell(path, file);
    if (file >= 0) close(file);
  }
  closedir(entries);
}

/* What of /proc is about the kernel, and not about a process. */
int kernel_command(int count, char **words) {
  (void)count, (void)words;
  try_all("/proc", 0);
  return 0;
}

// open: the descriptors that are open, without a look into /proc.
int open_command(int count, char **arguments) {
  (void)count, (void)arguments;
  char line[4096] = "";
  for (int file = 0; file < 4096; file++)
    if (fcntl(file, F_GETFD) >= 0) sprintf(line + strlen(line), file == 0 ? "%d" : " %d", file);
  say("%s", line);
  return 0;
}
