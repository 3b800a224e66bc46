#include "tools/attach_service/calls.hpp"

#include "base/id.hpp"
#include "base/printable.hpp"

#include <algorithm>
#include <utility>

namespace attach_service {

using message::Kind;
using message::Message;

namespace {

// Makes a result out of what the program answers; no stream has such a name.
constexpr std::string_view caller = "the caller";
constexpr std::size_t most_error_text = 16 * 1024;

} // namespace

Calls::Calls(loop::EventLoop& loop, const redis::Config& config, std::string service,
             const std::vector<std::string>& methods, bus::Observer& observer, Start start)
    : service_(std::move(service)), start_(std::move(start)),
      methods_(loop, config, service_, observer) {
    for (const std::string& name : methods)
        methods_.expose({name}, [this](const rpc::IncomingCall& call, rpc::Answer answer) {
            take(call, std::move(answer));
        });
}

void Calls::take(const rpc::IncomingCall& call, rpc::Answer answer) {
    Message message;
    message.kind = Kind::command;
    message.routing_key = service_ + "." + std::string(call.method);
    message.body = call.params.empty() ? "{}" : call.params;
    message.conversation_id = base::random_id();
    message.source = call.from;
    if (!call.notification)
        message.reply_to = caller;
    const std::uint64_t tag = ++last_tag_;
    const auto held = held_.emplace(tag, Held{std::move(message), std::move(answer)}).first;
    start_({tag, 1, &held->second.message});
}

std::vector<Message> Calls::succeed(std::uint64_t tag, std::vector<Message> effects) {
    auto held = held_.extract(tag);
    if (held.empty())
        return {};
    const auto result = std::ranges::find(effects, caller, &Message::routing_key);
    if (result == effects.end()) { // a notification
        held.mapped().answer.result("null");
        return effects;
    }
    if (result->status == "success")
        held.mapped().answer.result(result->body);
    else
        held.mapped().answer.error(service::failure_of(result->body));
    effects.erase(result);
    return effects;
}

void Calls::fail(std::uint64_t tag, std::string_view error) {
    auto held = held_.extract(tag);
    if (!held.empty())
        held.mapped().answer.error(
            {rpc::code::server_error, base::printable_start(error, most_error_text), {}});
}

void Calls::finish(std::chrono::milliseconds limit,
                   const std::function<void(std::uint64_t)>& abandon) {
    if (methods_.finish(limit))
        return;
    for (const auto& [tag, held] : held_)
        abandon(tag);
    while (!held_.empty())
        fail(held_.begin()->first, "the service stops");
    static_cast<void>(methods_.finish(std::chrono::seconds{1})); // sends that
}

} // namespace attach_service
