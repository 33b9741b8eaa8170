// A terminal: who is in its foreground, who gets its keys, and who is stopped.

import type { Scene } from "./scene.ts";

/** A shell's job with a payload in a group of its own, as the init makes it. */
const shellJob = `
      shell tcsetpgrp init
      init fork payload
      init setpgid payload 0
      init tcsetpgrp payload
      payload execve`;

export const terminalScenes: readonly Scene[] = [
  {
    name: "the payload gets the foreground and its keys, and the init takes it back",
    only: "below PID 1",
    steps: `${shellJob}
      init rt_sigprocmask all
      shell tcgetpgrp
      payload rt_sigaction INT handle
      payload rt_sigaction WINCH handle
      outsider press INT
      outsider resize 50
      payload handled
      outsider press TSTP
      init wait4 payload NOHANG|UNTRACED
      init kill payload CONT
      outsider press QUIT
      init wait4 payload NOHANG|UNTRACED
      init tcgetpgrp
      outsider press INT
      init tcsetpgrp init
      init rt_sigtimedwait INT 0
      outsider press INT
      init rt_sigtimedwait INT 0
      init exit 0
      shell wait4 init NOHANG
      shell rt_sigprocmask TTOU
      shell tcsetpgrp shell`,
  },
  {
    name: "PID 1 leads the terminal's session, and its payload is a job that can be stopped",
    only: "PID 1",
    steps: `
      init setsid
      init control
      init rt_sigprocmask all
      init fork payload
      payload rt_sigprocmask none
      init setpgid payload 0
      init tcsetpgrp payload
      payload execve
      init tcgetpgrp
      outsider press TSTP
      init wait4 payload NOHANG|UNTRACED
      init kill payload CONT
      payload read tty
      init read tty
      init write tty
      outsider press INT
      init wait4 payload NOHANG|UNTRACED
      init tcsetpgrp init
      outsider press INT
      init rt_sigtimedwait INT 0`,
  },
  {
    name: "a read from the background stops its group, until that is in the foreground",
    only: "below PID 1",
    steps: `
      init fork a
      init rt_sigaction TTIN ignore
      init read tty
      init rt_sigaction TTIN handle
      init read tty
      init handled
      init rt_sigaction TTIN default
      init read tty &
      shell wait4 init NOHANG|UNTRACED
      shell kill -init CONT
      shell tcsetpgrp init
      shell kill -init CONT
      init read tty`,
  },
  {
    name: "a write from the background stops its group only with TOSTOP",
    only: "below PID 1",
    steps: `
      init write tty
      outsider tostop 1
      init rt_sigprocmask TTOU
      init write tty
      init rt_sigprocmask none
      init rt_sigaction TTOU ignore
      init write tty
      init rt_sigaction TTOU handle
      init write tty
      init handled
      init rt_sigaction TTOU default
      init write tty &
      outsider tostop 0
      shell kill init CONT`,
  },
  {
    name: "the foreground is taken from the background only with SIGTTOU out of the way",
    only: "below PID 1",
    steps: `
      init rt_sigaction TTOU handle
      init tcsetpgrp init
      init handled
      init rt_sigaction TTOU ignore
      init tcsetpgrp init
      shell rt_sigprocmask TTOU
      shell tcsetpgrp shell
      init rt_sigaction TTOU default
      init rt_sigprocmask TTOU
      init tcsetpgrp init
      shell tcsetpgrp shell
      init rt_sigprocmask none
      init tcsetpgrp init &
      shell tcsetpgrp init
      shell kill init CONT
      init tcgetpgrp`,
  },
  {
    name: "which groups may be in the foreground, and whose terminal it is",
    only: "below PID 1",
    steps: `
      shell tcsetpgrp init
      init rt_sigprocmask TTOU
      init fork a
      init tcsetpgrp a
      init fork b
      b setsid
      b tcgetpgrp
      b tcsetpgrp b
      b control
      b read tty
      init tcsetpgrp b
      init tcsetpgrp 999999
      init control
      init tcgetpgrp`,
  },
  {
    name: "in an orphaned background group nobody is stopped, and nothing is allowed",
    only: "below PID 1",
    steps: `
      init fork a
      a setpgid 0 0
      init exit 0
      a read tty
      a tcsetpgrp a
      outsider tostop 1
      a write tty
      a rt_sigprocmask TTOU,TTIN
      a write tty
      a read tty
      a tcsetpgrp a
      a tcgetpgrp`,
  },
  {
    name: "hanging up tells the session's leader, and its end the foreground",
    only: "below PID 1",
    steps: `${shellJob}
      shell rt_sigprocmask HUP,CONT
      init rt_sigaction HUP handle
      payload rt_sigaction HUP handle
      payload rt_sigaction CONT handle
      init kill payload STOP
      outsider hangup
      shell tcgetpgrp
      shell read tty
      shell write tty
      init tcsetpgrp init
      shell rt_sigtimedwait HUP,CONT 0
      shell rt_sigtimedwait HUP,CONT 0
      shell exit 0
      payload handled
      init handled`,
  },
  {
    name: "the end of the session's leader tells the foreground",
    only: "below PID 1",
    steps: `${shellJob}
      init rt_sigaction HUP handle
      payload rt_sigaction HUP handle
      payload rt_sigaction CONT handle
      shell exit 0
      payload handled
      init handled
      init tcgetpgrp
      init read tty
      outsider press INT`,
  },
  {
    name: "hanging up PID 1's terminal",
    only: "PID 1",
    steps: `
      init setsid
      init control
      init rt_sigprocmask HUP,CONT
      init fork payload
      payload setpgid 0 0
      init tcsetpgrp payload
      payload rt_sigprocmask none
      outsider hangup
      init rt_sigtimedwait HUP,CONT 0
      init tcsetpgrp init
      init write tty`,
  },
];
