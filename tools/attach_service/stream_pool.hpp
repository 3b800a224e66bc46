#pragma once

#include "tools/attach_service/runner.hpp"
#include "tools/attach_service/stream_worker.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace attach_service {

/// The copies of a program that stays up. A message goes to the one that has least to do.
class StreamPool final : public Runner {
public:
    explicit StreamPool(Surroundings surroundings);

    void open() override;
    void start(const service::Job& job) override;
    void abandon(std::uint64_t tag) override;
    void configure(const message::Message& configuration) override;
    void close() override;
    [[nodiscard]] bool closed() const override;

    // For the workers.

    /// Hands out what waits; called when one of them may have room.
    void serve();
    void on_closed();
    [[nodiscard]] std::uint64_t next_id() noexcept { return ++last_id_; }
    [[nodiscard]] std::vector<std::string> configuration_names() const;
    [[nodiscard]] const message::Message& configuration(const std::string& name) const {
        return configurations_.at(name);
    }

private:
    [[nodiscard]] StreamWorker* least_busy();

    Surroundings surroundings_;
    std::vector<std::unique_ptr<StreamWorker>> workers_;
    std::deque<service::Job> waiting_;
    std::map<std::string, message::Message> configurations_; // the last of each name
    std::uint64_t last_id_ = 0;
};

} // namespace attach_service
