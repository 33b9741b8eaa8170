#define _GNU_SOURCE
#include "program.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_PROCESSES 512

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static int list[MOST_PROCESSES], count;

/** A process's place in the list: its number depends on who else was started. */
static int place(int pid) {
  for (int i = 0; i < count; i++) {
    if (list[i] == pid) return i + 1;
  }
  return 0;
}

void inspect_processes(void) {
  DIR *folder = opendir("/proc");
  if (folder == NULL) return;
  for (struct dirent *next; (next = readdir(folder)) != NULL && count < MOST_PROCESSES;) {
    int pid = atoi(next->d_name);
    if (pid > 0) list[count++] = pid;
  }
  closedir(folder);
  qsort(list, count, sizeof *list, compare);
  for (int i = 0; i < count; i++) {
    char path[64], text[256], name[64] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", list[i]);
    char *stat = text_of(path), *open = strchr(stat, '('), *close = strrchr(stat, ')');
    char state;
    int parent, group, session, terminal;
    if (open == NULL || close == NULL) continue;
    snprintf(name, sizeof name, "%.*s", (int)(close - open - 1), open + 1);
    if (sscanf(close + 2, "%c %d %d %d %d", &state, &parent, &group, &session, &terminal) != 5) continue;
    // Whether one who waits sleeps already is a matter of luck; zombies and stopped ones are not.
    snprintf(text, sizeof text, "%s%s parent %d group %d session %d terminal %s", name,
             state == 'Z' ? " zombie" : state == 'T' ? " stopped" : "", place(parent), place(group), place(session),
             terminal == 0 ? "none" : "some");
    seen(text, "process %d", i + 1);
    snprintf(path, sizeof path, "/proc/%d/cwd", list[i]);
    seen(link_of(path), "directory of process %d", i + 1);
  }
  seen_number(place(getpid()), "place among the processes");
}
