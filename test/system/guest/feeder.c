// A camera of our own making: writes stored frames to a v4l2loopback node, for what ffmpeg will not send.
//   feeder DEVICE WIDTH HEIGHT YUYV|MJPG RATE FILE
// FILE holds frames one after the other, each with its length before it (32 bits, little endian); it is
// repeated until a signal comes. A frame that is no whole JPEG is sent as it is: that is a cable with a bad
// contact.
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void die(const char* what) {
  perror(what);
  exit(1);
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
  const uint8_t* data = mmap(0, s.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (data == MAP_FAILED) die(argv[6]);
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
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (int64_t at = 0;;) {
    uint32_t size;
    if (at + 4 > s.st_size) at = 0;
    memcpy(&size, data + at, 4);
    if (write(fd, data + at + 4, size) < 0) die("write");
    at += 4 + size;
    next.tv_nsec += 1000000000 / rate;
    if (next.tv_nsec >= 1000000000) next.tv_sec++, next.tv_nsec -= 1000000000;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, 0) == EINTR)
      ;
  }
}
