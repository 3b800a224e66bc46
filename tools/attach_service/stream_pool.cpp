#include "tools/attach_service/stream_pool.hpp"

#include "loop/event_loop.hpp"

#include <algorithm>

namespace attach_service {

StreamPool::StreamPool(Surroundings surroundings) : surroundings_(surroundings) {
    for (std::size_t i = 0; i < surroundings_.settings.workers; ++i)
        workers_.push_back(std::make_unique<StreamWorker>(surroundings_, *this));
}

void StreamPool::open() {
    for (const auto& worker : workers_)
        worker->open();
}

void StreamPool::start(const service::Job& job) {
    waiting_.push_back(job);
    serve();
}

void StreamPool::serve() {
    while (!waiting_.empty()) {
        StreamWorker* const worker = least_busy();
        if (worker == nullptr)
            return;
        const service::Job job = waiting_.front();
        waiting_.pop_front();
        worker->give(job);
    }
}

StreamWorker* StreamPool::least_busy() {
    StreamWorker* best = nullptr;
    for (const auto& worker : workers_)
        if (worker->has_room() && (best == nullptr || worker->load() < best->load()))
            best = worker.get();
    return best;
}

void StreamPool::abandon(std::uint64_t tag) {
    std::erase_if(waiting_, [tag](const service::Job& job) { return job.tag == tag; });
    for (const auto& worker : workers_)
        worker->abandon(tag);
}

void StreamPool::configure(const message::Message& configuration) {
    configurations_.insert_or_assign(configuration.routing_key, configuration);
    for (const auto& worker : workers_)
        worker->configure(configuration.routing_key);
}

std::vector<std::string> StreamPool::configuration_names() const {
    std::vector<std::string> names;
    for (const auto& [name, configuration] : configurations_)
        names.push_back(name);
    return names;
}

void StreamPool::close() {
    for (const auto& worker : workers_)
        worker->close();
}

bool StreamPool::closed() const {
    return std::ranges::all_of(workers_, [](const auto& worker) { return worker->closed(); });
}

void StreamPool::on_closed() {
    if (closed())
        surroundings_.loop.stop();
}

} // namespace attach_service
