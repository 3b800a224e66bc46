#pragma once

#include "base/stop_signal.hpp"
#include "bus/bus.hpp"
#include "cli/invocation.hpp"
#include "redis/config.hpp"

#include <functional>
#include <memory>
#include <string>

namespace client {

/// The bus that the command line and the environment name; no answer may take longer than
/// `patience` (10 s at most).
std::unique_ptr<bus::Bus> open_bus(cli::Invocation& in, std::chrono::milliseconds patience);

/// The same for a program that declares cli::retention_options, which say what is kept.
std::unique_ptr<bus::Bus> open_bus_to_write(cli::Invocation& in,
                                            std::chrono::milliseconds patience);

/// Where services are called: the Redis that is the bus. Throws Error(usage) when the bus is none.
redis::Config redis_of(const cli::Invocation& in, std::chrono::milliseconds patience);

/// --timeout as a limit: `fallback` when it is not given, centuries when it is 0.
std::chrono::milliseconds patience_of(const cli::Invocation& in,
                                      std::chrono::milliseconds fallback);

/// Says on standard error that the bus is being waited for, once for each time that it is away.
class WaitNotice final : public bus::Observer {
public:
    explicit WaitNotice(cli::Invocation& in) : in_(in) {}

    void on_waiting(const base::Error& why, std::chrono::milliseconds delay, int attempt) override;
    void on_recovered() override;
    void on_warning(const std::string& text) override;

    /// Called at every attempt: a chance to answer a request for statistics.
    std::function<void()> on_attempt;

private:
    cli::Invocation& in_;
    bool away_ = false;
};

/// The error that tells of the signal: "interrupted" as it comes from the bus does not know which.
base::Error stopped_by(const base::StopSignal& stop, std::string subject, std::string why,
                       std::string hint = {});

} // namespace client
