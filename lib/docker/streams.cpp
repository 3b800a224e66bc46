// The requests whose answer comes piece by piece: logs and events.
#include "base/percent.hpp"
#include "codec/json_members.hpp"
#include "docker/client.hpp"
#include "docker/filters.hpp"
#include "docker/json_fields.hpp"
#include "docker/log_decoder.hpp"
#include "docker/refusal.hpp"
#include "http/target.hpp"

#include <fmt/format.h>

namespace docker {

namespace {

constexpr std::size_t longest_event = 1024 * 1024;

/// Unix time as the Engine reads it: seconds with a fraction.
std::string seconds(std::int64_t ms) {
    return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

Event event_from(std::string_view json) {
    Event event;
    for (codec::JsonMembers members{json}; members.next();) {
        if (members.key() == "Action")
            event.action = text_of(members.value());
        else if (members.key() == "timeNano")
            event.time_ms = number_of(members.value()) / 1'000'000;
        else if (members.key() == "Actor") {
            event.id = codec::find_text(members.value(), "ID").value_or("");
            event.attributes = pairs_of(codec::find(members.value(), "Attributes").value_or(""));
        }
    }
    return event;
}

} // namespace

bool Client::logs(std::string_view id, const LogRequest& request, const LogSink& sink,
                  base::Deadline deadline) {
    std::string target =
        "/containers/" + base::percent_encoded(id) +
        "/logs?stdout=1&stderr=1&timestamps=1&follow=" + (request.follow ? "1" : "0");
    if (request.since_ms)
        http::add_parameter(target, "since", seconds(*request.since_ms));
    if (request.last_lines)
        http::add_parameter(target, "tail", std::to_string(*request.last_lines));
    LogDecoder decoder{sink};
    const auto answer =
        call("GET", target, "", deadline,
             {.source = {}, .sink = [&](std::string_view bytes) { return decoder.feed(bytes); }});
    if (answer.status == 404)
        return false;
    if (answer.status != 200)
        throw refusal("log of container " + std::string{id}, answer);
    decoder.finish();
    return true;
}

void Client::events(std::string_view label, std::optional<std::int64_t> since_ms,
                    const std::function<bool(const Event&)>& sink, base::Deadline deadline) {
    std::string target = "/events";
    http::add_parameter(target, "filters", filters({{"type", "container"}, {"label", label}}));
    if (since_ms)
        http::add_parameter(target, "since", seconds(*since_ms));
    bool more = true;
    base::LineSplitter lines{longest_event, [&](std::string_view line, bool cut) {
                                 if (more && !cut && line.starts_with('{'))
                                     more = sink(event_from(line));
                             }};
    const auto answer =
        call("GET", target, "", deadline, {.source = {}, .sink = [&](std::string_view bytes) {
                                               lines.feed(bytes);
                                               return more;
                                           }});
    if (answer.status != 200)
        throw refusal("events", answer);
}

} // namespace docker
