#pragma once

#include "director/arguments.hpp"
#include "director/inventory.hpp"
#include "director/operations.hpp"
#include "director/overview.hpp"
#include "director/roll_call.hpp"
#include "director/routes.hpp"
#include "director/supervisor.hpp"
#include "director/wanted_services.hpp"
#include "rpc/caller.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace director {

/// One thing asked for, over HTTP or over Redis.
struct Ask {
    Action action = Action::list;
    std::string service;
    std::string method;
    Arguments arguments;
    Envelope envelope = Envelope::wrapped;
    Generation as = Generation::first; // by which name we were spoken to
    Operations::Progress progress;     // of run and build; may be empty
};

/// What the API works on; all outlive it.
struct Parts {
    WorkerPool& pool; // for what only looks
    WorkerPool& changers;
    Operations& operations;
    Inventory& inventory;
    RollCall& roll_call;
    WantedServices& wanted;
    Supervisor& supervisor;
    Overview& overview;
    rpc::Caller& caller;
};

/// Carries out what is asked for and answers in JSON; the same for HTTP and for the bus.
class Api {
public:
    /// Called once, from the loop: now or later.
    using Reply = std::function<void(Answer)>;

    /// `parts` outlive it. `defaults` says how services are run, where a request does not.
    Api(const Parts& parts, runtime::ServiceSpec defaults)
        : parts_(parts), defaults_(std::move(defaults)) {}

    void answer(Ask ask, Reply reply);

    /// How calls of services have ended so far.
    struct Calls {
        std::uint64_t answered = 0;
        std::uint64_t refused = 0;
        std::uint64_t nobody = 0;
        std::uint64_t timed_out = 0;
        std::uint64_t away = 0;
        std::chrono::microseconds time{}; // of those that were answered
    };
    [[nodiscard]] const Calls& calls() const noexcept { return calls_; }

    /// Does what the supervisor has decided. `done` gets why it failed, or an empty text.
    void carry_out(const Supervisor::Decision& decision,
                   std::function<void(const std::string& why)> done);

private:
    using Work = Operations::Work;
    using ToAnswer = std::function<Answer(const std::string& result)>;

    void dispatch(Ask& ask, const Reply& reply);
    void announce(const Ask& ask, const Reply& reply);
    void call(Ask& ask, const Reply& reply);
    void notify(Ask& ask, const Reply& reply);
    void status(Ask& ask, const Reply& reply);
    void count(const rpc::Result& result, base::SteadyClock::time_point start);
    void show(const Ask& ask, const Reply& reply);
    void look(const Reply& reply,
              std::function<std::string(host::Host&, const runtime::Wait&)> work);

    void run(const Ask& ask, const Reply& reply);
    void build(const Ask& ask, const Reply& reply);
    void change(const Ask& ask, const Reply& reply);
    void prune(const Ask& ask, const Reply& reply);
    void require_runtimes(const std::string& service) const;
    void submit(const Ask& ask, Work work, std::function<void(const std::string&)> after,
                ToAnswer to_answer, const Reply& reply);
    void after_change(Action action, const std::string& service);
    void reply_once_known(const Answer& answer, const Reply& reply);

    Parts parts_;
    const runtime::ServiceSpec defaults_;
    Calls calls_;
};

} // namespace director
