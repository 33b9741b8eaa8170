// Parents: who inherits orphans, and what they are told.

import type { Scene } from "./scene.ts";

export const parentScenes: readonly Scene[] = [
  {
    name: "orphans go to PID 1, without a subreaper above them",
    steps: `
      init fork a
      a fork b
      b fork c
      c getppid
      b exit 1
      c getppid
      a wait4 any NOHANG
      a wait4 any NOHANG
      init getppid`,
  },
  {
    name: "orphans go to the nearest subreaper that lives",
    steps: `
      init prctl SUBREAPER 1
      init fork a
      a prctl SUBREAPER 1
      a fork b
      b prctl SUBREAPER 1
      b fork c
      c fork d
      c exit 0
      d getppid
      b prctl SUBREAPER 0
      a exit 0
      b getppid
      b exit 0
      d getppid
      init wait4 any NOHANG
      init wait4 any NOHANG
      init wait4 any NOHANG
      init wait4 any NOHANG`,
  },
  {
    name: "a subreaper is one through execve, and its children are none",
    steps: `
      init prctl SUBREAPER 1
      init execve
      init fork a
      a fork b
      b fork c
      b exit 0
      a exit 0
      c getppid`,
  },
  {
    name: "zombies are inherited, and their new parent is told",
    steps: `
      init prctl SUBREAPER 1
      init rt_sigprocmask CHLD
      init fork a
      a fork b
      a fork c
      b exit 5
      c kill c KILL &
      a exit 6
      init rt_sigtimedwait CHLD 0
      init rt_sigtimedwait CHLD 0
      init wait4 any NOHANG
      init wait4 any NOHANG
      init wait4 any NOHANG`,
  },
  {
    name: "zombies that come to somebody who ignores SIGCHLD are gone",
    steps: `
      init prctl SUBREAPER 1
      init rt_sigaction CHLD ignore
      init fork a
      a fork b
      a fork c
      b exit 5
      a exit 6
      c getppid`,
  },
  {
    name: "the parent-death signal, from whom, to whom, and who has none",
    steps: `
      init prctl SUBREAPER 1
      init fork a
      a fork b
      b prctl PDEATHSIG TERM
      b rt_sigprocmask TERM,USR1
      b fork c
      b execve
      a fork d
      d prctl PDEATHSIG KILL
      a exit 0
      b rt_sigtimedwait TERM 0
      init prctl PDEATHSIG 0
      b prctl PDEATHSIG USR1
      init fork e
      b exit 0`,
  },
  {
    name: "the parent-death signal comes again when the next parent ends",
    steps: `
      init fork a
      a prctl SUBREAPER 1
      a fork b
      b fork c
      c prctl PDEATHSIG USR1
      c rt_sigaction USR1 handle
      b exit 0
      c handled
      a exit 0
      c handled
      c getppid`,
  },
];
