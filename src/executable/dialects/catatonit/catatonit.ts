import * as linux from "../../linux/linux";
import { Environment } from "../../payload/environment";
import { Plan } from "../../plan/plan";
import { Level, messageLine, STDERR, say } from "../../report/messages";
import { writeLine } from "../../report/write";
import { dropDashes } from "../shared/dashes";
import { END, Getopt, NO_VALUES } from "../shared/getopt";
import { takeOptionsVariable } from "../shared/options-variable";
import { printAndExit } from "../shared/print";
import { LICENSE, TINI_VERSION } from "../shared/text";
import { CatatonitMessages } from "./messages";

/** The options, in the order of their letters below. */
enum Option {
  VERSION,
  GROUP,
  HELP,
  LICENSE,
  PAUSE,
}

/** catatonit, and Podman's link to it, podman-init: its options, its variable, its exit statuses. */
export function readCatatonit(): Plan {
  const messages = new CatatonitMessages();
  const plan = new Plan(messages);
  if (new Environment().take(bytes("CATATONIT_DEBUG=")) != null) messages.verbosity = Level.DETAIL;
  takeOptionsVariable(plan);
  const options = new Getopt(bytes("VghLP"), wordList("version"), NO_VALUES);
  for (let option = options.next(); option != END; option = options.next()) {
    switch (option) {
      case Option.VERSION:
        printAndExit(TINI_VERSION);
        break;
      case Option.GROUP:
        plan.toGroup = true;
        break;
      case Option.HELP:
        writeLine(messageLine.packed(USAGE).packed(OPTIONS), STDERR);
        linux.exit_group(0);
        break;
      case Option.LICENSE:
        printAndExit(LICENSE);
        break;
      case Option.PAUSE:
        plan.pauses = true;
        break;
      default:
        usage(messages);
    }
  }
  if (options.source.peek() == null && !plan.pauses) {
    say(messages.fatal().text("missing program name"));
    usage(messages);
  }
  plan.payloadIndex = plan.pauses ? 0 : options.source.taken + 1;
  if (!plan.pauses && !options.endedByDashes) dropDashes(plan);
  return plan;
}

function usage(messages: CatatonitMessages): void {
  writeLine(messageLine.packed(USAGE), STDERR);
  linux.exit_group(messages.refusalStatus);
}

const USAGE = words("usage: catatonit [-ghLPV] [--] COMMAND [ARGUMENT...]");

const OPTIONS = words(`
Runs COMMAND, forwards signals to it, reaps zombies, and exits as it does.

  -g             signals go to COMMAND's whole process group
  -P             pause: run nothing, reap, and end with SIGINT or SIGTERM
  -h             show this help
  -L             show the licence
  -V, --version  show the version

Environment variables:

  CATATONIT_DEBUG  say more
  REIN_OPTIONS     what else this init can do (rein --help)`);
