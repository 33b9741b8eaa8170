// Calls on files that a worker of the kernel makes for us: io_uring(7). Filters of system calls do not see them.
#include "fuzz.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

// A ring of one entry, in one mapping.
struct ring {
  int file;
  struct io_uring_params parameters;
  char *shared;
  size_t shared_size;
  struct io_uring_sqe *entry;
};

static int open_ring(struct ring *ring) {
  *ring = (struct ring){.file = -1};
  ring->file = syscall(SYS_io_uring_setup, 1, &ring->parameters);
  if (ring->file < 0) return -1;
  ring->shared_size = ring->parameters.cq_off.cqes + ring->parameters.cq_entries * sizeof(struct io_uring_cqe);
  ring->shared = mmap(NULL, ring->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->file, IORING_OFF_SQ_RING);
  ring->entry = mmap(NULL, sizeof *ring->entry, PROT_READ | PROT_WRITE, MAP_SHARED, ring->file, IORING_OFF_SQES);
  return ring->shared == MAP_FAILED || ring->entry == MAP_FAILED ? -1 : 0;
}

// What the call gives, as from the call itself.
static long submit(struct ring *ring) {
  unsigned *tail = (unsigned *)(ring->shared + ring->parameters.sq_off.tail);
  ((unsigned *)(ring->shared + ring->parameters.sq_off.array))[0] = 0;
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring->file, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return -1;
  unsigned *head = (unsigned *)(ring->shared + ring->parameters.cq_off.head);
  if (__atomic_load_n((unsigned *)(ring->shared + ring->parameters.cq_off.tail), __ATOMIC_ACQUIRE) == *head) {
    errno = EAGAIN;
    return -1;
  }
  int result = ((struct io_uring_cqe *)(ring->shared + ring->parameters.cq_off.cqes))[0].res;
  if (result >= 0) return result;
  errno = -result;
  return -1;
}

void do_ring(void) {
  static const int ways[] = {O_RDONLY, O_RDWR, O_WRONLY | O_TRUNC, O_PATH, O_RDWR | O_CREAT};
  const char *path = any_path(), *other = any_path();
  int folder = roll(3) == 0 ? any_descriptor() : AT_FDCWD, way = ways[roll(5)], kind = roll(6), in_worker = roll(2);
  struct ring ring;
  if (told(open_ring(&ring), "io_uring_setup") < 0) {
    if (ring.file >= 0) close(ring.file);
    return;
  }
  *ring.entry = (struct io_uring_sqe){.fd = folder, .addr = (uintptr_t)path, .flags = in_worker ? IOSQE_ASYNC : 0};
  switch (kind) {
    case 0:
      ring.entry->opcode = IORING_OP_UNLINKAT;
      told(submit(&ring), "ring: unlinkat %d %s", folder, path);
      break;
    case 1:
      ring.entry->opcode = IORING_OP_RENAMEAT, ring.entry->len = AT_FDCWD, ring.entry->off = (uintptr_t)other;
      told(submit(&ring), "ring: renameat %d %s %s", folder, path, other);
      break;
    case 2:
      ring.entry->opcode = IORING_OP_LINKAT, ring.entry->len = AT_FDCWD, ring.entry->off = (uintptr_t)other;
      told(submit(&ring), "ring: linkat %d %s %s", folder, path, other);
      break;
    default:
      ring.entry->opcode = IORING_OP_OPENAT, ring.entry->len = 0666, ring.entry->open_flags = way | O_NONBLOCK | O_NOCTTY;
      keep(told(submit(&ring), "ring: openat %d %s %x", folder, path, way));
  }
  munmap(ring.shared, ring.shared_size), munmap(ring.entry, sizeof *ring.entry);
  // Kept as well: what is given to another process by it is still ours.
  if (roll(4) == 0) keep(ring.file);
  else close(ring.file);
}
