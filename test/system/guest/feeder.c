// A camera: writes stored frames to a v4l2loopback node.
//   feeder DEVICE WIDTH HEIGHT YUYV|MJPG RATE FILE
// FILE holds frames one after the other, each with its length before it (32 bits, little endian). The feeder
// repeats them until a signal comes. It sends a frame that is no whole JPEG as it is, like a cable with a bad
// contact. Like a sensor it never makes up for lost time: a frame whose time has passed is left out.
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FRAME = 1920 * 1080 * 2 };

static void die(const char* what) {
  perror(what);
  exit(1);
}

// Nanoseconds on the monotonic clock.
static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int main(int argc, char** argv) {
  if (argc != 7) {
    fprintf(stderr, "usage: see the head of feeder.c\n");
    return 2;
  }
  int rate = atoi(argv[5]), file = open(argv[6], O_RDONLY), fd = open(argv[1], O_RDWR);
  struct stat s;
  if (fd < 0) die(argv[1]);
  if (file < 0 || fstat(file, &s)) die(argv[6]);
  struct v4l2_format f = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
  f.fmt.pix.width = atoi(argv[2]);
  f.fmt.pix.height = atoi(argv[3]);
  f.fmt.pix.pixelformat = strcmp(argv[4], "MJPG") ? V4L2_PIX_FMT_YUYV : V4L2_PIX_FMT_MJPEG;
  f.fmt.pix.field = V4L2_FIELD_NONE;
  f.fmt.pix.sizeimage = f.fmt.pix.width * f.fmt.pix.height * 2;
  if (f.fmt.pix.pixelformat == V4L2_PIX_FMT_YUYV) f.fmt.pix.bytesperline = f.fmt.pix.width * 2;
  if (ioctl(fd, VIDIOC_S_FMT, &f)) die("S_FMT");
  struct v4l2_streamparm p = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
  p.parm.output.timeperframe.numerator = 1;
  p.parm.output.timeperframe.denominator = rate;
  if (ioctl(fd, VIDIOC_S_PARM, &p)) die("S_PARM");
  uint8_t* frame = malloc(MAX_FRAME);
  if (!frame) die("malloc");
  int64_t period = 1000000000 / rate, next = now();
  for (int64_t at = 0;;) {
    uint32_t size;
    if (at + (int64_t)sizeof size > s.st_size) at = 0;
    if (pread(file, &size, sizeof size, at) != sizeof size) die(argv[6]);
    at += sizeof size;
    if (next + period > now()) {
      // Read, not mapped: in the guest a page fault costs more than the copy.
      if (size > MAX_FRAME || pread(file, frame, size, at) != size) die(argv[6]);
      if (write(fd, frame, size) < 0) die("write");
    }
    at += size;
    next += period;
    struct timespec then = {next / 1000000000, next % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, 0) == EINTR)
      ;
  }
}
