import { Namespace } from "../linux/flags";
import { giveUp, problem } from "./failure";
import { Sandbox } from "./sandbox";

/** Ends the process, after saying why, where an option without its namespace would change what is the caller's, or nothing at all. */
export function checkNamespaces(sandbox: Sandbox): void {
  const hasNames = sandbox.has(Namespace.UTS) || sandbox.joins(Namespace.UTS);
  if (!hasNames) {
    if (sandbox.hostName != 0) refuse(bytes("--hostname"), bytes("--unshare-uts"));
    if (sandbox.domainName != 0) refuse(bytes("--domainname"), bytes("--unshare-uts"));
  }
  const hasUsers = sandbox.has(Namespace.USER) || sandbox.joins(Namespace.USER) || sandbox.userNamespace >= 0;
  if (!hasUsers) {
    if (sandbox.uid >= 0) refuse(bytes("--uid"), bytes("--unshare-user"));
    if (sandbox.gid >= 0) refuse(bytes("--gid"), bytes("--unshare-user"));
  }
}

function refuse(option: usize, wanted: usize): void {
  giveUp(problem().bytes(option).text(" needs ").bytes(wanted).text(", or a namespace of that kind to join"));
}
