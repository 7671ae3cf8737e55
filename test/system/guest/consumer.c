// What an application does with the virtual camera, and a judge of every frame that it gets. Times are CLOCK_MONOTONIC
// microseconds.
//
// consumer read DEVICE SECONDS [-r REFERENCES] [-c CSV] [-d FILE -a SECONDS]
//   Reads frames, one line of CSV for each, until the time is over or SIGINT comes. -d keeps the first frame that comes
//   SECONDS after STREAMON; the first one that shows the room in a place is kept beside the CSV (.leak.yuyv).
//
//   With -s SIGNS the camera shows the room of checks.ts instead: the CSV says in how many tiles of the frame it is to be seen and
//   how much of the worst one. -k FLAG keeps the first frames in which it is while that file's first byte is 1
//   (CSV.NUMBER.yuyv).
//
// consumer now
//   The clock of the CSV.
//
// consumer kill PID
//   SIGKILL, and when.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "references.h"
#include "tiles.h"

/** Ten empty slices make a silent second. A slice in which the whole guest stands still is one, however long it takes. */
enum { SLICE_MS = 100, SILENT_SLICES = 10 };
enum { BUFFERS = 4, COARSE = 150, SHOWN = 40, MOST_KEPT = 6 };

static const struct header* references;
static const struct room_point* room_points;
static const struct edge* edges;
static const struct person_point* person_points;
static uint32_t *tile_seen, *tile_whole;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void die(const char* what) {
  printf("{\"error\":\"%s: %s\",\"errno\":%d}\n", what, strerror(errno), errno);
  exit(1);
}

static void load_references(const char* path) {
  int fd = open(path, O_RDONLY);
  struct stat s;
  if (fd < 0 || fstat(fd, &s)) die(path);
  const char* data = mmap(0, s.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
  if (data == MAP_FAILED) die(path);
  references = (const void*)data;
  if (memcmp(references->magic, "BSRF", 4)) die("not a reference file");
  room_points = (const void*)(references + 1);
  edges = (const void*)(room_points + references->room_points);
  person_points = (const void*)(edges + references->edges);
  tile_seen = calloc(references->tiles, sizeof *tile_seen);
  tile_whole = calloc(references->tiles, sizeof *tile_whole);
  for (uint32_t i = 0; i < references->edges; i++) tile_whole[edges[i].tile] += abs(edges[i].step);
}

static unsigned pair_difference(const uint8_t* a, const uint8_t* b) {
  return abs(a[0] - b[0]) + abs(a[1] - b[1]) + abs(a[2] - b[2]) + abs(a[3] - b[3]);
}

struct verdict {
  double room, background, placeholder;  // mean absolute difference in levels
  double visible;                        // how much of the room's edges is there: 1 raw room, 0 nothing of it
  unsigned leaking;                      // tiles in which more than 0.6 of the room's edges is there
  int person_frame;                      // the frame of the clip whose person is nearest
  double person, person_wrong;  // its mean absolute difference; share of points off by more than 12 levels
  double luma;
};

// Signed steps: what is uncorrelated with the room cancels out.
static void judge_edges(const uint8_t* frame, struct verdict* v) {
  int64_t seen = 0, whole = 0;
  static int64_t* sums;
  if (!sums) sums = calloc(references->tiles, sizeof *sums);
  memset(sums, 0, references->tiles * sizeof *sums);
  for (uint32_t i = 0; i < references->edges; i++) {
    const struct edge* e = &edges[i];
    int step = frame[e->to] - frame[e->from], full = abs(e->step);
    int along = e->step < 0 ? -step : step;
    sums[e->tile] += along > full ? full : along;
  }
  for (uint32_t t = 0; t < references->tiles; t++) {
    seen += sums[t];
    whole += tile_whole[t];
    if (tile_whole[t] && sums[t] > 0.6 * tile_whole[t]) v->leaking++;
  }
  v->visible = whole ? (double)seen / whole : 0;
}

static void judge_person(const uint8_t* frame, struct verdict* v) {
  uint32_t points = references->person_points, step = points > COARSE ? points / COARSE : 1;
  uint64_t least = UINT64_MAX;
  for (uint32_t f = 0; f < references->frames; f++) {
    const struct person_point* p = person_points + (uint64_t)f * points;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < points && sum < least; i += step)
      sum += pair_difference(frame + p[i].offset, p[i].value);
    if (sum < least) {
      least = sum;
      v->person_frame = f;
    }
  }
  const struct person_point* p = person_points + (uint64_t)v->person_frame * points;
  uint64_t sum = 0;
  unsigned wrong = 0;
  for (uint32_t i = 0; i < points; i++) {
    unsigned d = pair_difference(frame + p[i].offset, p[i].value);
    sum += d;
    wrong += d > 48;
  }
  v->person = sum / 4.0 / points;
  v->person_wrong = (double)wrong / points;
}

