#include "landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace backscrub {

namespace {

// linux/landlock.h
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr uint32_t kVersionFlag = 1;
constexpr int kPathBeneath = 1;

constexpr uint64_t kExecute = 1ULL << 0;
constexpr uint64_t kWriteFile = 1ULL << 1;
constexpr uint64_t kReadFile = 1ULL << 2;
constexpr uint64_t kReadFolder = 1ULL << 3;
constexpr uint64_t kRemoveFile = 1ULL << 5;
constexpr uint64_t kMakeFolder = 1ULL << 7;
constexpr uint64_t kMakeFile = 1ULL << 8;
constexpr uint64_t kFirstVersion = (1ULL << 13) - 1;
constexpr uint64_t kRefer = 1ULL << 13;     // version 2
constexpr uint64_t kTruncate = 1ULL << 14;  // version 3
constexpr uint64_t kIoctl = 1ULL << 15;     // version 5
constexpr int kOutOfTheWay = 64;
// What means something for a file itself.
constexpr uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kIoctl;

struct RulesetAttribute {
  uint64_t files;
  uint64_t network;  // version 4
  uint64_t scoped;   // version 6
};

struct __attribute__((packed)) PathBeneath {
  uint64_t allowed;
  int32_t parent;
};

RulesetAttribute Handled(int version) {
  RulesetAttribute attribute = {kFirstVersion, 0, 0};
  if (version >= 2) attribute.files |= kRefer;
  if (version >= 3) attribute.files |= kTruncate;
  // No port of TCP is allowed to anybody.
  if (version >= 4) attribute.network = 3;
  if (version >= 5) attribute.files |= kIoctl;
  // Abstract sockets and signals end at the border of the restricted ones.
  if (version >= 6) attribute.scoped = 3;
  return attribute;
}

uint64_t RightsOf(Landlock::Access access) {
  switch (access) {
    case Landlock::Access::kRead:
      return kReadFile | kReadFolder;
    case Landlock::Access::kList:
      return kReadFolder;
    case Landlock::Access::kCode:
      return kReadFile | kReadFolder | kExecute;
    case Landlock::Access::kWrite:
      return kReadFile | kReadFolder | kWriteFile | kTruncate | kMakeFile | kMakeFolder | kRemoveFile |
             kRefer;
    case Landlock::Access::kDevice:
      return kReadFile | kReadFolder | kWriteFile | kIoctl;
  }
  return 0;
}

}  // namespace

int LandlockVersion() {
  const long version = syscall(kCreateRuleset, nullptr, 0, kVersionFlag);
  return version > 0 ? static_cast<int>(version) : 0;
}

Landlock::Landlock() : version_(LandlockVersion()) {
  if (version_ == 0) return;
  const RulesetAttribute attribute = Handled(version_);
  handled_ = attribute.files;
  // A kernel that knows less takes the longer structure as long as the rest is zero.
  const int made = static_cast<int>(syscall(kCreateRuleset, &attribute, sizeof attribute, 0));
  if (made < 0) return;
  // Low numbers belong to the program that is started.
  const int aside = fcntl(made, F_DUPFD_CLOEXEC, kOutOfTheWay);
  ruleset_ = aside < 0 ? made : aside;
  if (aside >= 0) close(made);
}

Landlock::~Landlock() {
  if (ruleset_ >= 0) close(ruleset_);
}

int Landlock::Allow(const char* path, Access access) {
  const int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : errno;
  const int result = AllowFile(fd, access);
  close(fd);
  return result;
}

int Landlock::AllowFile(int fd, Access access) {
  struct stat status;
  if (fstat(fd, &status) != 0) return errno;
  uint64_t rights = RightsOf(access) & handled_;
  if (!S_ISDIR(status.st_mode)) rights &= kOfFiles;
  const PathBeneath rule = {rights, fd};
  return syscall(kAddRule, ruleset_, kPathBeneath, &rule, 0) == 0 ? 0 : errno;
}

int Landlock::Restrict() { return syscall(kRestrictSelf, ruleset_, 0) == 0 ? 0 : errno; }

}  // namespace backscrub
