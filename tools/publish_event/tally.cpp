#include "tools/publish_event/tally.hpp"

namespace publish_event {

void Tally::pass_over_bad() {
    ++bad_;
    if (!unsettled_.empty() && unsettled_.back().before == published_)
        ++unsettled_.back().count;
    else
        unsettled_.push_back({published_, 1});
}

std::uint64_t Tally::resume_at(std::uint64_t confirmed) {
    while (!unsettled_.empty() && unsettled_.front().before <= confirmed) {
        settled_bad_ += unsettled_.front().count;
        unsettled_.pop_front();
    }
    return settled_bad_ + confirmed;
}

std::string events_text(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " event" : " events");
}

} // namespace publish_event
