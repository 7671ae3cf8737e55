// Preloaded into User-Mode Linux, which keeps the extended registers (XSAVE area) of its processes with ptrace: it reads them
// whenever a process enters its kernel, and writes them whenever one leaves it. Two things are done about the writes.
//
// What the process has already is not written: that is nearly always so, reading costs little, and for a write the host's kernel
// allocates and maps memory each time. A system call of the guest took 90 us on a virtual machine where a write takes 80.
//
// An area that is refused for its size is offered once more with zeros behind it. The kernel gives a process that has not asked
// for AMX (Intel since 2023) an area without the tiles, but takes back an area of every enabled feature's size and nothing else: it
// answers EFAULT, and User-Mode Linux panics at its first process ("ptrace set fp regs failed"). The header of the area
// (XSTATE_BV) says that the features behind are in their initial state, so that nothing reads the zeros. Other processors
// never refuse.
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

enum { NT_X86_XSTATE = 0x202, LEAF_XSAVE = 0xd };

typedef long ptrace_function(int request, ...);
static ptrace_function* libc_ptrace;
// Not on the stack: User-Mode Linux calls from kernel stacks of 16 KiB. It has one thread that does.
static unsigned char area[1 << 16];

// Bytes of an area with all features that the host's kernel has enabled (XCR0); 0 when there is no XSAVE. Asked for once: in a
// virtual machine the instruction is slow.
static size_t whole_size;

__attribute__((constructor)) static void prepare(void) {
  libc_ptrace = (ptrace_function*)dlsym(RTLD_NEXT, "ptrace");
  if (!libc_ptrace) abort();
  unsigned eax, ebx = 0, ecx, edx;
  if (__get_cpuid_count(LEAF_XSAVE, 0, &eax, &ebx, &ecx, &edx)) whole_size = ebx;
}

static int has_already(pid_t pid, void* type, const struct iovec* wanted) {
  // As User-Mode Linux reads it: what the kernel has is shorter, and of what is offered it takes no more.
  struct iovec present = {area, wanted->iov_len < sizeof area ? wanted->iov_len : sizeof area};
  return !libc_ptrace(PTRACE_GETREGSET, pid, type, &present) && !memcmp(area, wanted->iov_base, present.iov_len);
}

static long set_area(pid_t pid, void* type, struct iovec* wanted) {
  size_t part = wanted->iov_len;
  if (has_already(pid, type, wanted)) return 0;
  long result = libc_ptrace(PTRACE_SETREGSET, pid, type, wanted);
  if (result != -1 || errno != EFAULT || part >= whole_size || whole_size > sizeof area) return result;
  memcpy(area, wanted->iov_base, part);
  memset(area + part, 0, whole_size - part);
  struct iovec all = {area, whole_size};
  return libc_ptrace(PTRACE_SETREGSET, pid, type, &all);
}

long ptrace(enum __ptrace_request request, ...) {
  va_list words;
  va_start(words, request);
  pid_t pid = va_arg(words, pid_t);
  void* address = va_arg(words, void*);
  void* data = va_arg(words, void*);
  va_end(words);
  if (request == PTRACE_SETREGSET && address == (void*)NT_X86_XSTATE) return set_area(pid, address, data);
  return libc_ptrace(request, pid, address, data);
}
