// backscrub-confine OPTION... -- PROGRAM ARGUMENT...
// Becomes PROGRAM, which is left with what the options name; daemon/src/children/confined.ts says what they
// mean. backscrub-confine --parent PID --input PATH only looks at a file, see named_file.h.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../denied_calls.h"
#include "../landlock.h"
#include "named_file.h"

namespace {

using backscrub::Landlock;

// As a shell says it.
constexpr int kNotStarted = 127;
constexpr int kWrongUse = 2;
// Where the program finds the file of --input.
constexpr int kInput = 3;
// The hard limit is SIGKILL; SIGXCPU, which tells more, comes before.
constexpr rlim_t kSecondsToTell = 2;

int Complain(const char* what, int error) {
  fprintf(stderr, "backscrub-confine: %s: %s\n", what, strerror(error));
  return error;
}

bool Limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  rlimit now;
  if (getrlimit(resource, &now) != 0) return false;
  // What is tighter already stays.
  const rlimit limit = {soft < now.rlim_max ? soft : now.rlim_max, hard < now.rlim_max ? hard : now.rlim_max};
  return setrlimit(resource, &limit) == 0;
}

bool SetLimit(const char* name, rlim_t value) {
  if (strcmp(name, "--data") == 0) return Limit(RLIMIT_DATA, value, value);
  if (strcmp(name, "--address-space") == 0) return Limit(RLIMIT_AS, value, value);
  if (strcmp(name, "--file-size") == 0) return Limit(RLIMIT_FSIZE, value, value);
  if (strcmp(name, "--cpu-seconds") == 0) return Limit(RLIMIT_CPU, value, value + kSecondsToTell);
  return false;
}

// The program gets the file open, and may open it once more by /proc/self/fd. Ends the process when it cannot
// be had, which the line on standard output tells.
void TakeInput(const char* path, Landlock& files) {
  const int opened = backscrub::OpenNamed(path);
  if (opened < 0) exit(0);
  if (opened == kInput) {
    fcntl(kInput, F_SETFD, 0);
  } else {
    if (dup2(opened, kInput) < 0) exit(Complain(path, errno));
    close(opened);
  }
  const int error = files.available() ? files.AllowFile(kInput, Landlock::Access::kRead) : 0;
  if (error != 0) Complain(path, error);
}

// Whether the option was understood.
bool Take(const char* name, const char* value, Landlock& files) {
  struct {
    const char* name;
    Landlock::Access access;
  } constexpr kPaths[] = {{"--read", Landlock::Access::kRead},
                          {"--code", Landlock::Access::kCode},
                          {"--list", Landlock::Access::kList},
                          {"--write", Landlock::Access::kWrite},
                          {"--device", Landlock::Access::kDevice}};
  for (const auto& [option, access] : kPaths) {
    if (strcmp(name, option) != 0) continue;
    const int error = files.available() ? files.Allow(value, access) : 0;
    if (error != 0) Complain(value, error);
    return true;
  }
  if (strcmp(name, "--input") == 0) {
    TakeInput(value, files);
    return true;
  }
  char* end = nullptr;
  const unsigned long long number = strtoull(value, &end, 10);
  if (*value == '\0' || *end != '\0') return false;
  const int fd = static_cast<int>(number);
  if (strcmp(name, "--read-fd") == 0 || strcmp(name, "--write-fd") == 0) {
    const auto access = name[2] == 'r' ? Landlock::Access::kRead : Landlock::Access::kWrite;
    const int error = files.available() ? files.AllowFile(fd, access) : 0;
    if (error != 0) Complain(name, error);
    return true;
  }
  if (strcmp(name, "--parent") == 0) {
    // The parent may have died before the call: then no signal comes, and somebody else is the parent now.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != fd) exit(0);
    return true;
  }
  return SetLimit(name, number);
}

}  // namespace

int main(int count, char** words) {
  Landlock files;
  int at = 1;
  for (; at + 1 < count && strcmp(words[at], "--") != 0; at += 2) {
    if (Take(words[at], words[at + 1], files)) continue;
    fprintf(stderr, "backscrub-confine: %s %s is not understood\n", words[at], words[at + 1]);
    return kWrongUse;
  }
  // What --input found is all that was asked for.
  if (at == count && count > 2 && strcmp(words[count - 2], "--input") == 0) return 0;
  if (at + 1 >= count) {
    fprintf(stderr, "usage: backscrub-confine OPTION... -- PROGRAM ARGUMENT...\n");
    return kWrongUse;
  }
  // A core file would have the room in it.
  if (!Limit(RLIMIT_CORE, 0, 0)) Complain("no limit on core files", errno);
  // What the kernel refuses leaves the process with the rules of its parent, such as the unit's: said, and
  // gone on without.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) Complain("no_new_privs", errno);
  if (files.available()) {
    if (const int error = files.Restrict()) Complain("Landlock", error);
  }
  if (const int error = backscrub::DenyCalls()) Complain("seccomp", error);
  execvp(words[at + 1], words + at + 1);
  Complain(words[at + 1], errno);
  return kNotStarted;
}
