#include "loop/mailbox.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace loop {

Mailbox::Mailbox(EventLoop& loop)
    : wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), watch_(loop, [this] { deliver(); }) {
    if (!wakeup_)
        throw base::Error(base::ErrorKind::unavailable, "create an eventfd",
                          base::errno_text(errno));
    watch_.watch(wakeup_.get(), true, false);
}

void Mailbox::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    // Cannot block: the counter would have to reach 2^64 - 1.
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wakeup_.get(), &one, sizeof one);
}

void Mailbox::deliver() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(wakeup_.get(), &count, sizeof count);
    std::vector<Task> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (Task& task : tasks)
        task();
}

} // namespace loop
