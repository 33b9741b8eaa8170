/* arm64: how a system call is made (syscall(2)), how a process begins, how one is cloned. */

#define AUDIT_ARCHITECTURE AUDIT_ARCH_AARCH64

static inline long system_call6(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}

static inline long system_call(long number, long a, long b, long c, long d, long e) {
  return system_call6(number, a, b, c, d, e, 0);
}

/* The kernel enters with argc, argv and envp on the stack. */
__asm__(".globl _start\n"
        "_start:\n"
        "  mov x29, #0\n"
        "  mov x30, #0\n"
        "  mov x0, sp\n"
        "  and sp, x0, #-16\n"
        "  bl start\n");

/* A signal handler that does nothing, and how it goes back (rt_sigreturn(2)). */
__asm__("no_action:\n"
        "  ret\n"
        "return_from_action:\n"
        "  mov x8, #139\n"
        "  svc 0\n");

/* As on x86-64: the child runs on the part of the caller's stack below what is in use. */
static inline long clone_process(long number, long first, long second, long entry) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = first;
  register long x1 __asm__("x1") = second;
  register long x2 __asm__("x2") = 0;
  register long x3 __asm__("x3") = 0;
  register long x4 __asm__("x4") = 0;
  register long kept_entry __asm__("x19") = entry;
  __asm__ volatile("svc 0\n"
                   "  cbnz x0, 1f\n"
                   "  sub sp, sp, #256\n"
                   "  mov x29, #0\n"
                   "  mov x0, x19\n"
                   "  bl start_child\n"
                   "1:"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(kept_entry)
                   : "memory", "x30");
  return x0;
}
