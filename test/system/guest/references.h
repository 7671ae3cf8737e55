// The reference file that test/system/references.ts writes: what a frame of the virtual camera is compared
// with. Little endian. A point is a YUYV pair, so its offset in the frame is a multiple of 4 bytes.
#pragma once
#include <stdint.h>

struct header {
  char magic[4];  // "BSRF"
  uint32_t width, height;
  uint32_t room_points;    // struct room_point each
  uint32_t edges;          // struct edge each
  uint32_t tiles;          // tiles of the edges, numbered from 0
  uint32_t frames;         // frames of the camera's clip
  uint32_t person_points;  // struct person_point each, per frame
};

// Where no frame of the clip has the person: the pixels of the room, of the chosen background and of the
// placeholder.
struct room_point {
  uint32_t offset;
  uint8_t room[4], background[4], placeholder[4];
};

// Two luma bytes between which the room has a strong step.
struct edge {
  uint32_t from, to;
  int16_t step;  // the room's luma at `to` less that at `from`
  uint16_t tile;
};

// Where that frame of the clip has nothing but the person.
struct person_point {
  uint32_t offset;
  uint8_t value[4];
};
