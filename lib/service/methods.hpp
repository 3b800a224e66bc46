#pragma once

#include "bus/publisher.hpp"
#include "rpc/callee.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace loop {
class EventLoop;
}

namespace service {

/// The methods by which a service is called over Band RPC, beside its messages on the bus: their
/// life from the start to the orderly stop.
class Methods final : private rpc::CalleeObserver {
public:
    /// `loop` and `observer` outlive it.
    Methods(loop::EventLoop& loop, const redis::Config& config, const std::string& service,
            bus::Observer& observer);

    void expose(rpc::ExposedMethod method, rpc::Callee::Handler handler) {
        callee_.expose(std::move(method), std::move(handler));
    }

    /// `on_ready` is called once, when the first call can come.
    void open(std::function<void()> on_ready);

    /// Takes no more calls.
    void stop();
    /// Runs the loop until every answer that is owed has been given and the server has it; false
    /// when that takes longer than `limit`. Nothing else may need the loop by then.
    [[nodiscard]] bool finish(std::chrono::milliseconds limit);

private:
    void on_ready() override;
    void on_away(const base::Error& error, std::chrono::milliseconds retry_in,
                 int attempt) override;
    void on_fault(std::string_view method, std::string_view why) override;
    void on_garbage(std::string_view channel, std::string_view why) override;

    loop::EventLoop& loop_;
    bus::Observer& observer_;
    std::function<void()> on_first_ready_;
    bool stopped_ = false;
    bool done_ = false;
    bool finishing_ = false; // the loop runs for it alone
    rpc::Callee callee_;
};

/// The error of an answer from the payload of a command's error result, JSON text: a string is the
/// message; of an object, `message` is that and a whole number `code` the code, and all of it is
/// the data.
rpc::Failure failure_of(std::string_view json);

} // namespace service
