#pragma once

#include "director/api.hpp"
#include "rpc/callee.hpp"

namespace director {

/// The same methods on the bus: `band:list:lab`, `director:run:lab` … (WIRE.md 1.5), and the
/// announcements of services. Answers to `band` have the first generation's form, those to
/// `director` the second's.
class BusFront {
public:
    /// `loop`, `api` and `observer` outlive it.
    BusFront(loop::EventLoop& loop, const redis::Config& config, Api& api,
             rpc::CalleeObserver& observer);

    void open();

private:
    void expose(rpc::Callee& callee, Generation generation);
    void answer(const Route& route, Generation generation, const rpc::IncomingCall& call,
                rpc::Answer answer);

    Api& api_;
    rpc::Callee first_;
    rpc::Callee second_;
};

} // namespace director
