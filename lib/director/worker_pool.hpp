#pragma once

#include "base/unique_fd.hpp"
#include "host/host.hpp"
#include "loop/mailbox.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace director {

/// Threads for what blocks: each has a Host of its own. Work comes back to the loop's thread by the
/// mailbox.
class WorkerPool {
public:
    using MakeHost = std::function<std::unique_ptr<host::Host>()>;
    /// Runs on a thread of the pool; may throw. `stop_fd` becomes readable when the pool ends.
    using Work = std::function<void(host::Host& host, int stop_fd)>;
    /// Runs on the loop; gets what the work threw, or null.
    using Done = std::function<void(std::exception_ptr error)>;

    struct Size {
        std::size_t threads; // started when they are needed
        std::size_t waiting; // jobs that may wait for a thread
    };

    WorkerPool(loop::EventLoop& loop, Size size, MakeHost make_host);
    ~WorkerPool(); // stops it
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Must be called on the loop's thread. Throws Error(temporary) when too many wait.
    void submit(Work work, Done done);

    /// Runs `task` on the loop; from a thread of the pool.
    void post(loop::Mailbox::Task task) { mailbox_.post(std::move(task)); }

    /// Interrupts what runs and waits for it; nobody is called back any more. To be called before
    /// anything goes that the work uses. Nothing may be submitted from then on.
    void stop();

private:
    struct Job {
        Work work;
        Done done;
    };

    void start_thread();
    void serve();
    std::exception_ptr carry_out(const Work& work, std::unique_ptr<host::Host>& host) const;

    const Size size_;
    const MakeHost make_host_;
    base::UniqueFd stop_; // an eventfd
    loop::Mailbox mailbox_;
    std::mutex mutex_; // guards what follows
    std::condition_variable work_there_;
    std::deque<Job> jobs_;
    std::size_t busy_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace director
