// A value for each kind.

import type { ValueKind } from "../../../src/options/option.ts";

export const values: Readonly<Record<ValueKind, string>> = {
  ...{ signal: "TERM", "incoming-signal": "QUIT", "signal-pair": "TERM:QUIT", time: "5s" },
  ...{
    status: "5",
    "status-pair": "5:6",
    user: "app",
    directory: "/srv",
    variable: "NAME",
    "variable-pair": "PUID:PGID",
    groups: "none",
    text: "text",
  },
  ...{
    mode: "0755",
    mask: "0022",
    limit: "core=0",
    score: "5",
    capability: "NET_RAW",
    descriptor: "3",
    profile: "default",
    propagation: "slave",
  },
  ...{ port: "443", scope: "signal", id: "7", "id-range": "0:7:1", "namespace-path": "net:/run/netns/blue" },
  ...{ "memory-size": "512M", "process-count": "100", "cpu-share": "50%" },
  ...{ seconds: "60", "host-name": "box", label: "label", path: "/usr", place: "/usr", size: "4096" },
};
