#pragma once

#include "bus/bus.hpp"
#include "loop/timer.hpp"
#include "message/log_record.hpp"
#include "redis/config.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace loop {
class EventLoop;
}

namespace service {

struct InstanceOptions {
    bus::ConsumerOptions consumer;
    /// How many jobs run at the same time.
    std::size_t concurrency = 1;
    /// A job that failed is tried once more after this long.
    std::chrono::milliseconds retry_delay = std::chrono::seconds{1};
    /// How long jobs that run at a stop may go on; then they are handed back.
    std::chrono::milliseconds stop_timeout = std::chrono::seconds{10};
    /// Where the service's methods are called; needed where it has some.
    std::optional<redis::Config> calls = {};
};

/// A message to be handled. `message` stays valid until the job ends.
struct Job {
    std::uint64_t tag = 0;
    int attempt = 1; // 2: it failed once
    const message::Message* message = nullptr;
};

/// The logic of a service: what an instance runs. Called from the event loop.
class JobHandler {
public:
    /// Begins the job; ends it, now or later, with Instance::succeed or Instance::fail. Must not
    /// throw.
    virtual void start(const Job& job) = 0;
    /// The job is handed back, since the instance stops and it has taken too long: to be aborted.
    virtual void abandon(std::uint64_t tag) = 0;
    /// Subscribed and configured; jobs follow. Called once. What it throws ends the instance.
    virtual void on_ready() = 0;
    /// May throw: then this configuration counts as not received.
    virtual void on_configuration(const message::Message& message) = 0;
    /// Every configuration that was subscribed to by its full name has come. Called once. What it
    /// throws ends the instance.
    virtual void on_configured() = 0;

protected:
    ~JobHandler() = default;
};

/// One running instance of a logical service: takes messages from the bus, has them handled, and
/// settles each. A job that fails is tried once more, then it goes to the dead letters; crashes and
/// reconnections do not count as failures (RELIABILITY.md S4). `start` it, run the loop; after
/// `stop`, or when the bus fails for good, it ends the loop.
class Instance final : private bus::ConsumerHandler {
public:
    /// All that is given by reference outlives it.
    Instance(loop::EventLoop& loop, bus::Bus& bus, InstanceOptions options, JobHandler& handler,
             bus::Observer& observer);

    void start();

    /// Takes nothing new; hands back what does not run; waits for what runs.
    void stop();

    /// The job is done: acknowledges its message together with `effects`, all or nothing.
    void succeed(std::uint64_t tag, std::vector<message::Message> effects);
    void fail(std::uint64_t tag, std::string_view error);

    /// Publishes outside of any job.
    void publish(const message::Message& message) { consumer_->publish(message); }

    /// Fills in service, host, pid and time, and sends it if that is possible now.
    void log(message::LogRecord record);
    void log(message::Severity severity, std::string_view text, std::string_view full = {},
             std::string_view conversation_id = {});

    [[nodiscard]] const std::string& service() const noexcept { return options_.consumer.service; }
    [[nodiscard]] bool stopping() const noexcept { return stopping_; }

private:
    enum class State : std::uint8_t { waiting, running, resting, settling, given_up };
    struct Pending {
        message::Message message;
        int attempt = 1;
        State state = State::waiting;
        std::string reason; // once it is given up
        std::string error;
    };
    struct Rest { // a job that failed once, until it is tried again
        base::SteadyClock::time_point until;
        std::uint64_t tag;
    };

    void on_subscribed() override;
    void on_delivery(bus::Delivery&& delivery) override;
    void on_configuration(const message::Message& message) override;
    void on_configurations_known() override;
    void on_settled(std::uint64_t tag) override { jobs_.erase(tag); }
    void on_lost(std::uint64_t tag) override;
    void on_refused(std::uint64_t tag, const base::Error& error) override;
    void on_stopped() override;
    void on_failed(std::exception_ptr error) noexcept override;

    [[nodiscard]] bool refuse_malformed(const bus::Delivery& delivery);
    void give_up(std::uint64_t tag, std::string_view reason, std::string_view error);
    void bury(std::uint64_t tag);
    void check_ready();
    void check_configured();
    void run_waiting();
    void rest(std::uint64_t tag, std::chrono::milliseconds time);
    void end_rests();
    void on_stop_timeout();

    loop::EventLoop& loop_;
    InstanceOptions options_;
    JobHandler& handler_;
    bus::Observer& observer_;
    std::unique_ptr<bus::Consumer> consumer_;
    loop::Timer rest_timer_;
    loop::Timer stop_timer_;
    loop::Timer run_timer_;
    std::unordered_map<std::uint64_t, Pending> jobs_;
    std::deque<std::uint64_t> waiting_;
    std::deque<Rest> rests_; // earliest first
    std::vector<std::string> configurations_due_;
    std::size_t running_ = 0;
    bool subscribed_ = false;
    bool configurations_known_ = false;
    bool configured_ = false;
    bool ready_ = false;
    bool stopping_ = false;
    bool starting_jobs_ = false; // run_waiting is not to be entered twice
};

} // namespace service
