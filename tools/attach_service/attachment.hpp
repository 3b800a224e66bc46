#pragma once

#include "bus/bus.hpp"
#include "loop/event_loop.hpp"
#include "service/diagnostics.hpp"
#include "service/instance.hpp"
#include "tools/attach_service/calls.hpp"
#include "tools/attach_service/journal.hpp"
#include "tools/attach_service/runner.hpp"
#include "tools/attach_service/surroundings.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attach_service {

enum class Mode { stream, exec };

/// A service whose work is done by another program.
class Attachment final : private service::JobHandler, private Settlement {
public:
    /// `methods` are exposed at `options.calls`. `on_attached` is called once messages and calls
    /// can come.
    Attachment(bus::Bus& bus, service::InstanceOptions options, Settings settings, Mode mode,
               const std::vector<std::string>& methods, service::Diagnostics& diagnostics,
               std::function<void()> on_attached);

    /// Runs until a stop signal; throws when the bus or the start of the program fails for good.
    /// No program is left when it returns or throws.
    void run();

private:
    void start(const service::Job& job) override;
    void abandon(std::uint64_t tag) override { runner_->abandon(tag); }
    void on_ready() override { attached(); }
    void on_configuration(const message::Message& message) override { runner_->configure(message); }
    void on_configured() override {}

    void succeed(std::uint64_t tag, std::vector<message::Message> effects) override;
    void fail(std::uint64_t tag, std::string_view error) override;
    void publish(const message::Message& message) override { instance_.publish(message); }

    void attached();
    [[nodiscard]] bool answers(const std::string& command) const;
    void close();

    const Settings settings_;
    std::vector<topic::Pattern> commands_;
    const std::chrono::milliseconds stop_timeout_;
    std::function<void()> on_attached_;
    int attachments_due_ = 1;
    loop::EventLoop loop_;
    service::Instance instance_;
    Journal journal_;
    std::unique_ptr<Runner> runner_;
    std::optional<Calls> calls_;
};

} // namespace attach_service
