// How much of each tile of a frame shows the room of checks.ts, whose signs are in a file: one signed byte for each block.
#pragma once
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK = 8, SIDE = 8, COLUMNS = 20, ROWS = 11, ACROSS = COLUMNS * SIDE, DOWN = ROWS * SIDE, AMPLITUDE = 70 };

static int8_t signs[ACROSS * DOWN];

static int load_signs(const char* path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t size = read(fd, signs, sizeof signs);
  close(fd);
  return size == sizeof signs ? 0 : -1;
}

// In hundredths: 100 is the raw room. The frame is YUYV of 1280x720.
static void tile_shares(const uint8_t* frame, int shares[COLUMNS * ROWS]) {
  enum { STRIDE = ACROSS * BLOCK * 2 };
  int64_t sums[COLUMNS * ROWS] = {0};
  for (int y = 0; y < DOWN; y++) {
    for (int x = 0; x < ACROSS; x++) {
      const uint8_t* block = frame + (y + 1) * BLOCK * STRIDE + x * BLOCK * 2;
      const uint8_t *upper = block + 2 * STRIDE, *lower = block + 5 * STRIDE;
      int luma = upper[4] + upper[10] + lower[4] + lower[10];
      sums[y / SIDE * COLUMNS + x / SIDE] += signs[y * ACROSS + x] * luma;
    }
  }
  for (int t = 0; t < COLUMNS * ROWS; t++) shares[t] = (int)(sums[t] * 100 / (4 * SIDE * SIDE * AMPLITUDE));
}
