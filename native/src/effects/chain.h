// The chosen effects in their order, sorted by the picture that they work on.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "../matte.h"
#include "effect.h"

namespace backscrub {

class EffectChain {
 public:
  // An effect that `before` has too goes on with what it has measured. Memory is taken over from it and from
  // those before, so that switching to and fro makes nothing anew. `before` may be nullptr.
  EffectChain(int width, int height, const std::vector<const EffectInfo*>& effects,
              const EffectChain* before);

  bool on_input() const { return !input_.empty(); }
  bool on_foreground() const { return !foreground_.empty(); }
  bool on_background() const { return !background_.empty(); }

  // The whole picture; in and out are two.
  void Input(const Picture& in, Picture& out);
  // Where the matte has something of the person, or everywhere when it is nullptr. What lies in `out`
  // elsewhere stays as it is. in and out are two.
  void Foreground(const Picture& in, const Matte* matte, Picture& out);
  // The whole picture. A picture that has not changed since the last call is not worked on again, and `out`
  // keeps its content's name; in and out may be one, which then counts as changed.
  void Background(const Picture& in, Picture& out);

 private:
  struct Unit {
    const EffectInfo* info;
    std::shared_ptr<Effect> effect;
  };
  using Units = std::vector<Unit>;

  std::shared_ptr<Effect> Take(const EffectInfo* info, const EffectChain* before);
  void Run(const Units& units, const Picture& in, const Plane* alpha, Picture& out);
  // The parts for whole pictures.
  void Whole(const Picture& picture);

  int width_, height_;
  Units input_, foreground_, background_;
  Units made_;  // those in use and those that were
  // Where the result goes before an effect that must not read what it writes.
  std::shared_ptr<Picture> spare_;
  std::vector<EffectPart> parts_;
  // Of the last call for a background; nothing before the first one.
  std::optional<ContentName> background_in_, background_out_;
};

}  // namespace backscrub
