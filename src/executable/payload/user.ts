import * as linux from "../linux/linux";
import { LARGEST_ID } from "../plan/id-map";
import { putErrno } from "../report/errno-phrases";
import { Messages, refuse } from "../report/messages";
import { isDigits, parseWhole } from "../support/numbers";
import { Accounts } from "./accounts";

const PASSWD: usize = bytes("/etc/passwd");
const GROUP: usize = bytes("/etc/group");
/** The kernel's limit on supplementary groups (NGROUPS_MAX, credentials(7)). */
const MOST_GROUPS = 65_536;

/**
 * Whom `--user USER[:GROUP]` means, as gosu and su-exec take it: names or
 * numbers; a user by name or number with its own group and its supplementary
 * groups; with a group named, that group alone. A number that nobody has is
 * taken as it is, with the group that the caller has.
 *
 * The files are the image's, and may be hostile. Digits alone are always an id:
 * a record that is *named* 1000, as `1000:x:0:0::/:`, would make root of a user
 * who was meant to be nobody in particular (CVE-2016-3697, Docker).
 */
export class User {
  uid: u32 = 0;
  gid: u32 = 0;
  groups: StaticArray<u32> = [];
  groupCount: i32 = 0;
  home: string = "/";
  private messages: Messages;

  /** Ends the process, after saying why, when there is no such user or group. */
  constructor(text: string, messages: Messages) {
    this.messages = messages;
    const colon = text.indexOf(":");
    const user = colon < 0 ? text : text.substring(0, colon);
    this.gid = <u32>linux.getgid();
    const name = this.findUser(user);
    if (colon >= 0) this.findGroup(text.substring(colon + 1));
    else this.findGroupsOf(name);
  }

  /** Returns the user's name; empty for a number without one. */
  private findUser(text: string): string {
    const isId = isDigits(text);
    const number = parseWhole(text, LARGEST_ID);
    const accounts = this.read(PASSWD);
    while (accounts.nextRecord()) {
      const uid = accounts.id(2);
      const gid = accounts.id(3);
      if (uid < 0 || gid < 0) continue;
      if (isId ? uid != number : !accounts.isNamed(text)) continue;
      this.uid = <u32>uid;
      this.gid = <u32>gid;
      this.home = accounts.field(5);
      return accounts.field(0);
    }
    if (number >= 0) this.uid = <u32>number;
    else this.refuse(bytes("user"), text, PASSWD);
    return "";
  }

  private findGroup(text: string): void {
    const number = parseWhole(text, LARGEST_ID);
    const accounts = this.read(GROUP);
    let gid = number;
    while (!isDigits(text) && gid < 0 && accounts.nextRecord()) if (accounts.isNamed(text)) gid = accounts.id(2);
    if (gid >= 0) this.gid = <u32>gid;
    else this.refuse(bytes("group"), text, GROUP);
  }

  private findGroupsOf(name: string): void {
    if (name.length == 0) return;
    const accounts = this.read(GROUP);
    while (accounts.nextRecord()) if (accounts.lists(3, name)) this.groupCount++;
    this.groupCount = min(this.groupCount, MOST_GROUPS);
    this.groups = new StaticArray<u32>(this.groupCount);
    // The same text again, which has not gone: a second reading could fail, and leave zeroes, root's group.
    accounts.rewind();
    for (let found = 0; found < this.groupCount && accounts.nextRecord(); ) {
      const gid = accounts.id(2);
      if (accounts.lists(3, name)) this.groups[found++] = gid < 0 ? this.gid : <u32>gid;
    }
  }

  /** One that is there and cannot be read is refused: a user without the groups that deny them a file may do more. */
  private read(path: usize): Accounts {
    const accounts = new Accounts(path);
    if (accounts.isNoFile)
      refuse(this.messages, this.messages.fatal().text("--user: ").bytes(path).text(": it is no regular file"));
    if (accounts.errno != 0)
      refuse(this.messages, putErrno(this.messages.fatal().text("--user: ").bytes(path).text(": "), accounts.errno));
    return accounts;
  }

  private refuse(what: usize, text: string, path: usize): void {
    const line = this.messages.fatal().text("--user: ");
    if (text.length == 0) line.text("the ").bytes(what).text(" is empty; give a name or a number");
    else if (isDigits(text)) line.outside(text).text(" is no id; the largest one is 4294967294");
    else
      line
        .text("no ")
        .bytes(what)
        .text(" ")
        .outside(text)
        .text(" in ")
        .bytes(path)
        .text("; give one that is there, or a number");
    refuse(this.messages, line);
  }
}