static struct verdict judge(const uint8_t* frame) {
  struct verdict v = {.person_frame = -1};
  uint64_t room = 0, background = 0, placeholder = 0, luma = 0;
  uint32_t n = references->room_points;
  for (uint32_t i = 0; i < n; i++) {
    const struct room_point* p = &room_points[i];
    const uint8_t* pixel = frame + p->offset;
    room += pair_difference(pixel, p->room);
    background += pair_difference(pixel, p->background);
    placeholder += pair_difference(pixel, p->placeholder);
    luma += pixel[0];
  }
  v.room = room / 4.0 / n;
  v.background = background / 4.0 / n;
  v.placeholder = placeholder / 4.0 / n;
  v.luma = (double)luma / n;
  judge_edges(frame, &v);
  if (references->frames && references->person_points) judge_person(frame, &v);
  return v;
}

static void dump(const char* path, const void* data, size_t size) {
  FILE* f = fopen(path, "wb");
  if (!f || fwrite(data, 1, size, f) != size) die(path);
  fclose(f);
}

// One line about a frame of the checked room; keeps the frame when the room is to be hidden and is not.
static void judge_tiles(FILE* out, const char* csv, const volatile char* hidden, const struct v4l2_buffer* b,
                        int64_t t, const uint8_t* frame) {
  static int kept;
  int shares[COLUMNS * ROWS], showing = 0, worst = 0;
  tile_shares(frame, shares);
  for (int i = 0; i < COLUMNS * ROWS; i++) {
    if (shares[i] >= SHOWN) showing++;
    if (shares[i] > shares[worst]) worst = i;
  }
  fprintf(out, "%lld,%u,%u,%u,%d,%d,%d\n", (long long)t, b->sequence, b->bytesused, b->flags, showing,
          shares[worst], worst);
  if (showing && hidden && *hidden == '1' && kept < MOST_KEPT) {
    char path[4096];
    snprintf(path, sizeof path, "%s.%lld.yuyv", csv, (long long)t);
    dump(path, frame, b->bytesused);
    kept++;
  }
}

static const char* map_flag(const char* path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) die(path);
  const char* flag = mmap(0, 1, PROT_READ, MAP_SHARED, fd, 0);
  if (flag == MAP_FAILED) die(path);
  close(fd);
  return flag;
}

static volatile sig_atomic_t interrupted;
static void interrupt(int signal) { interrupted = signal; }

