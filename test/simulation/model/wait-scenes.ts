// wait4, kill, setpgid, execve: what they return.

import type { Scene } from "./scene.ts";

export const waitScenes: readonly Scene[] = [
  {
    name: "zombies are waited for in the order of their birth, with their status words",
    steps: `
      init rt_sigprocmask all
      init wait4 any NOHANG
      init fork a
      init fork b
      init fork c
      init wait4 any NOHANG
      init kill c TERM
      init kill b SEGV
      a exit 7
      init rt_sigtimedwait CHLD 0
      init rt_sigtimedwait CHLD 0
      init wait4 b NOHANG
      init wait4 any NOHANG
      init wait4 a NOHANG
      init wait4 any NOHANG
      init wait4 any NOHANG`,
  },
  {
    name: "stops and continuations are told once, to who asks for them",
    steps: `
      init fork a
      init rt_sigaction CHLD handle
      init kill a TSTP
      init handled
      init wait4 any NOHANG
      init wait4 any NOHANG|UNTRACED
      init wait4 any NOHANG|UNTRACED
      init kill a CONT
      init handled
      init wait4 any NOHANG
      init wait4 any NOHANG|CONTINUED
      init wait4 any NOHANG|CONTINUED
      init kill a STOP
      init kill a CONT
      init wait4 any NOHANG|UNTRACED
      init kill a STOP
      init wait4 any NOHANG|CONTINUED
      init kill a KILL
      init wait4 any NOHANG|UNTRACED`,
  },
  {
    name: "who ignores SIGCHLD has no zombies from then on",
    steps: `
      init rt_sigprocmask all
      init fork a
      init fork b
      init fork c
      a exit 1
      init rt_sigaction CHLD ignore
      b exit 2
      init kill c STOP
      init wait4 b NOHANG
      init rt_sigaction CHLD default
      init kill c CONT
      init kill c KILL
      init wait4 any NOHANG
      init wait4 any NOHANG
      init wait4 any NOHANG`,
  },
  {
    name: "kill: nobody, a zombie, a group of zombies, somebody who was reaped",
    steps: `
      init fork a
      a setpgid 0 0
      init kill a 0
      init kill 999999 TERM
      init kill -999999 TERM
      init kill a 65
      a exit 0
      init kill a TERM
      init kill a 0
      init kill -a TERM
      init kill -a 0
      init wait4 a NOHANG
      init kill a TERM
      init kill -a 0`,
  },
  {
    name: "kill: the own group, a group, everybody",
    steps: `
      init fork a
      a setpgid 0 0
      a fork b
      a fork c
      c setpgid 0 0
      a rt_sigaction USR1 ignore
      b kill 0 USR1 &
      a fork d
      a rt_sigaction HUP handle
      init rt_sigaction HUP handle
      c rt_sigaction HUP handle
      init kill -a HUP
      a handled
      a kill -1 HUP
      a handled
      init handled
      c handled`,
  },
  {
    name: "a pidfd: a process, its zombie, nobody",
    steps: `
      init fork a
      a rt_sigaction USR1 handle
      init pidfd_open a
      init pidfd_send_signal USR1
      init pidfd_send_signal 0
      a handled
      a exit 3
      init pidfd_send_signal TERM
      init pidfd_send_signal 0
      init pidfd_open a
      init wait4 a NOHANG
      init pidfd_send_signal TERM
      init pidfd_send_signal 0
      init pidfd_open a
      init pidfd_open 999999`,
  },
  {
    name: "setpgid: into a group of the session only, before execve, and never a session's leader",
    steps: `
      init fork a
      init fork b
      init setpgid a 0
      init setpgid b a
      init setpgid b 999999
      b execve
      init setpgid b 0
      b setpgid 0 0
      a setpgid b 0
      init fork c
      c setsid
      c setpgid 0 0
      c setpgid 0 a
      init setpgid c 0
      init setpgid 999999 0
      init setpgid a -5
      init getpgid b
      init getsid c
      init getpgid 999999`,
  },
  {
    name: "setpgid: not for a child in another session",
    steps: `
      init prctl SUBREAPER 1
      init fork a
      a setsid
      a fork b
      a exit 0
      init setpgid b 0
      b execve
      init setpgid b 0`,
  },
  {
    name: "setsid: not for who leads a group, nor for who has left it to others",
    steps: `
      init fork a
      a setpgid 0 0
      a setsid
      init fork b
      init setpgid b a
      a setpgid 0 init
      a setsid
      b setsid
      a setsid`,
    only: "below PID 1",
  },
  {
    name: "a zombie is in its group still",
    steps: `
      init fork a
      init fork b
      init fork c
      a setpgid 0 0
      a exit 0
      init setpgid b a
      init wait4 a NOHANG
      init setpgid c a
      b exit 0
      init wait4 b NOHANG
      init setpgid c a`,
  },
  {
    name: "execve's errors",
    steps: `
      init execve /nothing
      init execve /nothing/below
      init execve /locked
      init execve /script
      init execve /script/below
      init execve /folder
      init execve /folder/
      init execve /script/
      init execve /folder/nothing`,
  },
  {
    name: "through execve: ignored, blocked and pending signals stay, handlers do not",
    steps: `
      init fork a
      a rt_sigaction USR1 handle
      a rt_sigaction USR2 ignore
      a rt_sigaction HUP handle
      a rt_sigaction CHLD ignore
      a rt_sigprocmask TERM,HUP,CHLD
      init kill a TERM
      init kill a HUP
      init kill a CHLD
      a execve
      a rt_sigtimedwait TERM 0
      a fork b
      b exit 0
      a wait4 any NOHANG
      init kill a USR2
      init kill a USR1
      init wait4 a NOHANG`,
  },
  {
    name: "a child has its parent's mask and actions, and nothing pending",
    steps: `
      init fork a
      a rt_sigaction USR1 handle
      a rt_sigaction USR2 ignore
      a rt_sigprocmask TERM
      init kill a TERM
      a fork b
      b rt_sigtimedwait TERM 0`,
  },
];
