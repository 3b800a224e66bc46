#include "director/roll_call.hpp"

#include "director/notifications.hpp"
#include "host/bus_services.hpp"
#include "runtime/service_name.hpp"

namespace director {

using base::SteadyClock;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 30s; // WIRE.md 1.6
constexpr auto look_interval = 5s;
constexpr auto retry_interval = 200ms;
constexpr auto answer_time = 2s;
constexpr std::size_t most_asked = 1000;
constexpr std::size_t longest_status = 256 * 1024; // it is kept, and told to everybody who asks

} // namespace

RollCall::RollCall(loop::EventLoop& loop, const redis::Config& config, redis::Connection& redis)
    : redis_(redis), first_(loop, config, std::string(director_name(Generation::first))),
      second_(loop, config, std::string(director_name(Generation::second))),
      look_timer_(loop, [this] { look(); }), again_timer_(loop, [this] { begin(); }),
      registrations_(patience) {}

void RollCall::open() {
    first_.open();
    second_.open();
}

void RollCall::announced(std::string_view service, Generation generation) {
    // The names are part of paths and keys from here on.
    if (!runtime::is_service_name(service))
        return;
    if (registrations_.announced(service, generation, SteadyClock::now(), base::unix_ms()))
        changed(false);
    if (asked_.emplace(service, generation).second) // else its answer is on its way
        ask(std::string(service), generation);
}

void RollCall::ask(const std::string& service, Generation generation) {
    rpc::Caller& caller = generation == Generation::first ? first_ : second_;
    caller.call(service, "__status", "{}", answer_time,
                [this, service, generation](rpc::Result&& result) {
                    asked_.erase({service, generation});
                    on_status(service, generation, std::move(result));
                });
}

void RollCall::on_status(const std::string& service, Generation generation, rpc::Result&& result) {
    const Registration* const known = registrations_.find(service);
    const bool answered_before = known != nullptr && known->answers;
    if (result.ok() && result.json.size() <= longest_status) {
        const bool methods =
            registrations_.reported(service, generation, rpc::parse_status(result.json),
                                    SteadyClock::now(), base::unix_ms());
        if (methods || !answered_before)
            changed(methods);
        return;
    }
    if (result.status == rpc::Result::Status::away) { // its connection comes back a little later
        if (redis_.connected() && !again_timer_.scheduled())
            again_timer_.schedule(retry_interval);
        return;
    }
    registrations_.silent(service);
    if (answered_before)
        changed(false);
}

void RollCall::forget(std::string_view service) {
    if (registrations_.forget(service))
        changed(true);
}

void RollCall::begin() {
    if (!redis_.connected())
        return;
    registrations_.renew(SteadyClock::now());
    look_timer_.schedule(look_interval);
    redis_.send({"PUBSUB", "CHANNELS"}, [this](redis::Reply&& channels) { ask_all(channels); });
}

/// A service of the first generation announces itself every ten minutes only.
void RollCall::ask_all(const redis::Reply& channels) {
    std::size_t asked = 0;
    for (const redis::Reply& channel : channels.elements) {
        if (!host::may_be_service(channel.text) || ++asked > most_asked)
            continue;
        const Registration* const known = registrations_.find(channel.text);
        ask(channel.text, known != nullptr ? known->generation : Generation::first);
    }
}

void RollCall::look() {
    look_timer_.schedule(look_interval);
    if (!redis_.connected())
        return;
    if (registrations_.all().empty())
        return;
    std::vector<std::string_view> command{"PUBSUB", "NUMSUB"};
    for (const auto& [service, registration] : registrations_.all())
        command.emplace_back(service);
    redis_.send(command, [this](redis::Reply&& reply) { on_listeners(reply); });
}

void RollCall::on_listeners(const redis::Reply& reply) {
    if (!reply.is_array())
        return;
    bool news = false;
    const auto now = SteadyClock::now();
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
        const std::string& service = reply.at(i).text;
        const Registration* const known = registrations_.find(service);
        if (known == nullptr)
            continue;
        if (reply.at(i + 1).as_integer() > 0) {
            registrations_.heard(service, now);
            if (!known->answers)
                ask(service, known->generation);
        } else if (known->answers) {
            registrations_.silent(service);
            news = true;
        }
    }
    const bool gone = registrations_.expire(now);
    if (gone || news)
        changed(gone);
}

void RollCall::changed(bool methods_too) {
    if (methods_too)
        notify();
    if (on_change)
        on_change();
}

void RollCall::notify() {
    if (!redis_.connected())
        return;
    const auto ignore = [](redis::Reply&&) {};
    redis_.send({"PUBLISH", "kernel", kernel_notification(registrations_.all())}, ignore);
    second_.call("front", "__status", front_params(registrations_.all()), answer_time,
                 [](rpc::Result&&) {});
}

} // namespace director
