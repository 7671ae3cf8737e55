#include "v4l2_watch.h"

#include <cerrno>

namespace backscrub {

int FdWatch::Open(Napi::Env env, int fd, Listener* listener) {
  Close();
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return ENOSYS;
  auto* handles = new Handles;
  if (const int error = uv_poll_init(loop, &handles->poll, fd)) {
    delete handles;
    return -error;  // libuv's codes are negated errnos
  }
  uv_timer_init(loop, &handles->timer);
  handles->listener = listener;
  handles->env = env;
  handles->poll.data = handles->timer.data = handles;
  handles_ = handles;
  return 0;
}

// An environment that is being torn down (a worker that exits) runs its loop once more, when no JavaScript
// may run. Node-API has no question for that; this call is the cheapest that refuses then.
bool FdWatch::CanRunJavaScript(Napi::Env env) {
  Napi::HandleScope scope(env);
  bool equal;
  return napi_strict_equals(env, env.Undefined(), env.Undefined(), &equal) == napi_ok;
}

void FdWatch::OnPoll(uv_poll_t* poll, int status, int) {
  const auto* handles = static_cast<Handles*>(poll->data);
  if (CanRunJavaScript(handles->env)) {
    handles->listener->OnReady(status != 0);
  } else {
    uv_poll_stop(poll);
  }
}

void FdWatch::OnTimer(uv_timer_t* timer) {
  const auto* handles = static_cast<Handles*>(timer->data);
  if (CanRunJavaScript(handles->env)) handles->listener->OnTimeout();
}

void FdWatch::Start(int events, uint64_t timeout) {
  if (handles_ == nullptr) return;
  uv_poll_start(&handles_->poll, events, OnPoll);
  if (timeout == 0) return;
  uv_update_time(handles_->timer.loop);  // the loop's clock stood still while a frame was worked on
  uv_timer_start(&handles_->timer, OnTimer, timeout, 0);
}

void FdWatch::Stop() {
  if (handles_ == nullptr) return;
  uv_poll_stop(&handles_->poll);
  uv_timer_stop(&handles_->timer);
}

void FdWatch::OnClosed(uv_handle_t* handle) {
  auto* handles = static_cast<Handles*>(handle->data);
  if (--handles->open == 0) delete handles;
}

void FdWatch::Close() {
  if (handles_ == nullptr) return;
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->poll), OnClosed);
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->timer), OnClosed);
  handles_ = nullptr;
}

}  // namespace backscrub
