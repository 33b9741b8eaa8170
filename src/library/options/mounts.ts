import { OptionError } from "../shared/errors.ts";
import { absolutePath, boolean, integer, list, mode, oneOf, path, record } from "./values.ts";

interface Target {
  /** The place in the new root, an absolute path. */
  readonly target: string;
}

/** A file or folder of here, without set-uid, and without devices unless they are asked for. */
export interface BindMount extends Target {
  readonly type: "bind";
  readonly source: string;
  readonly readOnly?: boolean;
  /** Device files work. */
  readonly devices?: boolean;
  /** Passed over where the source is not there. */
  readonly optional?: boolean;
}

/** A file system of the kernel's: of this PID namespace, the basic devices, and so on. */
export interface KernelMount extends Target {
  readonly type: "proc" | "dev" | "mqueue" | "sysfs" | "cgroup";
}

/** An empty file system in memory. */
export interface TemporaryMount extends Target {
  readonly type: "tmpfs";
  readonly mode?: number;
  /** In bytes. */
  readonly size?: number;
}

/** Folders of here, one over the other, the last on top. */
export interface OverlayMount extends Target {
  readonly type: "overlay";
  readonly sources: readonly string[];
  /** Where changes go: a folder of here with a work folder beside it, nowhere that lasts, or there can be none. */
  readonly changes: { readonly upper: string; readonly work: string } | "temporary" | "none";
}

export interface DirectoryMount extends Target {
  readonly type: "directory";
  readonly mode?: number;
}

/** A file with this content, in memory. */
export interface FileMount extends Target {
  readonly type: "file";
  readonly content: string | Uint8Array;
  readonly mode?: number;
  readonly readOnly?: boolean;
}

/** A symbolic link at `target` that leads to `source`. */
export interface SymbolicLink extends Target {
  readonly type: "symlink";
  readonly source: string;
}

export interface ModeChange extends Target {
  readonly type: "chmod";
  readonly mode: number;
}

/** What is there already: made read-only as a mount, with all below it as a path, kept from execution likewise, or hidden. */
export interface Restriction extends Target {
  readonly type: "remount-read-only" | "read-only-path" | "noexec" | "mask";
}

/** One step of how the program's root is made. */
export type Mount =
  | (BindMount | KernelMount | TemporaryMount | OverlayMount | DirectoryMount | FileMount)
  | (SymbolicLink | ModeChange | Restriction);

/** Gives a content a descriptor that it can be read from; returns its number. */
export type AddContent = (content: Uint8Array) => number;

const KEYS: Readonly<Record<Mount["type"], readonly string[]>> = {
  bind: ["source", "readOnly", "devices", "optional"],
  proc: [],
  dev: [],
  mqueue: [],
  sysfs: [],
  cgroup: [],
  tmpfs: ["mode", "size"],
  overlay: ["sources", "changes"],
  directory: ["mode"],
  file: ["content", "mode", "readOnly"],
  symlink: ["source"],
  chmod: ["mode"],
  "remount-read-only": [],
  "read-only-path": [],
  noexec: [],
  mask: [],
};

/** Whether it covers the whole root, however that is written; it is not checked yet. */
export function isAtRoot(mount: Partial<Mount> | null | undefined): boolean {
  return /^[/.]+$/.test(mount?.target ?? "");
}

/** The executable's arguments for a mount; checks it. */
export function mountArguments(option: string, mount: Mount, addContent: AddContent): string[] {
  record(option, mount);
  const type = oneOf(`${option}.type`, mount.type, Object.keys(KEYS));
  record(option, mount, ["type", "target", ...KEYS[type as Mount["type"]]]);
  const target = absolutePath(`${option}.target`, mount.target);
  switch (mount.type) {
    case "bind":
      return [bindOption(option, mount), path(`${option}.source`, mount.source), target];
    case "tmpfs":
      return [...permissions(option, mount.mode), ...size(option, mount.size), "--tmpfs", target];
    case "directory":
      return [...permissions(option, mount.mode), "--dir", target];
    case "file":
      return fileArguments(option, mount, target, addContent);
    case "overlay":
      return overlayArguments(option, mount, target);
    case "symlink":
      return ["--symlink", path(`${option}.source`, mount.source), target];
    case "chmod":
      return ["--chmod", mode(`${option}.mode`, mount.mode), target];
    case "remount-read-only":
      return ["--remount-ro", target];
    default:
      return [`--${mount.type}`, target];
  }
}

function bindOption(option: string, mount: BindMount): string {
  const readOnly = flag(`${option}.readOnly`, mount.readOnly);
  const devices = flag(`${option}.devices`, mount.devices);
  const optional = flag(`${option}.optional`, mount.optional);
  if (readOnly && devices) throw new OptionError(`${option}.devices`, "cannot be had together with readOnly");
  return `--${readOnly ? "ro-" : devices ? "dev-" : ""}bind${optional ? "-try" : ""}`;
}

function fileArguments(option: string, mount: FileMount, target: string, addContent: AddContent): string[] {
  const { content } = mount;
  const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(contentText(option, content));
  const kind = flag(`${option}.readOnly`, mount.readOnly) ? "--ro-bind-data" : "--file";
  return [...permissions(option, mount.mode), kind, String(addContent(bytes)), target];
}

function contentText(option: string, content: unknown): string {
  if (typeof content === "string") return content;
  throw new OptionError(`${option}.content`, "is neither a string nor a Uint8Array");
}

function overlayArguments(option: string, mount: OverlayMount, target: string): string[] {
  const sources = list(`${option}.sources`, mount.sources, path);
  const least = mount.changes === "none" ? 2 : 1;
  if (sources.length < least) throw new OptionError(`${option}.sources`, `there must be ${least} or more`);
  const args = sources.flatMap((source) => ["--overlay-src", source]);
  const { changes } = mount;
  if (typeof changes === "object") {
    record(`${option}.changes`, changes, ["upper", "work"]);
    const upper = path(`${option}.changes.upper`, changes.upper);
    return [...args, "--overlay", upper, path(`${option}.changes.work`, changes.work), target];
  }
  const kind = oneOf(`${option}.changes`, changes, ["temporary", "none"]) === "none" ? "--ro-overlay" : "--tmp-overlay";
  return [...args, kind, target];
}

function permissions(option: string, value: number | undefined): string[] {
  return value === undefined ? [] : ["--perms", mode(`${option}.mode`, value)];
}

function size(option: string, value: number | undefined): string[] {
  return value === undefined ? [] : ["--size", integer(`${option}.size`, value, 1, Number.MAX_SAFE_INTEGER)];
}

function flag(option: string, value: boolean | undefined): boolean {
  return value !== undefined && boolean(option, value);
}
