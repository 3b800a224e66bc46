#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace publish_event {

/// Keeps count of a stream's records, so that a run that ends early can say where to go on: how
/// many records are settled for good when so many events are confirmed, bad ones in between
/// included. Memory is bounded by what is unconfirmed.
class Tally {
public:
    explicit Tally(std::uint64_t skipped) : settled_bad_(skipped) {}

    void publish() { ++published_; }
    void pass_over_bad();

    /// The N of --skip N, with `confirmed` events confirmed.
    std::uint64_t resume_at(std::uint64_t confirmed);

    [[nodiscard]] std::uint64_t published() const noexcept { return published_; }
    [[nodiscard]] std::uint64_t bad() const noexcept { return bad_; }

private:
    struct Bad {
        std::uint64_t before; // events published before them
        std::uint64_t count;
    };
    std::deque<Bad> unsettled_;
    std::uint64_t settled_bad_; // and skipped ones
    std::uint64_t published_ = 0;
    std::uint64_t bad_ = 0;
};

/// "1 event", "2 events".
std::string events_text(std::uint64_t count);

} // namespace publish_event
