#pragma once

#include "message/message.hpp"
#include "service/instance.hpp"
#include "service/methods.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace attach_service {

/// The methods that the program stands behind: makes a job of each call that looks like a command,
/// and an answer of what becomes of it. It is handled once: who called is told when it has failed.
class Calls {
public:
    using Start = std::function<void(const service::Job& job)>;

    /// `start` has the program handle a job whose tag `owns` knows. `loop` and `observer` outlive
    /// it.
    Calls(loop::EventLoop& loop, const redis::Config& config, std::string service,
          const std::vector<std::string>& methods, bus::Observer& observer, Start start);

    void open(std::function<void()> on_ready) { methods_.open(std::move(on_ready)); }
    /// Takes no more.
    void stop() { methods_.stop(); }
    /// Runs the loop until every answer is sent, at most for `limit`. What is not answered by then
    /// is handed to `abandon`.
    void finish(std::chrono::milliseconds limit, const std::function<void(std::uint64_t)>& abandon);

    /// Tells the tags of calls from those of messages, which the bus counts from 1.
    [[nodiscard]] static bool owns(std::uint64_t tag) noexcept { return (tag & mark) != 0; }
    /// Answers; gives back what is to be published beside that.
    std::vector<message::Message> succeed(std::uint64_t tag, std::vector<message::Message> effects);
    void fail(std::uint64_t tag, std::string_view error);

private:
    struct Held {
        message::Message message;
        rpc::Answer answer;
    };
    static constexpr std::uint64_t mark = std::uint64_t{1} << 63;

    void take(const rpc::IncomingCall& call, rpc::Answer answer);

    std::string service_;
    Start start_;
    std::map<std::uint64_t, Held> held_;
    std::uint64_t last_tag_ = mark;
    service::Methods methods_;
};

} // namespace attach_service
