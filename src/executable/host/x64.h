/* x86-64: how a system call is made (syscall(2)), how a process begins, how one is cloned. */

#define AUDIT_ARCHITECTURE AUDIT_ARCH_X86_64

static inline long system_call(long number, long a, long b, long c, long d, long e) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

/* For the few calls that take a sixth argument: clearing the register for all others costs more code than this. */
static inline long system_call6(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

/* The kernel enters with argc, argv and envp on the stack and the frame to be marked as the outermost. */
__asm__(".globl _start\n"
        "_start:\n"
        "  xor %ebp, %ebp\n"
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n"
        "  call start\n");

/* A signal handler that does nothing, and how it goes back: the kernel leaves that to the process here (rt_sigreturn(2)). */
__asm__("no_action:\n"
        "  ret\n"
        "return_from_action:\n"
        "  mov $15, %eax\n"
        "  syscall\n");

/*
 * clone(2) or clone3(2), without a stack for the child: it goes on with the caller's pointer, and begins below what is in use
 * there, the red zone included. With CLONE_VM | CLONE_VFORK the caller sleeps until the child has let go of it, so that
 * nobody else uses that part meanwhile; right at the pointer, the child's calls would overwrite the frames to return to.
 */
static inline long clone_process(long number, long first, long second, long entry) {
  long result;
  register long no_parent_tid __asm__("rdx") = 0;
  register long no_child_tid __asm__("r10") = 0;
  register long no_tls __asm__("r8") = 0;
  register long kept_entry __asm__("r12") = entry;
  __asm__ volatile("syscall\n"
                   "  test %%eax, %%eax\n"
                   "  jnz 1f\n"
                   "  sub $256, %%rsp\n"
                   "  and $-16, %%rsp\n"
                   "  xor %%ebp, %%ebp\n"
                   "  mov %%r12, %%rdi\n"
                   "  call start_child\n"
                   "1:"
                   : "=a"(result), "+r"(no_parent_tid), "+r"(no_child_tid), "+r"(no_tls), "+r"(kept_entry)
                   : "a"(number), "D"(first), "S"(second)
                   : "rcx", "r11", "memory");
  return result;
}
