// The system calls that a process which decodes files of others never needs (seccomp(2)).
#pragma once

namespace backscrub {
// Refuses them to this process, its threads and its children for good. Gives 0 or the errno of the step that
// the kernel refused; the process is as open as before then.
int DenyCalls();
}  // namespace backscrub
