/*
 * The runtime that wasm2c's output expects, as small as it can be: one static
 * memory, one static table, traps that say so and exit. No signal handlers, no
 * allocation. (wabt's own reserves 8 GB of address space and installs handlers
 * for SIGSEGV.)
 */
#ifndef WASM_RT_H_
#define WASM_RT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define wasm_rt_memcpy __builtin_memcpy
#define wasm_rt_unreachable __builtin_unreachable

/*
 * Accesses outside linear memory are caught by the memory map. An offset is an
 * address below 8 GB, where nothing is mapped but linear memory and, between
 * its two parts, the code, which cannot be written to: the kernel puts stack, vdso and maps of
 * a 64-bit process far above, and we never move the break (brk(2)), which
 * starts there. A stray access is a SIGSEGV, which ends the process even where
 * it is blocked (force_sig() in the kernel's signal.c). A compare at each access
 * instead took a sixth of the code.
 */
#if UINTPTR_MAX < UINT64_MAX
#error "a 32-bit address space has no room for this: check the bounds there"
#endif
#define WASM_RT_USE_MMAP 0
#define WASM_RT_MEMCHECK_GUARD_PAGES 1
#define WASM_RT_MEMCHECK_BOUNDS_CHECK 0
#define WASM_RT_STACK_DEPTH_COUNT 0
#define WASM_RT_USE_SEGUE 0
#define WABT_BIG_ENDIAN 0

typedef enum {
  WASM_RT_TRAP_NONE,
  WASM_RT_TRAP_OOB,
  WASM_RT_TRAP_INT_OVERFLOW,
  WASM_RT_TRAP_DIV_BY_ZERO,
  WASM_RT_TRAP_INVALID_CONVERSION,
  WASM_RT_TRAP_UNREACHABLE,
  WASM_RT_TRAP_CALL_INDIRECT,
} wasm_rt_trap_t;

_Noreturn void wasm_rt_trap(wasm_rt_trap_t trap);

typedef const char *wasm_rt_func_type_t;
typedef void (*wasm_rt_function_ptr_t)(void);
typedef struct {
  wasm_rt_function_ptr_t func;
} wasm_rt_tailcallee_t;

typedef struct {
  wasm_rt_func_type_t func_type;
  wasm_rt_function_ptr_t func;
  wasm_rt_tailcallee_t func_tailcallee;
  void *module_instance;
} wasm_rt_funcref_t;
#define wasm_rt_funcref_null_value ((wasm_rt_funcref_t){0})

typedef struct {
  wasm_rt_funcref_t *data;
  uint32_t max_size;
  uint32_t size;
} wasm_rt_funcref_table_t;
/* Never run: the table is constant (see host.c), and the module has no instruction that changes it. */
#define wasm_rt_allocate_funcref_table(table, size, max_size)

/* Named by the generated code, used by none of ours. */
typedef enum { WASM_RT_I32, WASM_RT_I64, WASM_RT_F32, WASM_RT_F64 } wasm_rt_type_t;
typedef void *wasm_rt_externref_t;
#define wasm_rt_externref_null_value ((wasm_rt_externref_t){0})
typedef struct {
  wasm_rt_externref_t *data;
  uint32_t max_size;
  uint32_t size;
} wasm_rt_externref_table_t;

typedef struct {
  uint8_t *data;
  uint64_t size;
} wasm_rt_memory_t;

#define WASM_DEFAULT_PAGE_SIZE 65536

/*
/*
 * Linear memory: its offsets are addresses of the process. It costs what is
 * touched of it. It begins with what is up to the build's MEMORY_END
 * (scripts/module-source.ts), and grows (host.c); what is copied is held against
 * all that 32 bits lead to, and behind what is mapped against the map.
 */
#define MEMORY_PAGES (MEMORY_END / WASM_DEFAULT_PAGE_SIZE)
static const wasm_rt_memory_t linear_memory = {0, (uint64_t)1 << 32};
#define wasm_rt_allocate_memory(m, pages, max_pages, is64, page_size) \
  _Static_assert((pages) == MEMORY_PAGES, "MEMORY_END is not the module's")

uint64_t wasm_rt_grow_memory(const wasm_rt_memory_t *m, uint64_t pages);
static inline void wasm_rt_free_memory(const wasm_rt_memory_t *m) { (void)m; }
static inline void wasm_rt_free_funcref_table(const wasm_rt_funcref_table_t *table) { (void)table; }
static inline bool wasm_rt_is_initialized(void) { return true; }

#endif
