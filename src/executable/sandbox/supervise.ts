import { Errno, putErrno } from "../linux/errno";
import { AT_EMPTY_PATH, AT_FDCWD, F_SETFD, Namespace, Open, Prctl } from "../linux/flags";
import * as host from "../linux/host";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { raiseAmbient } from "../payload/capabilities";
import { Child } from "../payload/child";
import { lastWord, openHandshake, receive, send, stagesEnd, supervisorsEnd, Word } from "../payload/handshake";
import { NO_TERMINAL, Terminal } from "../payload/terminal";
import { Plan } from "../plan";
import { Report } from "../report/report";
import { say } from "../report/voice";
import { must, problem, speakWith } from "./failure";
import { writeMaps } from "./identity";
import { sealedImage } from "./image";
import { Information } from "./information";
import { Sandbox } from "./sandbox";
import { StageWords, vectorFor } from "./stage-words";

/** Fills in what follows from the options and from what the kernel has; the same in every stage. */
export function settle(sandbox: Sandbox, uid: u32): void {
  if (sandbox.sharesNetwork) sandbox.namespaces &= ~Namespace.NETWORK;
  // Whoever is not root may make namespaces only in a user namespace.
  if (sandbox.triesUser || (uid != 0 && sandbox.userNamespace < 0)) sandbox.namespaces |= Namespace.USER;
  if (sandbox.triesCgroup) sandbox.namespaces |= Namespace.CGROUP;
  if (sandbox.firstOperation != null) sandbox.namespaces |= Namespace.MOUNT;
}

/** In place of the descriptor of a sealed copy. */
export const NO_IMAGE: i32 = -1;

const nothing = bytes("");
const setupName = bytes("rein-setup");

/**
 * The sandbox seen from outside: a child in new namespaces, which waits there
 * until its identity is arranged, and then executes this program again as the
 * stage that sets everything else up.
 */
export class SandboxChild extends Child {
  /** The whole, and what of it is done out here. */
  private plan: Plan;
  private outside: Plan;
  private sandbox: Sandbox;
  private words: StageWords = new StageWords();
  private information: Information;
  private environment: u64 = host.environmentVector();
  private vector: u64 = 0;
  private terminal: Terminal = new Terminal(NO_TERMINAL);
  private takesForeground: bool = false;
  /** What the stages said last. */
  private last: Word = Word.NOTHING;

  /** Ends the process, after saying why, where the plan cannot be carried out. */
  constructor(plan: Plan, sandbox: Sandbox, outside: Plan, image: i32) {
    super();
    this.plan = plan;
    this.outside = outside;
    this.sandbox = sandbox;
    speakWith(plan.voice);
    this.information = new Information(sandbox, plan.statusFile);
    this.words.image = image;
  }

  override get cloneFlags(): i32 {
    return this.sandbox.namespaces;
  }

  prepare(terminal: Terminal, init: i32): void {
    this.terminal = terminal;
    this.takesForeground = terminal.isOurs() && terminal.isOurInput();
    must(openHandshake(), bytes("cannot make a pair of sockets"));
    this.words.socket = stagesEnd();
    if (this.words.image == NO_IMAGE) this.words.image = sealedImage();
    this.words.supervisor = init;
    this.words.uid = <u32>linux.getuid();
    this.words.gid = <u32>linux.getgid();
    this.vector = vectorFor(setupName, this.words);
    this.join();
    this.outside.kept.add(supervisorsEnd());
    this.outside.kept.add(this.plan.statusFile);
  }

  /** The namespaces that the child is to be born in, which are somebody's already. */
  private join(): void {
    const userNamespace = this.sandbox.userNamespace;
    const pidNamespace = this.sandbox.pidNamespace;
    if (userNamespace >= 0) {
      const what = bytes("cannot join the user namespace of --userns; is it below ours?");
      must(linux.setns(userNamespace, Namespace.USER), what);
      // We have all capabilities there from now on, and its processes must not get at them.
      linux.prctl(Prctl.SET_DUMPABLE, 0, 0);
    }
    if (pidNamespace >= 0)
      must(linux.setns(pidNamespace, Namespace.PID), bytes("cannot join the PID namespace of --pidns"));
  }

  cannotStart(errno: i32): void {
    const line = putErrno(problem().text("Creating new namespace failed: "), errno);
    if (errno == Errno.ENOSPC)
      line.text("; there are as many as the limits in /proc/sys/user allow, or they are nested too deep");
    else if (errno == Errno.EPERM && this.sandbox.has(Namespace.USER))
      line.text(
        "; user namespaces are not allowed here: see kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns, or the container's seccomp profile",
      );
    else if (errno == Errno.EPERM)
      line.text("; without privileges a user namespace is needed too: give --unshare-user");
    say(line);
  }

  /** In the new namespaces, until it is the set-up stage. */
  run(): i32 {
    // Ours alone, so that the end of the supervisor closes it.
    linux.close(supervisorsEnd());
    linux.prctl(Prctl.SET_PDEATHSIG, Signal.KILL, 0);
    if (!this.plan.sharesGroup) linux.setpgid(0, 0);
    if (this.takesForeground) this.terminal.giveTo(linux.getpid());
    if (receive(this.words.socket) != Word.GO) return 128 + Signal.KILL;
    if (this.sandbox.has(Namespace.USER) && this.sandbox.userBlockFile < 0) this.mapSelf();
    // Executed by anybody but root, a program has only the ambient ones (capabilities(7)).
    must(raiseAmbient(), bytes("cannot keep the capabilities for the set-up"));
    linux.fcntl(this.words.socket, F_SETFD, 0);
    linux.fcntl(this.words.image, F_SETFD, 0);
    const result = linux.execveat(this.words.image, nothing, this.vector, this.environment, AT_EMPTY_PATH);
    must(result, bytes("cannot execute this program again"));
    return this.plan.voice.refusalStatus;
  }

  /** devpts wants root in its namespace: we are that first, and in a second namespace who we have to be. */
  private mapSelf(): void {
    const words = this.words;
    const proc = linux.openat(AT_FDCWD, bytes("/proc"), Open.PATH | Open.CLOSE_ON_EXEC, 0);
    must(proc, bytes("cannot open /proc"));
    const uid = this.sandbox.needsDevpts ? 0 : this.sandbox.uidOr(words.uid);
    const gid = this.sandbox.needsDevpts ? 0 : this.sandbox.gidOr(words.gid);
    writeMaps(proc, uid, words.uid, gid, words.gid);
    linux.close(proc);
  }

  override started(pid: i32, report: Report): void {
    linux.close(this.words.socket);
    linux.close(this.words.image);
    this.information.tell(pid);
    this.information.awaitMaps();
    send(supervisorsEnd(), Word.GO);
  }

  neverRan(): bool {
    if (this.last == Word.NOTHING) this.last = lastWord(supervisorsEnd());
    return this.last != Word.READY;
  }

  override finished(status: i32): void {
    if (!this.neverRan()) this.information.ended(status);
  }
}
