/** landlock(7): the structures and constants of linux/landlock.h. */

/** landlock_create_ruleset(2): tells the version of the interface instead. */
export const CREATE_RULESET_VERSION: u32 = 1;

/** struct landlock_ruleset_attr: what is denied where no rule allows it. Zeroes at its end an older kernel takes. */
@unmanaged
export class RulesetAttributes {
  files: u64;
  tcp: u64;
  scopes: u64;
}
export const RULESET_ATTRIBUTES_SIZE: i32 = 24;

/** landlock_add_rule(2) */
export enum RuleType {
  PATH = 1,
  PORT = 2,
}

/** struct landlock_path_beneath_attr. */
@unmanaged
export class PathRule {
  rights: u64;
  file: i32;
}

/** struct landlock_net_port_attr. */
@unmanaged
export class PortRule {
  rights: u64;
  port: u64;
}
export const RULE_SIZE: i32 = 16;

/** LANDLOCK_ACCESS_FS_* */
export enum FileRight {
  EXECUTE = 1,
  WRITE_FILE = 2,
  READ_FILE = 4,
  READ_DIRECTORY = 8,
  MAKE_CHARACTER_DEVICE = 0x40,
  MAKE_BLOCK_DEVICE = 0x800,
  TRUNCATE = 0x4000,
  DEVICE_IOCTL = 0x8000,
  RESOLVE_UNIX = 0x10000,
}
/** All that version 1 knows; then with REFER, since 2; TRUNCATE, since 3; DEVICE_IOCTL, since 5; RESOLVE_UNIX, since 9. */
export const FILE_RIGHTS_1: u64 = 0x1fff;
export const FILE_RIGHTS_2: u64 = 0x3fff;
export const FILE_RIGHTS_3: u64 = 0x7fff;
export const FILE_RIGHTS_5: u64 = 0xffff;
export const FILE_RIGHTS_9: u64 = 0x1ffff;

/** LANDLOCK_ACCESS_NET_*, since version 4. */
export enum TcpRight {
  BIND = 1,
  CONNECT = 2,
}

/** LANDLOCK_SCOPE_*, since version 6. */
export enum Scope {
  ABSTRACT_UNIX = 1,
  SIGNAL = 2,
}

/** landlock_restrict_self(2), since version 7: the audit log has what is refused after the next execve, too. */
export const RESTRICT_SELF_LOG_NEW_EXEC_ON: u32 = 2;
