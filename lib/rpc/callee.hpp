#pragma once

#include "loop/timer.hpp"
#include "rpc/generation.hpp"
#include "rpc/json_rpc.hpp"
#include "rpc/line.hpp"
#include "rpc/status.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc {

/// A request or a notification. Valid while the handler runs.
struct IncomingCall {
    std::string_view to; // the name it was sent to; "any" and "broadcast" are possible
    std::string_view method;
    std::string_view from;
    std::string_view params; // JSON text; empty: none were sent
    bool notification = false;
};

/// The answer that a call is owed, given once, now or later. Dropped without one, it answers with
/// code::server_error. After the callee has been destroyed, and for a notification, it goes
/// nowhere.
class Answer {
public:
    Answer(Answer&&) noexcept = default;
    Answer& operator=(Answer&&) = delete;
    ~Answer();

    /// `json` is JSON text; it is not checked again.
    void result(std::string_view json);
    void error(const Failure& failure);

private:
    friend class Callee;
    struct Desk; // where the answers are sent
    Answer(const std::shared_ptr<Desk>& desk, std::string_view id, std::string_view to);
    template <class Write> void give(const Write& write);

    std::weak_ptr<Desk> desk_;
    std::string id_;
    std::string to_;
};

struct CalleeOptions {
    std::string name;
    /// More channels to listen to, whose calls are as good as those to `name`.
    std::vector<std::string> aliases = {};
    /// Whether calls to the name `broadcast` are carried out, too; `__status` there always is.
    bool broadcast = false;
    /// The role of Band in which it answers. The second generation's answers say from whom and to
    /// whom they are, which callers of the first one do not look at.
    Generation answers = Generation::second;
    /// Whether it announces itself to directors, and answers `__status` with the methods that were
    /// exposed: in the second generation's form to whom is called `director`, or begins so.
    bool announce = true;
    /// Calls beyond it are refused until some have been answered.
    std::size_t most_in_flight = 1000;
};

/// What a callee may tell its owner. Called from the event loop.
class CalleeObserver {
public:
    virtual void on_ready() {}
    virtual void on_away(const base::Error& /*error*/, std::chrono::milliseconds /*retry_in*/,
                         int /*attempt*/) {}
    /// A handler has thrown; the caller has been told no more than "Server error".
    virtual void on_fault(std::string_view /*method*/, std::string_view /*why*/) {}
    /// A message that is no call of ours: no JSON, a batch, another address.
    virtual void on_garbage(std::string_view /*channel*/, std::string_view /*why*/) {}

protected:
    ~CalleeObserver() = default;
};

/// Answers calls to a service from an event loop (WIRE.md section 1). Notifications are carried out
/// and never answered; requests without `params` are accepted.
class Callee final : private LineHandler {
public:
    /// Called from the loop; may keep the answer. What it throws is told to the observer.
    using Handler = std::function<void(const IncomingCall& call, Answer answer)>;

    /// `loop` and `observer` outlive it. Throws Error(usage) for names that cannot be addressed.
    Callee(loop::EventLoop& loop, const redis::Config& config, CalleeOptions options,
           CalleeObserver& observer);
    ~Callee();

    /// Replaces an earlier handler of that name. Calls of other methods are refused with
    /// code::method_not_found.
    void expose(ExposedMethod method, Handler handler);

    void open();
    /// Takes no more calls: whoever calls hears at once that nobody is there. `done` is called,
    /// perhaps at once, when every answer that is owed has been given and the server has it, or
    /// cannot get it.
    void stop(std::function<void()> done);
    [[nodiscard]] bool ready() const noexcept;
    [[nodiscard]] Status status() const;

private:
    struct Method {
        ExposedMethod shown;
        Handler handler;
    };

    void on_ready() override;
    void on_away(const base::Error& error, std::chrono::milliseconds retry_in,
                 int attempt) override;
    void on_message(std::string_view channel, std::string_view payload) override;

    void on_item(std::string_view channel, const Item& item);
    void on_request(std::string_view channel, const Request& request);
    void on_malformed(std::string_view channel, const Malformed& malformed);
    void carry_out(const IncomingCall& call, Answer answer);
    [[nodiscard]] bool is_ours(std::string_view to, std::string_view method) const;
    void announce();

    CalleeOptions options_;
    CalleeObserver& observer_;
    std::map<std::string, Method, std::less<>> methods_;
    std::vector<std::string> order_; // of the methods, as they were exposed
    std::int64_t started_ms_;
    std::uint64_t calls_ = 0;    // carried out, but for those about ourselves
    unsigned announcements_ = 0; // since it became ready
    std::shared_ptr<Answer::Desk> desk_;
    loop::Timer announce_timer_;
};

} // namespace rpc
