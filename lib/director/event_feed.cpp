#include "director/event_feed.hpp"

#include <utility>

namespace director {

using namespace std::chrono_literals;

namespace {

constexpr auto together = 50ms;
constexpr auto alive_interval = 15s; // proxies end what is silent for a minute
constexpr std::size_t most_readers = 256;

std::string event_text(std::string_view event, std::string_view json) {
    std::string text = "event: ";
    text += event;
    text += "\ndata: ";
    text += json;
    text += "\n\n";
    return text;
}

} // namespace

EventFeed::EventFeed(loop::EventLoop& loop, std::function<std::string()> state)
    : state_(std::move(state)), change_timer_(loop, [this] { tell_state(); }),
      alive_timer_(loop, [this] { keep_alive(); }) {}

void EventFeed::add(http::Responder responder, http::Headers headers) {
    if (closed_ || readers_.size() == most_readers) {
        responder.send({.status = 503, .headers = std::move(headers)});
        return;
    }
    if (readers_.empty()) {
        last_ = state_();
        alive_timer_.schedule(alive_interval);
    }
    headers.add("Content-Type", "text/event-stream");
    headers.add("X-Accel-Buffering", "no");
    responder.start(200, std::move(headers));
    if (!responder.write(event_text("services", last_)))
        return;
    const std::uint64_t id = next_reader_++;
    responder.on_gone([this, id] { readers_.erase(id); });
    readers_.emplace(id, std::move(responder));
}

void EventFeed::changed() {
    if (!readers_.empty() && !change_timer_.scheduled())
        change_timer_.schedule(together);
}

void EventFeed::tell_state() {
    std::string state = state_();
    if (state == last_)
        return;
    last_ = std::move(state);
    tell("services", last_);
}

void EventFeed::tell(std::string_view event, std::string_view json) {
    write(event_text(event, json));
}

void EventFeed::write(std::string_view text) {
    for (auto at = readers_.begin(); at != readers_.end();) {
        auto reader = at++;
        if (!reader->second.write(text))
            readers_.erase(reader);
    }
}

void EventFeed::keep_alive() {
    if (readers_.empty())
        return;
    write(":\n\n");
    alive_timer_.schedule(alive_interval);
}

void EventFeed::close() {
    closed_ = true;
    for (auto& [id, reader] : std::exchange(readers_, {}))
        reader.end();
}

} // namespace director
