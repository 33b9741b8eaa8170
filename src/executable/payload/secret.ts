import { Errno } from "../linux/errno";
import { readWholeFile, wholeFile } from "../linux/whole-file";
import { Messages, refuse } from "../report/messages";
import { putPathErrno } from "../report/path-errno";
import { putString, terminated } from "../support/bytes";
import { Line } from "../support/line";
import { Environment } from "./environment";

/** What one variable may take, name and NUL included (MAX_ARG_STRLEN, execve(2)). */
const LONGEST = 131_072;
const NEWLINE: u8 = 0x0a;

/**
 * Replaces `NAME_FILE` in the environment by a `NAME` with what that file
 * holds, less one newline at its end: the convention by which official images
 * take their secrets. Without a `NAME_FILE` nothing changes.
 * A pipe will do as well (`NAME_FILE=<(command)` in a shell), as long as it is
 * not silent. A secret that cannot be had ends the process, after saying why.
 */
export function takeSecret(environment: Environment, name: string, messages: Messages): void {
  const path = environment.get(name + "_FILE");
  if (path == null) return;
  if (environment.get(name) != null) {
    refuse(
      messages,
      problem(messages, name).text("it is set itself, and so is ").outside(name).text("_FILE; set one of them"),
    );
  }
  let size = readWholeFile(terminated(path));
  if (size == -Errno.EAGAIN) {
    refuse(messages, problem(messages, name).outside(path).text(": nothing comes from it; has the pipe a writer?"));
  }
  if (size < 0)
    refuse(messages, putPathErrno(problem(messages, name).outside(path).text(": "), terminated(path), -size));
  if (size > 0 && load<u8>(wholeFile + size - 1) == NEWLINE) size--;
  for (let i = 0; i < size; i++) {
    if (load<u8>(wholeFile + i) == 0)
      refuse(messages, problem(messages, name).outside(path).text(": it holds a NUL byte"));
  }
  if (name.length + size + 2 > LONGEST) {
    refuse(messages, problem(messages, name).outside(path).text(": it is longer than a variable may be, 128 kB"));
  }
  const variable = heap.alloc(name.length + size + 2);
  putString(variable, name + "=");
  memory.copy(variable + name.length + 1, wholeFile, size);
  store<u8>(variable + name.length + 1 + size, 0);
  environment.put(name, variable);
  environment.unset(name + "_FILE");
}

function problem(messages: Messages, name: string): Line {
  return messages.fatal().text("--file-env ").outside(name).text(": ");
}
