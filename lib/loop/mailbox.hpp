#pragma once

#include "base/unique_fd.hpp"
#include "loop/fd_watch.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace loop {

class EventLoop;

/// Brings work from other threads to the loop's. The loop runs on while a mailbox exists.
class Mailbox {
public:
    using Task = std::function<void()>;

    explicit Mailbox(EventLoop& loop);

    /// From any thread. Tasks run on the loop in the order they were posted and must not throw;
    /// those that are still there when the mailbox ends are dropped.
    void post(Task task);

private:
    void deliver();

    base::UniqueFd wakeup_;
    FdWatch watch_;
    std::mutex mutex_;
    std::vector<Task> tasks_;
};

} // namespace loop
