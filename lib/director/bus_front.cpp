#include "director/bus_front.hpp"

#include "base/error.hpp"
#include "codec/json_path.hpp"
#include "runtime/service_name.hpp"

#include <memory>
#include <utility>

namespace director {

namespace {

rpc::CalleeOptions options_for(Generation generation) {
    return {
        .name = std::string(director_name(generation)), .answers = generation, .announce = false};
}

/// The parts that a path has over HTTP are arguments here.
Ask ask_for(const Route& route, Generation generation, std::string_view params) {
    Ask ask{.action = route.action, .as = generation};
    if (!params.empty())
        ask.arguments.merge_json(params);
    if (route.parts > 0) {
        ask.service = codec::plain_text(ask.arguments.take("name").value_or(""));
        runtime::require_service_name(ask.service);
    }
    if (route.parts > 1) {
        ask.method = codec::plain_text(ask.arguments.take("method").value_or(""));
        check_method_name(ask.method);
    }
    if (generation == Generation::second)
        ask.envelope = Envelope::bare;
    return ask;
}

void give(rpc::Answer& owed, const Answer& answer) {
    if (!answer.failure) {
        owed.result(answer.result);
        return;
    }
    owed.error({answer.failure->code,
                codec::find_text(answer.failure->json, "message").value_or("Server error"),
                {}});
}

} // namespace

BusFront::BusFront(loop::EventLoop& loop, const redis::Config& config, Api& api,
                   rpc::CalleeObserver& observer)
    : api_(api), first_(loop, config, options_for(Generation::first), observer),
      second_(loop, config, options_for(Generation::second), observer) {
    expose(first_, Generation::first);
    expose(second_, Generation::second);
}

void BusFront::expose(rpc::Callee& callee, Generation generation) {
    for (const Route& route : routes())
        if (route.on_bus)
            callee.expose(
                {.name = std::string(route.name)},
                [this, &route, generation](const rpc::IncomingCall& call, rpc::Answer owed) {
                    answer(route, generation, call, std::move(owed));
                });
}

void BusFront::open() {
    first_.open();
    second_.open();
}

void BusFront::answer(const Route& route, Generation generation, const rpc::IncomingCall& call,
                      rpc::Answer answer) {
    // Shared, since what is called back is copied on its way.
    const auto owed = std::make_shared<rpc::Answer>(std::move(answer));
    try {
        api_.answer(ask_for(route, generation, call.params),
                    [owed](const Answer& answered) { give(*owed, answered); });
    } catch (const base::Error& error) {
        give(*owed, failure_of(error));
    }
}

} // namespace director
