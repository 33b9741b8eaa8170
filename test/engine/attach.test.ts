// Clients that come and go while the container runs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Container, containerWords, newName, startContainer } from "../support/container.ts";
import { ask, engine, engineUnavailable, manners } from "../support/engine.ts";
import { startCommand } from "../support/rein.ts";
import { openTerminal } from "../support/terminal.ts";
import { eventually } from "../support/waiting.ts";

/** One key: Podman does not know its two usual ones when they come at once. */
const CTRL_X = "\x18";

for (const manner of manners) {
  describe(`${engine}, ${manner.name}: attach`, { skip: engineUnavailable }, () => {
    test("a client detaches, another attaches, types, and sees the end", async (t) => {
      const container = new Container(t, newName());
      const script = "while read -r word; do echo got $word; [ $word != end ] || exit 6; done";
      const words = ["run", "--detach", "--interactive", "--tty", "--name", container.name];
      await ask(t, ...words, ...containerWords(manner, ["sh", "-c", script]));

      const first = openTerminal(t, [engine, "attach", "--detach-keys", "ctrl-x", container.name]);
      first.type("one\n");
      await first.lineMatching(/^got one\r$/);
      first.type(CTRL_X);
      // Its status is the client's own: Docker's ends with 1 here, Podman's with 0.
      await first.ending();
      assert.equal(await container.inspect("{{.State.Status}}"), "running");

      const second = openTerminal(t, [engine, "attach", container.name]);
      second.type("two\n");
      await second.lineMatching(/^got two\r$/);
      second.type("end\n");
      // Podman's client itself ends with 0 here.
      assert.equal((await second.ending()).status, engine === "podman" ? 0 : 6);
      assert.equal(await container.wait(), 6);
    });

    test("an attached client passes its signals on, and ends as the payload does", async (t) => {
      const container = new Container(t, newName());
      const words = [engine, "run", "--interactive", "--name", container.name];
      const running = startCommand(t, [...words, ...containerWords(manner, ["/payload", "signals"])]);
      await running.ready();
      // The client shows the payload's words before it passes signals on. This one does nothing to it.
      await eventually("the client passes SIGCONT on", () => {
        running.process.kill("SIGCONT");
        return running.stdout.text.includes("signal 18\n");
      });
      for (const [name, number] of [
        ["SIGHUP", 1],
        ["SIGUSR2", 12],
        ["SIGTERM", 15],
      ] as const) {
        running.process.kill(name);
        await running.lineMatching(new RegExp(`^signal ${number}$`));
      }
      running.stdin.write("\n");
      assert.equal((await running.closed()).status, 0);
    });

    test("a client that is killed leaves the container running", async (t) => {
      const container = await startContainer(t, manner, ["/payload", "delay", "15", "0", "6"]);
      await container.ready();
      const attached = startCommand(t, [engine, "attach", "--no-stdin", container.name]);
      attached.process.kill("SIGKILL");
      await attached.exit();
      assert.ok(await container.isRein());
      assert.equal(await container.stop(), 6);
    });
  });
}
