// Waits for a descriptor on the environment's own event loop, with a timeout.
#pragma once
#include <napi.h>
#include <uv.h>

#include <cstdint>

namespace backscrub {

class FdWatch {
 public:
  class Listener {
   public:
    // `failed`: the kernel reports an error on the descriptor (POLLERR).
    virtual void OnReady(bool failed) = 0;
    virtual void OnTimeout() = 0;

   protected:
    ~Listener() = default;
  };

  FdWatch() = default;
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;
  ~FdWatch() { Close(); }

  // 0 or an errno. The listener must live until Close().
  int Open(Napi::Env env, int fd, Listener* listener);
  // `events` of uv_poll_event; `timeout` in milliseconds, 0 = wait for ever. Both stay until Stop().
  void Start(int events, uint64_t timeout);
  void Stop();
  // Must come before the descriptor is closed; nothing is called afterwards.
  void Close();

 private:
  // libuv frees handles later than we may live.
  struct Handles {
    uv_poll_t poll;
    uv_timer_t timer;
    int open = 2;
    Listener* listener = nullptr;
    napi_env env = nullptr;
  };
  static bool CanRunJavaScript(Napi::Env env);
  static void OnPoll(uv_poll_t* poll, int status, int events);
  static void OnTimer(uv_timer_t* timer);
  static void OnClosed(uv_handle_t* handle);

  Handles* handles_ = nullptr;
};

}  // namespace backscrub
