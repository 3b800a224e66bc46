#include "tools/attach_service/exec_pool.hpp"

#include "loop/event_loop.hpp"

#include <algorithm>
#include <utility>

namespace attach_service {

ExecPool::ExecPool(Surroundings surroundings) : surroundings_(surroundings) {
    for (std::size_t i = 0; i < surroundings_.settings.workers; ++i)
        slots_.push_back(std::make_unique<ExecSlot>(surroundings_, *this));
}

void ExecPool::start(const service::Job& job) {
    waiting_.push_back({job.tag, job.attempt, job.message, nullptr});
    serve();
}

void ExecPool::configure(const message::Message& configuration) {
    auto owned = std::make_unique<message::Message>(configuration);
    const auto same = std::ranges::find_if(waiting_, [&](const Work& work) {
        return work.owned && work.owned->routing_key == configuration.routing_key;
    });
    if (same != waiting_.end()) { // the newer value replaces one that has not been looked at
        same->message = owned.get();
        same->owned = std::move(owned);
        return;
    }
    const message::Message* const message = owned.get();
    waiting_.push_back({0, 1, message, std::move(owned)});
    serve();
}

void ExecPool::serve() {
    for (const auto& slot : slots_)
        while (!closing_ && !waiting_.empty() && slot->free()) {
            Work work = std::move(waiting_.front());
            waiting_.pop_front();
            slot->start(std::move(work));
        }
    if (closing_ && closed())
        surroundings_.loop.stop();
}

void ExecPool::abandon(std::uint64_t tag) {
    std::erase_if(waiting_, [tag](const Work& work) { return work.tag == tag; });
    for (const auto& slot : slots_)
        slot->abandon(tag);
}

void ExecPool::close() {
    closing_ = true;
    waiting_.clear();
    for (const auto& slot : slots_)
        slot->close();
}

bool ExecPool::closed() const {
    return std::ranges::all_of(slots_, [](const auto& slot) { return slot->free(); });
}

} // namespace attach_service
