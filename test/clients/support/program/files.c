#define _GNU_SOURCE
#include "program.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// With the numbers of 1024 pipes nobody starts a sandbox.
#define MOST_DESCRIPTORS 1024

static void descriptors(void) {
  for (int i = 0; i < MOST_DESCRIPTORS; i++) {
    int flags = fcntl(i, F_GETFL);
    struct stat data;
    if (flags < 0 || fstat(i, &data) != 0) continue;
    char path[64], text[PATH_MAX + 64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", i);
    snprintf(text, sizeof text, "%s type %o flags %o%s", link_of(path), data.st_mode & S_IFMT, flags,
             (fcntl(i, F_GETFD) & FD_CLOEXEC) != 0 ? " closed by exec" : "");
    seen(text, "descriptor %d", i);
  }
}

/** One file as ls(1) would tell it, without what differs between two runs: times and inode numbers. */
static void entry(const char *path) {
  struct stat data;
  char text[PATH_MAX + 128];
  if (lstat(path, &data) != 0) {
    seen(strerrorname_np(errno), "file %s", path);
    return;
  }
  int length = snprintf(text, sizeof text, "%o %d %d", data.st_mode, data.st_uid, data.st_gid);
  if (S_ISCHR(data.st_mode) || S_ISBLK(data.st_mode)) {
    length += snprintf(text + length, sizeof text - length, " %d:%d", major(data.st_rdev), minor(data.st_rdev));
  }
  if (S_ISLNK(data.st_mode)) snprintf(text + length, sizeof text - length, " to %s", link_of(path));
  // Pseudoterminals come and go with whoever else is on the machine.
  if (S_ISCHR(data.st_mode) && strncmp(path, "/dev/pts/", 9) == 0 && strcmp(path, "/dev/pts/ptmx") != 0) return;
  seen(text, "file %s", path);
}

static void folder(const char *path) {
  DIR *list = opendir(path);
  if (list == NULL) return;
  for (struct dirent *next; (next = readdir(list)) != NULL;) {
    if (strcmp(next->d_name, ".") == 0 || strcmp(next->d_name, "..") == 0) continue;
    char inner[PATH_MAX];
    snprintf(inner, sizeof inner, "%s/%s", strcmp(path, "/") == 0 ? "" : path, next->d_name);
    entry(inner);
  }
  closedir(list);
}

/** The mount table as it is, the point itself, and the folders above it, which somebody had to make. */
static void mounts(void) {
  char *table = strdup(text_of("/proc/self/mountinfo")), *rest = table;
  for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != 0;) {
    seen(line, "mountinfo");
    char point[PATH_MAX];
    if (sscanf(line, "%*s %*s %*s %*s %4000s", point) != 1) continue;
    while (point[1] != 0) {
      if (strncmp(point, "/proc/", 6) != 0) entry(point);
      char *slash = strrchr(point, '/');
      slash[slash == point ? 1 : 0] = 0;
    }
  }
  free(table);
}

void inspect_files(void) {
  descriptors();
  entry("/");
  mounts();
  static const char *folders[] = {"/", "/dev", "/dev/pts", "/run", "/run/user", "/tmp", "/var", "/home", "/etc/.."};
  for (int i = 0; i < 8; i++) folder(folders[i]);
}
