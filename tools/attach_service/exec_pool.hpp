#pragma once

#include "tools/attach_service/exec_slot.hpp"
#include "tools/attach_service/runner.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace attach_service {

/// Starts the program for each message, so many at a time.
class ExecPool final : public Runner {
public:
    explicit ExecPool(Surroundings surroundings);

    void open() override {}
    void start(const service::Job& job) override;
    void abandon(std::uint64_t tag) override;
    void configure(const message::Message& configuration) override;
    void close() override;
    [[nodiscard]] bool closed() const override;

    /// Starts what waits, as far as there are free places; for the slots.
    void serve();

private:
    Surroundings surroundings_;
    std::vector<std::unique_ptr<ExecSlot>> slots_;
    std::deque<Work> waiting_;
    bool closing_ = false;
};

} // namespace attach_service
