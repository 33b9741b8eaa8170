// The caller's session keyring (keyrings(7)), which neither another user nor a namespace leaves behind.
#include "attack.h"

#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char name[] = "rein-secret", secret[] = "secret";

// with-key COMMAND...: becomes the command, with a session keyring that holds a key.
int with_key_command(int count, char **arguments) {
  (void)count;
  if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0) return 97;
  long key = syscall(SYS_add_key, "user", name, secret, strlen(secret), KEY_SPEC_SESSION_KEYRING);
  // All rights for its possessor, and for its user whoever possesses it.
  if (key < 0 || syscall(SYS_keyctl, KEYCTL_SETPERM, key, 0x3f000000) < 0) return 96;
  execv(arguments[0], arguments);
  return 95;
}

// keys: looks for that key, and for a place to put one.
int keys_command(int count, char **arguments) {
  (void)count, (void)arguments;
  char text[32] = "";
  long key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", name, 0);
  tell("find", key);
  tell("read", syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof text));
  tell("request", syscall(SYS_request_key, "user", name, NULL, 0));
  tell("own", syscall(SYS_add_key, "user", "mine", "x", 1, KEY_SPEC_SESSION_KEYRING));
  return 0;
}
