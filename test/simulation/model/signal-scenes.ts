// Signals: generation, pending sets, order, actions, stops.

import type { Scene } from "./scene.ts";

export const signalScenes: readonly Scene[] = [
  {
    name: "standard signals merge, real-time ones queue, each set in its order",
    steps: `
      init fork a
      a rt_sigprocmask all
      init kill a RTMIN+2
      init kill a RTMIN
      init kill a RTMIN+2
      init kill a TERM
      init kill a USR1
      init kill a TERM
      init kill a SEGV
      init kill a HUP
      init kill a BUS
      a rt_sigtimedwait all 0
      a rt_sigtimedwait all 0
      a rt_sigtimedwait all 0
      a rt_sigtimedwait all 0
      a rt_sigtimedwait all 0
      a rt_sigtimedwait all 0
      a rt_sigtimedwait all 0
      a rt_sigtimedwait all 0
      a rt_sigtimedwait all 0`,
  },
  {
    name: "handlers run in the same order when the mask is lifted",
    steps: `
      init fork a
      a rt_sigaction TERM handle
      a rt_sigaction HUP handle
      a rt_sigaction SEGV handle
      a rt_sigaction RTMIN handle
      a rt_sigprocmask all
      init kill a RTMIN
      init kill a TERM
      init kill a RTMIN
      init kill a SEGV
      init kill a HUP
      init kill a TERM
      a rt_sigprocmask none
      a handled`,
  },
  {
    name: "a call that waits for a signal gets the one that comes",
    steps: `
      init fork a
      a rt_sigprocmask all
      a rt_sigtimedwait TERM,USR1 600000 &
      init kill a HUP
      init kill a USR1
      a rt_sigtimedwait all 0`,
  },
  {
    name: "ignored signals are gone at once, blocked ones only when their action says so",
    steps: `
      init fork a
      a rt_sigaction USR1 ignore
      init kill a USR1
      init kill a WINCH
      init kill a STOP
      init kill a USR1
      init kill a WINCH
      init kill a CONT
      a rt_sigprocmask all
      init kill a USR1
      init kill a WINCH
      init kill a CHLD
      init kill a USR2
      a rt_sigaction USR1 default
      a rt_sigaction WINCH default
      a rt_sigaction CHLD handle
      a rt_sigaction USR2 ignore
      init kill a WINCH
      a rt_sigtimedwait CHLD,USR2,USR1 0
      a rt_sigtimedwait CHLD,USR2,USR1 0
      a rt_sigprocmask none`,
  },
  {
    name: "SIGKILL and SIGSTOP take no action, no mask and no wait",
    steps: `
      init fork a
      a rt_sigaction KILL ignore
      a rt_sigaction STOP handle
      a rt_sigprocmask all
      init kill a STOP
      init kill a KILL
      init wait4 a NOHANG`,
  },
  {
    name: "SIGCONT takes pending stops away, and a stop a pending SIGCONT",
    steps: `
      init fork a
      a rt_sigaction CONT handle
      a rt_sigprocmask TSTP,TTIN,TTOU,CONT
      init kill a TSTP
      init kill a TTIN
      init kill a CONT
      init kill a TTOU
      init kill a CONT
      a rt_sigprocmask none
      a handled`,
  },
  {
    name: "what a stopped process was sent comes when it goes on, SIGCONT in its place",
    steps: `
      init fork a
      a rt_sigaction CONT handle
      a rt_sigaction USR1 handle
      a rt_sigaction RTMIN handle
      init kill a STOP
      init kill a RTMIN
      init kill a USR1
      init kill a TSTP
      init kill a CONT
      a handled
      init kill a STOP
      init kill a TERM
      init kill a CONT
      init wait4 a NOHANG`,
  },
  {
    name: "SIGKILL ends a stopped process",
    steps: `
      init fork a
      init kill a TSTP
      init kill a STOP
      init kill a KILL
      init wait4 a NOHANG`,
  },
  {
    name: "in an orphaned group only SIGSTOP stops",
    steps: `
      init fork a
      a setsid
      a fork b
      init kill a TSTP
      init kill a TTIN
      init kill b TTOU
      init kill b STOP
      init kill a STOP
      init kill -a CONT`,
  },
  {
    name: "a job whose last parent in its session ends gets SIGHUP and SIGCONT if one of it is stopped",
    steps: `
      init fork a
      a setsid
      a fork b
      b setpgid 0 0
      b rt_sigaction HUP handle
      b rt_sigaction CONT handle
      b fork c
      c rt_sigaction HUP ignore
      init kill c TSTP
      a exit 0
      b handled
      init wait4 a NOHANG`,
  },
  {
    name: "a job whose last parent in its session ends is left alone if none is stopped",
    steps: `
      init fork a
      a setsid
      a fork b
      b setpgid 0 0
      b rt_sigaction HUP handle
      a exit 0
      b handled`,
  },
  {
    name: "a process stops itself in its own call",
    steps: `
      init fork a
      a rt_sigaction CONT handle
      a kill a STOP &
      init wait4 a NOHANG|UNTRACED
      init kill a CONT
      a handled
      a kill a KILL &`,
  },
  {
    name: "a stop interrupts a wait for signals, and no other wait",
    steps: `
      init fork a
      a rt_sigprocmask USR1
      a rt_sigtimedwait USR1 600000 &
      init kill a STOP
      init kill a CONT
      outsider reader stalls
      a ppoll pipe 600000 &
      init kill a STOP
      init kill a CONT
      outsider reader reads
      outsider reader stalls
      a write pipe &
      init kill a STOP
      outsider reader reads
      init kill a CONT`,
  },
  {
    name: "PID 1 is immune from inside, against what it has not asked for",
    only: "PID 1",
    steps: `
      init fork a
      a kill init KILL
      a kill init STOP
      a kill init TERM
      a kill init SEGV
      init kill init KILL
      init rt_sigaction TERM handle
      a kill init TERM
      init handled
      init rt_sigprocmask all
      a kill init USR1
      a kill init KILL
      init rt_sigprocmask none
      outsider kill init USR2
      outsider kill init TSTP`,
  },
  {
    name: "PID 1 is stopped from outside, and continued",
    only: "PID 1",
    steps: `
      init fork a
      outsider kill init STOP
      a kill init CONT`,
  },
  {
    name: "PID 1 is ended from outside, and all with it",
    only: "PID 1",
    steps: `
      init fork a
      a fork b
      b rt_sigprocmask all
      outsider kill init KILL`,
  },
];
