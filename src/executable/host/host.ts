/**
 * What the kernel put on the stack before the first instruction: arguments and
 * environment. They stay there. An `address` is one of the process's own and
 * means nothing in linear memory; it is only handed on, or copied from.
 */

export declare function argumentCount(): i32;
/** The address of `argv`: a vector of addresses with a null at its end. */
export declare function argumentVector(): u64;
/** The address of `envp`: likewise. */
export declare function environmentVector(): u64;
/** What the kernel tells beside the environment, as getauxval(3) has it; 0 where it tells nothing. Before `envp` is changed. */
export declare function auxiliaryValue(type: i32): u64;

/** The address at `vector[index]`. */
export declare function loadAddress(vector: u64, index: i32): u64;
export declare function storeAddress(vector: u64, index: i32, address: u64): void;
/** The address of `vector[index]` itself: the vector that starts there. */
export declare function vectorFrom(vector: u64, index: i32): u64;
/** How many bytes a vector of `count` addresses takes. */
export declare function vectorSize(count: i32): i32;

/** The address of a place in linear memory. */
export declare function addressOf(offset: usize): u64;
/** The length of the NUL-terminated bytes at `address`. */
export declare function length(address: u64): i32;
/** A number for the name of the variable at `address`: for the bytes before its first `=`, or its end. */
export declare function hashOfName(address: u64): u32;
/** Copies `size` bytes from `address` to the place `offset` in linear memory. */
export declare function copyIn(offset: usize, address: u64, size: i32): void;
/** Copies `size` bytes from the place `offset` in linear memory to `address`. */
export declare function copyOut(address: u64, offset: usize, size: i32): void;
/** The number of a system call on this architecture: of the one at `index` in `SystemCall`; -1 when it has no such call. */
export declare function systemCallNumber(index: i32): i32;
/** This architecture, as seccomp filters know it (linux/audit.h). */
export declare function auditArchitecture(): u32;
/** A signal handler that does nothing, and what sa_restorer has to be for it. */
export declare function noAction(): u64;
export declare function returnFromAction(): u64;

/** 1 when the bytes at `address` begin with the `size` bytes at `offset`, else 0; reads no further than the first difference. */
export declare function startsWith(address: u64, offset: usize, size: i32): i32;

/** Gives the memory back that holds constants, and code which is not needed while the payload runs; touched again, it comes again from the file. */
export declare function giveBackCold(): void;
