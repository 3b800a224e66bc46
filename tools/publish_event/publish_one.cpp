#include "base/id.hpp"
#include "base/printable.hpp"
#include "client/client.hpp"
#include "codec/cbor_to_json.hpp"
#include "codec/json_writer.hpp"
#include "tools/payload.hpp"
#include "tools/publish_event/event_maker.hpp"
#include "tools/publish_event/publish.hpp"

namespace publish_event {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;

namespace {

void report(cli::Invocation& in, const message::Message& event, const std::string& id) {
    in.notice().say("published " + event.routing_key + ", conversation " + event.conversation_id);
    if (in.format() != cli::Format::json)
        return;
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("event", event.routing_key);
    json.member("id", id);
    json.member("conversation_id", event.conversation_id);
    json.member("count", 1);
    json.end_object();
    in.out().line(text);
}

/// Adds to a failure that the event may have arrived all the same.
Error with_doubt(const Error& error, const bus::Publisher& publisher) {
    if (publisher.unconfirmed() == 0)
        return error;
    return {error.kind(), error.subject(), error.why(),
            (error.hint().empty() ? "" : error.hint() + "; ") +
                "the event was sent and may have arrived"};
}

} // namespace

void publish_one(cli::Invocation& in, const std::optional<std::string>& event,
                 const std::optional<std::string>& path) {
    message::Message message;
    tools::read_payload(in, path, message);
    message.routing_key =
        event ? *event
              : event_name(message.is_cbor() ? codec::cbor_to_json(message.body) : message.body,
                           *in.text("event-field"));
    message.conversation_id = in.text("conversation-id").value_or(base::random_id());
    message.source = in.text("source").value_or("");

    const auto patience = client::patience_of(in, 10s);
    const auto bus = client::open_bus_to_write(in, patience);
    const base::StopSignal stop;
    client::WaitNotice waiting{in};
    bus::PublisherOptions options;
    options.retry_for = patience;
    options.deadline = base::Deadline::after(patience);
    options.mandatory = in.flag("mandatory");
    options.stop_fd = stop.fd();
    options.observer = &waiting;
    const auto publisher = bus->publisher(options);
    try {
        publisher->publish(message);
        publisher->flush();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::interrupted)
            throw with_doubt(error, *publisher);
        publisher->finish(1s);
        if (publisher->confirmed() == 0)
            throw with_doubt(client::stopped_by(stop, "event " + base::quoted(message.routing_key),
                                                "interrupted before it was confirmed"),
                             *publisher);
    }
    report(in, message, publisher->last_id());
}

} // namespace publish_event
