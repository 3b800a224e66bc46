#include "director/worker_pool.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace director {

using base::Error;
using base::ErrorKind;

WorkerPool::WorkerPool(loop::EventLoop& loop, Size size, MakeHost make_host)
    : size_(size), make_host_(std::move(make_host)),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), mailbox_(loop) {
    if (!stop_)
        throw Error(ErrorKind::unavailable, "create an eventfd", base::errno_text(errno));
}

WorkerPool::~WorkerPool() {
    stop();
}

void WorkerPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        jobs_.clear();
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_.get(), &one, sizeof one);
    work_there_.notify_all();
    for (std::thread& thread : std::exchange(threads_, {}))
        thread.join();
}

void WorkerPool::submit(Work work, Done done) {
    const std::lock_guard lock(mutex_);
    const bool all_busy = busy_ + jobs_.size() >= threads_.size();
    if (all_busy && threads_.size() == size_.threads && jobs_.size() >= size_.waiting)
        throw Error(ErrorKind::temporary, "director",
                    std::to_string(busy_) + " operations run and " + std::to_string(jobs_.size()) +
                        " wait already",
                    "try again later");
    if (all_busy && threads_.size() < size_.threads)
        start_thread();
    jobs_.push_back({std::move(work), std::move(done)});
    work_there_.notify_one();
}

void WorkerPool::start_thread() {
    try {
        threads_.emplace_back([this] { serve(); });
    } catch (const std::system_error& error) {
        if (threads_.empty()) // else the others do the work, in their time
            throw Error(ErrorKind::temporary, "start a thread", error.code().message());
    }
}

void WorkerPool::serve() {
    std::unique_ptr<host::Host> host;
    std::unique_lock lock(mutex_);
    for (;;) {
        work_there_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_)
            return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        ++busy_;
        lock.unlock();
        std::exception_ptr error = carry_out(job.work, host);
        job.work = {}; // what it holds ends here, not on the loop
        mailbox_.post([done = std::move(job.done), error = std::move(error)] { done(error); });
        lock.lock();
        --busy_;
    }
}

std::exception_ptr WorkerPool::carry_out(const Work& work,
                                         std::unique_ptr<host::Host>& host) const {
    try {
        if (!host)
            host = make_host_();
        work(*host, stop_.get());
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

} // namespace director
