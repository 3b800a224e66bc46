#pragma once

#include "cli/invocation.hpp"
#include "tools/follow_session.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace monitor {

/// Counts messages by kind and routing key instead of showing them. A table that is refreshed in
/// place where the output is a terminal, else one JSON object a second; totals at the end.
class StatsView final : public tools::FollowView {
public:
    StatsView(cli::Invocation& in, cli::Format format);

    void show(const message::Message& message) override;
    [[nodiscard]] bool wants_ticks() const override { return true; }
    void tick() override;
    void finish() override;

private:
    struct Count {
        std::uint64_t messages = 0;
        std::uint64_t bytes = 0;
        std::uint64_t recent = 0; // since the last tick
    };
    using Key = std::pair<message::Kind, std::string>;
    using Row = std::pair<const Key*, const Count*>;

    [[nodiscard]] std::vector<Row> busiest(std::size_t most) const;
    void print_table(std::size_t most_rows, bool totals);
    void print_object(double seconds, bool totals);
    void start_interval();

    cli::Invocation& in_;
    bool table_;
    std::map<Key, Count> topics_;
    Count all_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point interval_start_ = start_;
    std::size_t lines_on_screen_ = 0;
};

} // namespace monitor
