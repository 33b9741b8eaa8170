import { putErrno } from "../linux/errno";
import * as linux from "../linux/linux";
import { refuse, Voice } from "../report/voice";
import { parseWhole } from "../support/numbers";
import { Accounts, LARGEST_ID } from "./accounts";

const PASSWD: usize = bytes("/etc/passwd");
const GROUP: usize = bytes("/etc/group");
/** The kernel's limit on supplementary groups (NGROUPS_MAX, credentials(7)). */
const MOST_GROUPS = 65_536;

/**
 * Whom `--user USER[:GROUP]` means, as gosu and su-exec take it: names or
 * numbers; a user by name or number with its own group and its supplementary
 * groups; with a group named, that group alone. A number that nobody has is
 * taken as it is, with the group that the caller has.
 */
export class User {
  uid: u32 = 0;
  gid: u32 = 0;
  groups: StaticArray<u32> = [];
  groupCount: i32 = 0;
  home: string = "/";
  private voice: Voice;

  /** Ends the process, after saying why, when there is no such user or group. */
  constructor(text: string, voice: Voice) {
    this.voice = voice;
    const colon = text.indexOf(":");
    const user = colon < 0 ? text : text.substring(0, colon);
    this.gid = <u32>linux.getgid();
    const name = this.findUser(user);
    if (colon >= 0) this.findGroup(text.substring(colon + 1));
    else this.findGroupsOf(name);
  }

  /** Returns the user's name; empty for a number without one. */
  private findUser(text: string): string {
    const number = parseWhole(text, LARGEST_ID);
    const accounts = new Accounts(PASSWD);
    while (accounts.nextRecord()) {
      const uid = accounts.id(2);
      const gid = accounts.id(3);
      if (uid < 0 || gid < 0) continue;
      if (!accounts.isField(0, text) && uid != number) continue;
      this.uid = <u32>uid;
      this.gid = <u32>gid;
      this.home = accounts.field(5);
      return accounts.field(0);
    }
    // Unread, the file may still have a group and a home for the number: its payload must not run in the caller's.
    if (number < 0 || accounts.errno != 0) this.refuse(bytes("user"), text, PASSWD, accounts.errno);
    this.uid = <u32>number;
    return "";
  }

  private findGroup(text: string): void {
    const number = parseWhole(text, LARGEST_ID);
    const accounts = new Accounts(GROUP);
    while (accounts.nextRecord()) {
      const gid = accounts.id(2);
      if (gid < 0 || (!accounts.isField(0, text) && gid != number)) continue;
      this.gid = <u32>gid;
      return;
    }
    if (number >= 0) this.gid = <u32>number;
    else this.refuse(bytes("group"), text, GROUP, accounts.errno);
  }

  private findGroupsOf(name: string): void {
    if (name.length == 0) return;
    const accounts = new Accounts(GROUP);
    if (accounts.errno != 0) this.refuse(bytes("group"), name, GROUP, accounts.errno);
    while (accounts.nextRecord()) if (accounts.lists(3, name)) this.groupCount++;
    this.groupCount = min(this.groupCount, MOST_GROUPS);
    this.groups = new StaticArray<u32>(this.groupCount);
    // The same text again, which has not gone: a second reading could fail, and leave zeroes, root's group.
    accounts.rewind();
    for (let found = 0; accounts.nextRecord() && found < this.groupCount; ) {
      const gid = accounts.id(2);
      if (accounts.lists(3, name)) this.groups[found++] = gid < 0 ? this.gid : <u32>gid;
    }
  }

  private refuse(what: usize, text: string, path: usize, errno: i32): void {
    const line = this.voice.fatal().text("--user: ");
    if (errno != 0) putErrno(line.bytes(path).text(": "), errno);
    else if (text.length == 0) line.text("the ").bytes(what).text(" is empty; give a name or a number");
    else
      line
        .text("no ")
        .bytes(what)
        .text(" ")
        .outside(text)
        .text(" in ")
        .bytes(path)
        .text("; give one that is there, or a number");
    refuse(this.voice, line);
  }
}
