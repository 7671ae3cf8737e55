// Tries what User-Mode Linux does on a processor with AMX, on any that has XSAVE: gives a process an area of its extended
// registers without the last feature. Ends with 0 when the kernel takes it and the registers in front are the process's
// still, 1 when it does not take it, 2 when the registers are others, 77 when this machine cannot tell.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NT_X86_XSTATE = 0x202, LEGACY_AND_HEADER = 576, XSTATE_BV = 512, XMM0 = 160 };

static int stop(int status, const char* why) {
  perror(why);
  exit(status);
}

int main(void) {
  pid_t child = fork();
  if (child < 0) stop(77, "fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(77);
    raise(SIGSTOP);
    _exit(0);
  }
  int status;
  if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status)) stop(77, "no traced process");
  static unsigned char kept[1 << 16], found[1 << 16];
  struct iovec got = {kept, sizeof kept};
  if (ptrace(PTRACE_GETREGSET, child, (void*)NT_X86_XSTATE, &got)) stop(77, "GETREGSET");
  if (got.iov_len <= LEGACY_AND_HEADER) stop(77, "no feature beyond SSE");
  // Of the legacy part alone: x87 and SSE, all other features in their initial state.
  memset(kept + XSTATE_BV, 0, 8);
  kept[XSTATE_BV] = 3;
  memset(kept + XMM0, 0x5a, 16);
  struct iovec part = {kept, LEGACY_AND_HEADER};
  int refused = ptrace(PTRACE_SETREGSET, child, (void*)NT_X86_XSTATE, &part) != 0;
  if (refused) perror("SETREGSET");
  struct iovec again = {found, sizeof found};
  int same = !ptrace(PTRACE_GETREGSET, child, (void*)NT_X86_XSTATE, &again) && again.iov_len == got.iov_len &&
             !memcmp(found + XMM0, kept + XMM0, 16);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return refused ? 1 : same ? 0 : 2;
}
