#include "named_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace backscrub {

namespace {

// File systems whose files are not stored anywhere; reading one runs code of the kernel. By number, since
// headers differ in which of them they know (linux/magic.h).
constexpr struct {
  uint32_t type;
  const char* name;
} kKernelFileSystems[] = {{0x9fa0, "proc"},
                          {0x62656572, "sysfs"},
                          {0x64626720, "debugfs"},
                          {0x74726163, "tracefs"},
                          {0x73636673, "securityfs"},
                          {0x62656570, "configfs"},
                          {0x27e0eb, "cgroup"},
                          {0x63677270, "cgroup2"},
                          {0xcafe4a11, "bpf"},
                          {0x6165676c, "pstore"},
                          {0xde5e81e4, "efivarfs"},
                          {0xf97cff8c, "selinuxfs"},
                          {0x42494e4d, "binfmt_misc"},
                          {0x19800202, "mqueue"}};

// systemd.exec(5), StateDirectory= and its like.
constexpr const char* kOwnFolders[] = {"STATE_DIRECTORY", "CACHE_DIRECTORY", "RUNTIME_DIRECTORY"};

int Fail(int error) {
  printf("{\"ok\":false,\"errno\":%d}\n", error);
  return -1;
}

int Refuse(const char* is, const char* name = "") {
  printf("{\"ok\":false,\"is\":\"%s%s%s\"}\n", is, name, *name ? ")" : "");
  return -1;
}

bool IsBelow(const char* path, const char* folder) {
  char real[PATH_MAX];
  const char* place = realpath(folder, real) ? real : folder;
  const size_t length = strlen(place);
  return strncmp(path, place, length) == 0 && path[length] == '/';
}

// Whether the open file lies in a folder of the service, whatever path and links have led to it.
bool IsOfService(const char* link) {
  char path[PATH_MAX];
  const ssize_t length = readlink(link, path, sizeof path - 1);
  // What the kernel does not tell counts as ours.
  if (length < 0) return true;
  path[length] = '\0';
  for (const char* name : kOwnFolders) {
    const char* value = getenv(name);
    if (!value) continue;
    char* folders = strdup(value);
    char* rest = folders;
    bool below = false;
    while (char* folder = strsep(&rest, ":")) below = below || (*folder && IsBelow(path, folder));
    free(folders);
    if (below) return true;
  }
  return false;
}

unsigned long long Nanoseconds(const timespec& time) {
  return static_cast<unsigned long long>(time.tv_sec) * 1000000000ull +
         static_cast<unsigned long long>(time.tv_nsec);
}

// `place` is open without being opened, and tells what the path means: a FIFO would wait for a writer, a
// device might act.
int OpenPlace(int place) {
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", place);
  if (IsOfService(link)) return Fail(ENOENT);
  struct stat found;
  if (fstat(place, &found) != 0) return Fail(errno);
  if (!S_ISREG(found.st_mode)) return Refuse("is not a file");
  struct statfs system;
  if (fstatfs(place, &system) != 0) return Fail(errno);
  for (const auto& [type, name] : kKernelFileSystems)
    if (static_cast<uint32_t>(system.f_type) == type) return Refuse("is a file of the kernel (", name);
  if (found.st_size == 0) return Refuse("is empty");
  // Of the descriptor, not of the path: another file may lie there by now.
  const int fd = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return Fail(errno);
  printf(
      "{\"ok\":true,\"dev\":\"%llu\",\"ino\":\"%llu\",\"size\":\"%llu\",\"mtime\":\"%llu\",\"ctime\":\"%"
      "llu\"}\n",
      static_cast<unsigned long long>(found.st_dev), static_cast<unsigned long long>(found.st_ino),
      static_cast<unsigned long long>(found.st_size), Nanoseconds(found.st_mtim), Nanoseconds(found.st_ctim));
  return fd;
}

}  // namespace

int OpenNamed(const char* path) {
  const int place = open(path, O_PATH | O_CLOEXEC);
  const int fd = place < 0 ? Fail(errno) : OpenPlace(place);
  if (place >= 0) close(place);
  fflush(stdout);
  return fd;
}

}  // namespace backscrub
