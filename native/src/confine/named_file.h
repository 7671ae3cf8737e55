// A file that somebody else named, as daemon/src/shared/regular-file.ts opens it inside of Node.
#pragma once

namespace backscrub {

// Opens a regular file for reading that does not lie in the service's own folders; gives a descriptor, or -1.
// It says on standard output, in a line of JSON, what the file is:
//   {"ok":true,"dev":"1","ino":"2","size":"3","mtime":"4","ctime":"5"}   times in nanoseconds
//   {"ok":false,"errno":2}
//   {"ok":false,"is":"is empty"}
// Where the file system does not answer any more this takes for ever.
int OpenNamed(const char* path);

}  // namespace backscrub
