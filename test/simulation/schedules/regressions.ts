// What the simulation has found in the executable: each with its seed (0 where it
// was written by hand), and the short schedule that is left of it, as seeds mean
// something else when the generator changes.

import type { Schedule, Setup } from "./schedule.ts";

export interface Regression {
  readonly name: string;
  /** What was violated. */
  readonly kinds: readonly string[];
  readonly schedule: Schedule;
}

const plain: Omit<Setup, "options"> = {
  mode: "pid1",
  dialect: "rein",
  command: "/bin/app",
  proc: "own",
  terminal: "none",
  groupsAreOutside: false,
  leadsSession: false,
  stdinIsTerminal: false,
  stderr: "reads",
  status: "reads",
  ignored: [],
  blocked: [],
  children: [],
  payload: { name: "payload", steps: [] },
  callTime: 7,
};

export const regressions: readonly Regression[] = [
  {
    // Without a /proc not as PID 1, the drain signalled the payload's group by its number and, when that was gone, the
    // payload's number, long after it was waited for: whoever had that number by then got SIGTERM and SIGKILL.
    name: "the drain signals the number of a payload that is gone",
    kinds: ["a bystander was signalled"],
    schedule: {
      seed: 2744953152,
      setup: {
        ...plain,
        mode: "subreaper",
        proc: "none",
        options: [{ kind: "drain", milliseconds: 100 }],
        payload: {
          name: "payload",
          steps: [
            { after: 0, action: { kind: "fork", program: { name: "child", steps: [] } } },
            { after: 1, action: { kind: "exit", status: 0 } },
          ],
        },
      },
      events: [
        { at: { milliseconds: 1 }, what: { kind: "orphan", program: { name: "orphan", steps: [] }, ownSession: true } },
        { at: { milliseconds: 50 }, what: { kind: "reuse-pid" } },
      ],
      faults: [],
    },
  },
  {
    // --grace, and a payload that outlives its SIGKILL (an uninterruptible wait): two seconds later the time to give up
    // has come, but without the payload's end the init may not end, and waits for a time that is over again and again.
    name: "the init spins beside a payload that SIGKILL does not end",
    kinds: ["the init spins"],
    schedule: {
      seed: 1876781790,
      setup: {
        ...plain,
        options: [{ kind: "grace", milliseconds: 1 }],
        payload: { name: "payload", steps: [], isStuck: true },
      },
      events: [{ at: { milliseconds: 1 }, what: { kind: "signal", signal: 15, from: "outside" } }],
      faults: [],
    },
  },
  {
    // The bits that say who has been signalled lie where /etc/passwd was read to: what is left of the file stands for
    // processes that then get neither SIGTERM nor SIGKILL.
    name: "after --user some are taken for signalled already",
    kinds: ["somebody was not asked to end", "somebody was not killed", "a time is missed"],
    schedule: {
      seed: 1233399347,
      setup: {
        ...plain,
        mode: "subreaper",
        options: [{ kind: "grace", milliseconds: 0 }, { kind: "user" }],
        payload: { name: "payload", steps: [], ignores: [15, 2] },
      },
      events: [],
      faults: [],
    },
  },
  {
    // Somebody has entered the namespace, so that the drain looks again every tenth of a second; when it has a child
    // once more, the time of the last look stays, and is over.
    name: "the drain spins when a child comes after a look for strangers",
    kinds: ["the init spins"],
    schedule: {
      seed: 1146701917,
      setup: {
        ...plain,
        options: [{ kind: "drain", milliseconds: 5000 }],
        payload: { name: "payload", steps: [{ after: 20, action: { kind: "exit", status: 0 } }] },
      },
      events: [
        { at: { milliseconds: 5 }, what: { kind: "enter", program: { name: "entered", steps: [], ignores: [15] } } },
        {
          at: { milliseconds: 60 },
          what: { kind: "orphan", program: { name: "orphan", steps: [], ignores: [15] }, ownSession: true },
        },
        {
          at: { milliseconds: 70 },
          what: {
            kind: "orphan",
            program: { name: "orphan", steps: [{ after: 1, action: { kind: "exit", status: 0 } }] },
            ownSession: true,
          },
        },
      ],
      faults: [],
    },
  },
  {
    // /etc/group is read twice, to count the groups and to take them; when the second reading failed (no descriptor left),
    // the places stayed zero: the payload had root's group.
    name: "a group file that is read but once makes root's groups",
    kinds: ["the payload's state is wrong"],
    schedule: {
      seed: 3427474973,
      setup: { ...plain, options: [{ kind: "user", user: "app" }] },
      events: [],
      faults: [{ call: "openat", nth: 3, errno: 24 }],
    },
  },
  {
    // An /etc/passwd that is there but cannot be read (no descriptor left) counted as one without the number: the payload
    // ran in the caller's group, root's.
    name: "a number whose record cannot be read keeps the caller's group",
    kinds: ["the payload's state is wrong"],
    schedule: {
      seed: 926743229,
      setup: { ...plain, options: [{ kind: "user", user: "1000" }] },
      events: [],
      faults: [{ call: "openat", nth: 1, errno: 24 }],
    },
  },
  {
    name: "an /etc/group that cannot be read leaves the payload without its groups",
    kinds: ["the payload's state is wrong"],
    schedule: {
      seed: 4164651615,
      setup: { ...plain, options: [{ kind: "user", user: "app" }] },
      events: [],
      faults: [{ call: "openat", nth: 2, errno: 24 }],
    },
  },
  {
    // Ctrl-Z, and a SIGCONT while the init gives the terminal back to stop as well: its stop discarded it.
    name: "a SIGCONT is lost that comes while the init gets ready to stop",
    kinds: ["a signal was lost"],
    schedule: {
      seed: 0,
      setup: { ...plain, mode: "subreaper", terminal: "foreground", stdinIsTerminal: true, options: [] },
      events: [
        { at: { milliseconds: 1 }, what: { kind: "key", signal: 20 } },
        { at: { call: 36 }, what: { kind: "signal", signal: 18, from: "outside" } },
      ],
      faults: [],
    },
  },
  {
    name: "another stop signal is said to be dropped, and goes on with the held one",
    kinds: ["a wrong event"],
    schedule: {
      seed: 0,
      setup: { ...plain, options: [{ kind: "stop-delay", milliseconds: 100 }, { kind: "status" }] },
      events: [
        { at: { milliseconds: 1 }, what: { kind: "signal", signal: 15, from: "outside" } },
        { at: { milliseconds: 2 }, what: { kind: "signal", signal: 2, from: "outside" } },
      ],
      faults: [],
    },
  },
  {
    name: "of a held signal that the payload did not live to get nothing is said",
    kinds: ["a signal was not spoken of"],
    schedule: {
      seed: 0,
      setup: {
        ...plain,
        options: [{ kind: "stop-delay", milliseconds: 100 }, { kind: "status" }],
        payload: { name: "payload", steps: [{ after: 20, action: { kind: "exit", status: 0 } }] },
      },
      events: [{ at: { milliseconds: 1 }, what: { kind: "signal", signal: 15, from: "outside" } }],
      faults: [],
    },
  },
  {
    name: "a stop signal after the grace time starts it once more",
    kinds: ["a wrong event"],
    schedule: {
      seed: 916969105,
      setup: {
        ...plain,
        options: [{ kind: "grace", milliseconds: 1 }, { kind: "drain", milliseconds: 10 }, { kind: "status" }],
        payload: { name: "payload", steps: [], isStuck: true },
      },
      events: [
        { at: { milliseconds: 1 }, what: { kind: "signal", signal: 15, from: "outside" } },
        { at: { milliseconds: 100 }, what: { kind: "signal", signal: 15, from: "outside" } },
      ],
      faults: [],
    },
  },
  {
    name: "a /proc that cannot be read when the grace time ends keeps SIGKILL from the payload",
    kinds: ["a time is missed"],
    schedule: {
      seed: 0,
      setup: {
        ...plain,
        mode: "subreaper",
        options: [{ kind: "grace", milliseconds: 1 }],
        payload: { name: "payload", steps: [], ignores: [15] },
      },
      events: [{ at: { milliseconds: 1 }, what: { kind: "signal", signal: 15, from: "outside" } }],
      faults: [{ call: "getdents64", nth: 0, errno: 12 }],
    },
  },
  {
    // A full pipe, a reader that takes something out of it, and a payload that fills it again between poll(2) and the
    // write: that waited for the reader, which was stuck, and PID 1 with it.
    name: "a pipe that is full again after it was asked for stops the init",
    kinds: ["a write waits"],
    schedule: {
      seed: 0,
      setup: {
        ...plain,
        stderr: "stalls",
        options: [{ kind: "grace", milliseconds: 1 }],
        payload: { name: "payload", steps: [], ignores: [15] },
      },
      events: [
        { at: { milliseconds: 1 }, what: { kind: "signal", signal: 15, from: "outside" } },
        { at: { milliseconds: 20 }, what: { kind: "reader", descriptor: 2, reader: "reads" } },
        { at: { milliseconds: 20.001 }, what: { kind: "reader", descriptor: 2, reader: "stalls" } },
      ],
      faults: [],
    },
  },
];
