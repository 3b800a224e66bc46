#pragma once

#include "director/registrations.hpp"
#include "loop/timer.hpp"
#include "redis/connection.hpp"
#include "rpc/caller.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace director {

/// Keeps the registrations true: asks who announces itself for its `__status`, asks everybody after
/// Redis has been away, looks now and then who still listens, and tells `kernel` and `front` of
/// changes (WIRE.md 1.3).
class RollCall {
public:
    /// `loop` and `redis` outlive it; `redis` is used while it is connected.
    RollCall(loop::EventLoop& loop, const redis::Config& config, redis::Connection& redis);

    void open();

    /// `__iamalive` has come.
    void announced(std::string_view service, Generation generation);
    /// Asks for `__status`.
    void ask(const std::string& service, Generation generation);
    /// It has been stopped or removed.
    void forget(std::string_view service);
    /// Redis is there, or back: asks those that are known, and everybody else who listens.
    void begin();

    [[nodiscard]] const Registrations& registrations() const noexcept { return registrations_; }

    /// Called on every change of the registrations.
    std::function<void()> on_change;

private:
    void on_status(const std::string& service, Generation generation, rpc::Result&& result);
    void ask_all(const redis::Reply& channels);
    void look();
    void on_listeners(const redis::Reply& reply);
    void notify();
    void changed(bool methods_too);

    redis::Connection& redis_;
    rpc::Caller first_; // one for each name that services know us by
    rpc::Caller second_;
    loop::Timer look_timer_;
    loop::Timer again_timer_;
    Registrations registrations_;
    /// Who has announced itself and not answered since: a flood of announcements is not one of
    /// questions.
    std::set<std::pair<std::string, Generation>> asked_;
};

} // namespace director
