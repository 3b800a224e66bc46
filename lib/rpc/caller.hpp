#pragma once

#include "loop/timer.hpp"
#include "rpc/line.hpp"
#include "rpc/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rpc {

/// Calls methods of services from an event loop, many at the same time (WIRE.md section 1). The
/// first answer to a call counts; what else comes is ignored.
class Caller final : private LineHandler {
public:
    using Done = std::function<void(Result&&)>;

    /// Answers come to the channel `name`; empty: a random one, which nobody else can have. What is
    /// called before `open`, or before the first attempt to connect has ended, waits for that;
    /// while Redis is away, calls end at once.
    Caller(loop::EventLoop& loop, const redis::Config& config, std::string name = {});

    void open() { line_.open(); }

    /// `params` is JSON text, an object or an array; empty: no arguments. `done` is called once,
    /// from the loop or from within; not after the caller has been destroyed, which must not
    /// happen in it. Throws Error(usage) for names that cannot be sent.
    void call(std::string_view service, std::string_view method, std::string_view params,
              std::chrono::milliseconds timeout, Done done);

    /// Sends what nobody answers, in the same way: the result is how many listen to that name.
    void notify(std::string_view service, std::string_view method, std::string_view params,
                std::chrono::milliseconds timeout, Done done);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] bool ready() const noexcept { return line_.ready(); }
    [[nodiscard]] std::size_t in_flight() const noexcept { return calls_.size(); }
    /// Messages so far that answered no call: garbage, late answers and second ones.
    [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }

private:
    struct Letter {
        std::string channel;
        std::string text; // until it has been sent
        bool answered;    // by the service; else Redis' word ends it
    };
    struct Pending {
        Pending(loop::EventLoop& loop, std::function<void()> on_late)
            : timer(loop, std::move(on_late)) {}
        Done done;
        loop::Timer timer;
        Letter letter;
    };

    void on_ready() override;
    void on_away(const base::Error& error, std::chrono::milliseconds retry_in,
                 int attempt) override;
    void on_message(std::string_view channel, std::string_view payload) override;

    /// Throws Error(usage).
    [[nodiscard]] std::string address_of(std::string_view service, std::string_view method) const;
    std::string next_id();
    void place(const std::string& id, Letter letter, std::chrono::milliseconds timeout, Done done);
    void send(const std::string& id, Letter& letter);
    void end(const std::string& id, Result&& result);

    loop::EventLoop& loop_;
    std::string name_;
    std::string id_prefix_; // a restarted caller must not take an old answer for a new one
    std::uint64_t last_id_ = 0;
    std::uint64_t ignored_ = 0;
    std::string away_; // why; empty while it is there, or has not been tried
    std::unordered_map<std::string, std::unique_ptr<Pending>> calls_; // by the id's JSON text
    std::vector<std::string> unsent_;                                 // ids, oldest first
    Line line_;
};

} // namespace rpc
