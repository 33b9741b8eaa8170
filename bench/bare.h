/*
 * Linux without a C library: where a program begins, and its system calls. What
 * the benchmark compares with and what it starts must not bring a library's
 * start-up of its own into the figures.
 */
#include <asm/unistd.h>

#define SIGKILL 9
#define SIGUSR1 10
#define SIGTERM 15
#define SIGCHLD 17
#define SIG_SETMASK 2
#define SET_SIZE 8
#define WNOHANG 1
#define CLONE_VM 0x100
#define CLONE_VFORK 0x4000
#define CLOCK_MONOTONIC 1
#define PR_SET_PDEATHSIG 1

typedef unsigned long signal_set;

static const signal_set every_signal = ~0ul;

#if defined(__x86_64__)

static inline long system_call(long number, long a, long b, long c, long d, long e, long f) {
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

__asm__(".globl _start\n"
        "_start:\n"
        "  xor %ebp, %ebp\n"
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n"
        "  call start\n");

#elif defined(__aarch64__)

static inline long system_call(long number, long a, long b, long c, long d, long e, long f) {
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

__asm__(".globl _start\n"
        "_start:\n"
        "  mov x29, #0\n"
        "  mov x30, #0\n"
        "  mov x0, sp\n"
        "  b start\n");

#else
#error "no start-up code for this architecture"
#endif

#define CALL(name, a, b, c, d, e, f) \
  system_call(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* argc, argv, NULL, envp, NULL (execve(2)). */
_Noreturn void start(long *stack);

_Noreturn static inline void end(int status) {
  for (;;) CALL(exit_group, status, 0, 0, 0, 0, 0);
}

/* siginfo_t as far as it is read here; the kernel writes 128 bytes. */
struct information {
  int signal;
  int rest[31];
};

/* Returns the next of the signals, which are all blocked. */
static inline int next_signal(struct information *information) {
  return (int)CALL(rt_sigtimedwait, &every_signal, information, 0, SET_SIZE, 0, 0);
}
