#pragma once

#include "director/worker_pool.hpp"

#include <atomic>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace director {

/// What changes a service: one operation at a time for each service, in the order they were asked
/// for. One that is equal to the last that waits or runs joins it: fifty calls of run/x are one
/// build, and all get its result (RELIABILITY.md D3).
class Operations {
public:
    /// Tells of progress, on the loop; both may be empty.
    using Progress = std::function<void(std::string_view phase, std::string_view line)>;
    /// The work's result, JSON text; runs on a thread of the pool. May throw.
    using Work =
        std::function<std::string(host::Host& host, int stop_fd, const Progress& progress)>;
    using Done = std::function<void(std::exception_ptr error, const std::string& result)>;

    struct Operation {
        std::string service;
        std::string what; // "run"; with its options it is what makes two of them equal
        std::string options;
        Done after = {}; // called once, before those who asked are
    };

    explicit Operations(WorkerPool& pool) : pool_(pool) {}

    /// Throws Error(temporary) when too many wait.
    void submit(Operation operation, Work work, Done done, Progress progress = {});

    /// What is being done to the service: "run", or empty.
    [[nodiscard]] std::string_view current(std::string_view service) const noexcept;
    /// Those that something is being done to.
    [[nodiscard]] std::set<std::string> services() const;
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Called on every change of what is under way, and for each piece of progress.
    std::function<void(const std::string& service)> on_change;
    std::function<void(const std::string& service, std::string_view phase, std::string_view line)>
        on_progress;

private:
    struct Entry {
        Operation operation;
        Work work;
        std::vector<Done> done;
        std::vector<Progress> progress;
        std::string result;
        std::atomic<int> untold = 0; // pieces of progress on their way to the loop
    };
    using Queue = std::deque<std::shared_ptr<Entry>>;

    static bool join(Entry& last, const Operation& operation, Done& done, Progress& progress);
    void begin(const std::shared_ptr<Entry>& entry);
    void finish(const std::string& service, std::exception_ptr error);
    void tell(const Entry& entry, const std::string& phase, const std::string& line) const;

    WorkerPool& pool_;
    std::map<std::string, Queue, std::less<>> queues_; // the first one runs
    std::size_t size_ = 0;
};

} // namespace director
