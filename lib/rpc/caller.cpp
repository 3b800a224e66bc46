#include "rpc/caller.hpp"

#include "base/id.hpp"
#include "codec/parse_error.hpp"
#include "redis/error.hpp"
#include "rpc/address.hpp"
#include "rpc/generation.hpp"

#include <utility>

namespace rpc {

namespace {

std::string random_name() {
    return std::string(lasting_caller) + base::random_id();
}

std::string_view object_or(std::string_view params) {
    return params.empty() ? "{}" : params; // both originals ignore a message without
}

} // namespace

Caller::Caller(loop::EventLoop& loop, const redis::Config& config, std::string name)
    : loop_(loop), name_(name.empty() ? random_name() : std::move(name)),
      id_prefix_("\"" + base::random_id(60) + "-"), line_(loop, config, {name_}, *this) {
    check_name("caller", name_);
}

void Caller::call(std::string_view service, std::string_view method, std::string_view params,
                  std::chrono::milliseconds timeout, Done done) {
    const std::string id = next_id();
    std::string text;
    append_request(text, address_of(service, method), object_or(params), id, request_style);
    place(id, {.channel = std::string(service), .text = std::move(text), .answered = true}, timeout,
          std::move(done));
}

void Caller::notify(std::string_view service, std::string_view method, std::string_view params,
                    std::chrono::milliseconds timeout, Done done) {
    std::string text;
    append_notification(text, address_of(service, method), object_or(params), request_style);
    place(next_id(), {.channel = std::string(service), .text = std::move(text), .answered = false},
          timeout, std::move(done));
}

std::string Caller::address_of(std::string_view service, std::string_view method) const {
    check_name("service", service);
    check_name("method", method);
    return Address{service, method, name_}.text();
}

std::string Caller::next_id() {
    return id_prefix_ + std::to_string(++last_id_) + "\"";
}

void Caller::place(const std::string& id, Letter letter, std::chrono::milliseconds timeout,
                   Done done) {
    if (!away_.empty())
        return done({.status = Result::Status::away, .why = away_});
    auto call = std::make_unique<Pending>(
        loop_, [this, id] { end(id, {.status = Result::Status::timed_out}); });
    call->done = std::move(done);
    call->letter = std::move(letter);
    call->timer.schedule(timeout);
    Pending& placed = *calls_.emplace(id, std::move(call)).first->second;
    if (line_.ready())
        send(id, placed.letter);
    else
        unsent_.push_back(id);
}

void Caller::send(const std::string& id, Letter& letter) {
    const std::string text = std::exchange(letter.text, {});
    line_.publish(letter.channel, text,
                  [this, id, answered = letter.answered](redis::Reply&& reply) {
                      if (reply.is_error())
                          end(id, {.status = Result::Status::away,
                                   .why = redis::ReplyError("publish", reply.text).why()});
                      else if (reply.as_integer() == 0)
                          end(id, {.status = Result::Status::nobody});
                      else if (!answered)
                          end(id, {.json = std::to_string(reply.as_integer())});
                  });
}

// `id` may belong to the call, which goes with this.
void Caller::end(const std::string& id, Result&& result) {
    const auto at = calls_.find(id);
    if (at == calls_.end())
        return; // the answer was faster than the server's word that it was sent
    const std::unique_ptr<Pending> call = std::move(at->second);
    calls_.erase(at);
    call->done(std::move(result));
}

void Caller::on_ready() {
    away_.clear();
    for (const std::string& id : std::exchange(unsent_, {}))
        if (const auto at = calls_.find(id); at != calls_.end())
            send(id, at->second->letter);
}

void Caller::on_away(const base::Error& error, std::chrono::milliseconds, int) {
    away_ = error.what();
    unsent_.clear();
    for (auto& [id, call] : std::exchange(calls_, {}))
        call->done({.status = Result::Status::away, .why = away_});
}

void Caller::on_message(std::string_view, std::string_view payload) {
    try {
        const Document document = parse(payload);
        if (!document.batch)
            if (const auto* const response = std::get_if<Response>(&document.items.front());
                response != nullptr && calls_.contains(std::string(response->id)))
                return end(std::string(response->id), result_of(*response));
    } catch (const codec::ParseError&) { // counted below
    }
    ++ignored_;
}

} // namespace rpc
