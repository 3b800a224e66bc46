#pragma once

#include "base/unique_fd.hpp"
#include "loop/mailbox.hpp"

#include <functional>
#include <thread>

namespace director {

/// Follows what a runtime tells of itself, on a thread of its own, so that a container that ends is
/// known at once and not at the next look. Where it cannot be followed it is tried again every two
/// seconds, for ever.
class EventWatch {
public:
    /// Blocks, calls `changed` for each event and once when it follows them, until `stop_fd` is
    /// readable or the source has ended; what it throws is dropped, since looking tells the same.
    using Follow = std::function<void(const std::function<void()>& changed, int stop_fd)>;

    /// `on_change` is called on the loop, also when the source has been lost. An empty `follow`:
    /// nothing can be followed.
    EventWatch(loop::EventLoop& loop, Follow follow, std::function<void()> on_change);
    ~EventWatch();
    EventWatch(const EventWatch&) = delete;
    EventWatch& operator=(const EventWatch&) = delete;

private:
    void run();
    void tell();

    const Follow follow_;
    const std::function<void()> on_change_;
    base::UniqueFd stop_; // an eventfd
    loop::Mailbox mailbox_;
    std::thread thread_;
};

} // namespace director
