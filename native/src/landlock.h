// Takes from a process and its children all files but those that are named (Landlock, Linux 5.13 and later).
// The kernel's header is not asked: the one of a stable distribution knows less than the kernel that runs
// there.
#pragma once
#include <cstdint>

namespace backscrub {

// Version of the kernel's Landlock; 0 where it has none, or has it switched off (lsm=).
int LandlockVersion();

class Landlock {
 public:
  // What may be done below a path, or to one file.
  enum class Access {
    kRead,    // read files, list folders
    kList,    // list folders
    kCode,    // also execute
    kWrite,   // also write, create and remove files
    kDevice,  // read and write nodes, with their ioctls
  };

  Landlock();
  ~Landlock();
  Landlock(const Landlock&) = delete;
  Landlock& operator=(const Landlock&) = delete;

  // Whether there is anything to restrict with.
  bool available() const { return ruleset_ >= 0; }
  // What is not there is passed over. Gives 0 or an errno.
  int Allow(const char* path, Access access);
  // The file that this descriptor is open on; it stays open.
  int AllowFile(int fd, Access access);
  // From here on; gives 0 or an errno. The process must have no privileges to gain (PR_SET_NO_NEW_PRIVS).
  int Restrict();

 private:
  int version_;
  uint64_t handled_ = 0;
  int ruleset_ = -1;
};

}  // namespace backscrub
