#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/line_splitter.hpp"
#include "loop/timer.hpp"
#include "service/instance.hpp"
#include "tools/attach_service/answer.hpp"
#include "tools/attach_service/child.hpp"
#include "tools/attach_service/pipe_reader.hpp"
#include "tools/attach_service/pipe_writer.hpp"
#include "tools/attach_service/stderr_relay.hpp"
#include "tools/attach_service/surroundings.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace attach_service {

class StreamPool;

/// One copy of a program that stays up: keeps it running, hands messages to it and takes its
/// answers.
class StreamWorker {
public:
    StreamWorker(Surroundings& surroundings, StreamPool& pool);

    /// Starts the program for the first time; throws when it cannot be started.
    void open() { launch(); }

    [[nodiscard]] bool has_room() const;
    [[nodiscard]] std::size_t load() const noexcept { return held_.size(); }

    /// Needs room.
    void give(const service::Job& job);
    /// The configuration of this name is new; the program gets the latest one that the pool has.
    void configure(const std::string& name);
    void abandon(std::uint64_t tag);

    void close();
    [[nodiscard]] bool closed() const noexcept { return !run_ || !run_->child.running(); }

private:
    struct Held { // a message that the program has not answered
        std::uint64_t id;
        std::uint64_t tag;               // 0: a configuration, or an abandoned job
        const message::Message* message; // null in the same cases
        base::SteadyClock::time_point until;
        bool configuration;
    };
    struct Run { // one life of the program
        Run(StreamWorker& worker, loop::EventLoop& loop);
        Child child;
        PipeWriter in;
        base::LineSplitter lines;
        PipeReader out;
        StderrRelay err;
        base::SteadyClock::time_point since = base::SteadyClock::now();
    };

    void launch();
    void relaunch();
    void send(std::uint64_t tag, const service::Job& job);
    void send_configurations();
    void watch_time();
    void note_conversation();

    void on_bytes(std::string_view bytes);
    void on_line(std::string_view line, bool cut);
    void take(Answer& answer);
    void settle(const Held& held, Answer& answer);
    void publish(std::vector<message::Message>& effects);
    void suspect(std::string why);
    void break_off(std::string why);
    void on_exit(Ending ending);
    void fail_held(const std::string& why);
    void on_late();

    Surroundings& surroundings_;
    StreamPool& pool_;
    std::unique_ptr<Run> run_; // while it runs, and until it is started again
    std::deque<Held> held_;    // oldest first
    std::deque<std::string> configurations_due_;
    std::string fault_;     // why the program is being ended
    std::string suspicion_; // a sign that it has ended, or must be
    base::Backoff backoff_{std::chrono::milliseconds{50}, std::chrono::seconds{30}};
    loop::Timer relaunch_timer_;
    loop::Timer flush_timer_;
    loop::Timer late_timer_;
    loop::Timer suspicion_timer_;
    loop::Timer close_timer_;
    bool closing_ = false;
};

} // namespace attach_service
