// Numbers of the kernel's own, and how it reads some.

/** prctl(2) */
export const Prctl = {
  SET_PDEATHSIG: 1,
  SET_SECCOMP: 22,
  CAPBSET_READ: 23,
  CAPBSET_DROP: 24,
  SET_CHILD_SUBREAPER: 36,
  GET_CHILD_SUBREAPER: 37,
  SET_NO_NEW_PRIVS: 38,
} as const;

/** A number as the kernel reads it from a file of /proc (kstrtoint() with base 0): one that begins with 0 is octal. */
export function kernelNumber(text: string): number {
  const [, sign, digits = ""] = /^(-?)([0-9]+)$/.exec(text) ?? [];
  const isOctal = digits.length > 1 && digits.startsWith("0");
  const value = Number(isOctal ? `0o${digits}` : digits || NaN);
  return sign === "-" ? 0 - value : value;
}
