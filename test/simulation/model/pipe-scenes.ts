// A pipe whose reader keeps up, does not, or is gone.

import type { Scene } from "./scene.ts";

export const pipeScenes: readonly Scene[] = [
  {
    name: "a pipe with room",
    steps: `
      init write pipe
      init ppoll pipe 0
      init ppoll 99 0`,
  },
  {
    name: "a full pipe: poll waits, and so does write",
    steps: `
      outsider reader stalls
      init ppoll pipe 0
      init ppoll pipe 600000 &
      outsider reader reads
      outsider reader stalls
      init write pipe &
      outsider reader reads`,
  },
  {
    name: "a full pipe, for who will not wait",
    steps: `
      init pwritev2 pipe
      outsider reader stalls
      init pwritev2 pipe
      outsider reader reads
      init pwritev2 pipe
      init rt_sigprocmask PIPE
      outsider reader gone
      init pwritev2 pipe
      init rt_sigtimedwait PIPE 0`,
    since: [6, 5],
  },
  {
    name: "a pipe without a reader: EPIPE, and a SIGPIPE that the writer sent itself",
    steps: `
      init rt_sigprocmask PIPE
      outsider reader gone
      init write pipe
      init rt_sigtimedwait PIPE 0
      init ppoll pipe 0
      init rt_sigaction PIPE ignore
      init write pipe
      init rt_sigtimedwait PIPE 0`,
  },
  {
    name: "the SIGPIPE of a write and one from somebody else are two, the own one first",
    steps: `
      init rt_sigprocmask all
      init fork a
      outsider reader gone
      a kill init HUP
      a kill init PIPE
      init write pipe
      init write pipe
      init rt_sigtimedwait PIPE,HUP 0
      init rt_sigtimedwait PIPE,HUP 0
      init rt_sigtimedwait PIPE,HUP 0
      init rt_sigtimedwait PIPE,HUP 0`,
  },
  {
    name: "SIGPIPE ends the writer",
    steps: `
      init fork a
      outsider reader gone
      a write pipe &
      init wait4 a NOHANG`,
  },
  {
    name: "the reader goes while the writer waits in poll",
    steps: `
      outsider reader stalls
      init ppoll pipe 600000 &
      outsider reader gone`,
  },
  {
    name: "the reader goes while the writer waits in write",
    steps: `
      init rt_sigprocmask PIPE
      outsider reader stalls
      init write pipe &
      outsider reader gone
      init rt_sigtimedwait PIPE 0`,
  },
];
