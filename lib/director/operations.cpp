#include "director/operations.hpp"

#include "base/error.hpp"

#include <utility>

namespace director {

namespace {

constexpr std::size_t most_waiting = 256;
constexpr std::size_t most_joined = 10000;
constexpr int most_untold = 1000;

} // namespace

void Operations::submit(Operation operation, Work work, Done done, Progress progress) {
    const auto at = queues_.find(operation.service);
    if (at != queues_.end() && join(*at->second.back(), operation, done, progress))
        return;
    if (size_ >= most_waiting)
        throw base::Error(base::ErrorKind::temporary, "director",
                          std::to_string(size_) + " operations run or wait already",
                          "try again later");
    const auto entry = std::make_shared<Entry>();
    entry->operation = std::move(operation);
    entry->work = std::move(work);
    entry->done.push_back(std::move(done));
    if (progress)
        entry->progress.push_back(std::move(progress));
    if (at == queues_.end())
        begin(entry);
    const std::string& service = entry->operation.service;
    queues_[service].push_back(entry);
    ++size_;
    if (on_change)
        on_change(service);
}

std::set<std::string> Operations::services() const {
    std::set<std::string> names;
    for (const auto& [service, queue] : queues_)
        names.insert(service);
    return names;
}

bool Operations::join(Entry& last, const Operation& operation, Done& done, Progress& progress) {
    if (last.operation.what != operation.what || last.operation.options != operation.options ||
        last.done.size() >= most_joined)
        return false;
    last.done.push_back(std::move(done));
    if (progress)
        last.progress.push_back(std::move(progress));
    return true;
}

std::string_view Operations::current(std::string_view service) const noexcept {
    const auto at = queues_.find(service);
    if (at == queues_.end() || at->second.empty())
        return {};
    return at->second.front()->operation.what;
}

void Operations::begin(const std::shared_ptr<Entry>& entry) {
    const auto report = [this, entry](std::string_view phase, std::string_view line) {
        // What a build prints may come faster than it can be shown; the result does not need it.
        if (entry->untold.fetch_add(1) >= most_untold) {
            entry->untold.fetch_sub(1);
            return;
        }
        pool_.post([this, entry, phase = std::string(phase), line = std::string(line)] {
            entry->untold.fetch_sub(1);
            tell(*entry, phase, line);
        });
    };
    pool_.submit(
        [entry, report](host::Host& host, int stop_fd) {
            entry->result = entry->work(host, stop_fd, report);
        },
        [this, service = entry->operation.service](const std::exception_ptr& error) {
            finish(service, error);
        });
}

void Operations::finish(const std::string& service, std::exception_ptr error) {
    Queue& queue = queues_.find(service)->second;
    std::vector<std::pair<std::shared_ptr<Entry>, std::exception_ptr>> finished;
    while (!queue.empty()) {
        finished.emplace_back(std::move(queue.front()), error);
        queue.pop_front();
        --size_;
        if (queue.empty())
            break;
        try {
            begin(queue.front());
            break;
        } catch (const base::Error&) { // no thread for it: its callers are told
            error = std::current_exception();
        }
    }
    if (queue.empty())
        queues_.erase(service);
    if (on_change)
        on_change(service);
    for (const auto& [entry, its_error] : finished) {
        if (entry->operation.after)
            entry->operation.after(its_error, entry->result);
        for (const Done& done : entry->done)
            done(its_error, entry->result);
    }
}

void Operations::tell(const Entry& entry, const std::string& phase, const std::string& line) const {
    if (on_progress)
        on_progress(entry.operation.service, phase, line);
    for (const Progress& progress : entry.progress)
        progress(phase, line);
}

} // namespace director