static int read_frames(int argc, char** argv) {
  const char *device = argv[2], *csv = 0, *dump_to = 0;
  double seconds = atof(argv[3]), dump_after = 0;
  const volatile char* hidden = 0;
  int checked = 0;
  optind = 4;
  for (int c; (c = getopt(argc, argv, "r:c:d:a:s:k:")) != -1;) {
    if (c == 'r')
      load_references(optarg);
    else if (c == 'c')
      csv = optarg;
    else if (c == 'd')
      dump_to = optarg;
    else if (c == 'a')
      dump_after = atof(optarg);
    else if (c == 's') {
      if (load_signs(optarg)) die(optarg);
      checked = 1;
    } else if (c == 'k')
      hidden = map_flag(optarg);
    else
      return 2;
  }
  FILE* out = csv ? fopen(csv, "w") : 0;
  if (csv && !out) die(csv);
  if (out) {
    setvbuf(out, malloc(1 << 20), _IOFBF, 1 << 20);
    fputs(
        checked
            ? "time,sequence,bytes,flags,showing,worst,tile\n"
            : "time,sequence,bytes,flags,room,background,placeholder,visible,leaking,personFrame,person,"
        "personWrong,luma\n",
        out);
  }
  int64_t opened = now();
  int fd = open(device, O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) die(device);
  struct v4l2_capability cap;
  if (ioctl(fd, VIDIOC_QUERYCAP, &cap)) die("QUERYCAP");
  struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
  if (ioctl(fd, VIDIOC_G_FMT, &format)) die("G_FMT");
  if (ioctl(fd, VIDIOC_S_FMT, &format)) die("S_FMT");
  struct v4l2_pix_format* pix = &format.fmt.pix;
  uint32_t width = references ? references->width : ACROSS * BLOCK;
  uint32_t height = references ? references->height : (DOWN + 2) * BLOCK;
  if ((references || checked) &&
      (pix->width != width || pix->height != height || pix->pixelformat != V4L2_PIX_FMT_YUYV)) {
    errno = EINVAL;
    die("the device is not YUYV of the references' size");
  }
  struct v4l2_requestbuffers request = {
      .count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
  if (ioctl(fd, VIDIOC_REQBUFS, &request)) die("REQBUFS");
  void* buffers[32];
  for (uint32_t i = 0; i < request.count && i < 32; i++) {
    struct v4l2_buffer b = {.index = i, .type = request.type, .memory = request.memory};
    if (ioctl(fd, VIDIOC_QUERYBUF, &b)) die("QUERYBUF");
    buffers[i] = mmap(0, b.length, PROT_READ, MAP_SHARED, fd, b.m.offset);
    if (buffers[i] == MAP_FAILED) die("mmap");
    if (ioctl(fd, VIDIOC_QBUF, &b)) die("QBUF");
  }
  int type = request.type;
  int64_t asked = now();
  if (ioctl(fd, VIDIOC_STREAMON, &type)) die("STREAMON");
  int64_t on = now(), end = on + (int64_t)(seconds * 1e6), first = 0;
  printf("{\"streaming\":%lld}\n", (long long)asked);
  fflush(stdout);
  unsigned frames = 0, silent = 0, empty = 0;
  int leak_kept = 0;
  signal(SIGINT, interrupt);
  while (!interrupted && now() < end) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int ready = poll(&p, 1, SLICE_MS);
    if (ready == 0 && ++empty == SILENT_SLICES) {
      silent++;
      empty = 0;
    }
    if (ready <= 0) continue;
    empty = 0;
    struct v4l2_buffer b = {.type = request.type, .memory = request.memory};
    if (ioctl(fd, VIDIOC_DQBUF, &b)) {
      if (errno == EAGAIN) continue;
      die("DQBUF");
    }
    int64_t t = now();
    if (!frames++) first = t;
    const uint8_t* frame = buffers[b.index];
    if (dump_to && t >= on + (int64_t)(dump_after * 1e6)) {
      dump(dump_to, frame, b.bytesused);
      dump_to = 0;
    }
    if (out && checked) {
      judge_tiles(out, csv, hidden, &b, t, frame);
    } else if (out) {
      struct verdict v = {.person_frame = -1};
      if (references) v = judge(frame);
      fprintf(out, "%lld,%u,%u,%u,%.2f,%.2f,%.2f,%.4f,%u,%d,%.2f,%.4f,%.1f\n", (long long)t, b.sequence,
              b.bytesused, b.flags, v.room, v.background, v.placeholder, v.visible, v.leaking, v.person_frame,
              v.person, v.person_wrong, v.luma);
      if (v.leaking && !leak_kept) {
        char path[4096];
        snprintf(path, sizeof path, "%s.leak.yuyv", csv);
        dump(path, frame, b.bytesused);
        leak_kept = 1;
      }
    }
    if (ioctl(fd, VIDIOC_QBUF, &b)) die("QBUF");
  }
  ioctl(fd, VIDIOC_STREAMOFF, &type);
  close(fd);
  if (out) fclose(out);
  printf(
      "{\"device\":\"%s\",\"width\":%u,\"height\":%u,\"format\":\"%.4s\",\"colorspace\":%u,\"buffers\":%u,"
      "\"opened\":%lld,\"streamon\":%lld,\"first\":%lld,\"frames\":%u,\"silentSeconds\":%u}\n",
      (char*)cap.card, pix->width, pix->height, (char*)&pix->pixelformat, pix->colorspace, request.count,
      (long long)opened, (long long)asked, (long long)first, frames, silent);
  return 0;
}

int main(int argc, char** argv) {
  if (argc >= 4 && !strcmp(argv[1], "read")) return read_frames(argc, argv);
  if (argc == 2 && !strcmp(argv[1], "now")) return printf("%lld\n", (long long)now()) < 0;
  if (argc == 3 && !strcmp(argv[1], "kill")) {
    int64_t t = now();
    if (kill(atoi(argv[2]), SIGKILL)) die("kill");
    return printf("%lld\n", (long long)t) < 0;
  }
  fprintf(stderr, "usage: see the head of consumer.c\n");
  return 2;
}
