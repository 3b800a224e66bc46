#pragma once

#include "cli/invocation.hpp"
#include "codec/json_bulk.hpp"
#include "message/message.hpp"
#include "tools/payload.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace publish_event {

/// Makes the events of a stream out of its records, reusing one message. Each gets a conversation
/// of its own, "RUN-N", unless --conversation-id names one for all, or its envelope has one.
class EventMaker {
public:
    /// Without `event` the name comes from the field that --event-field names.
    EventMaker(const cli::Invocation& in, const std::optional<std::string>& event,
               tools::Encoding read);

    /// The event of record `number`; valid until the next call. Throws codec::ParseError when the
    /// record is malformed, base::Error(data) when it has no name.
    const message::Message& make(std::string_view record, std::uint64_t number);

    /// What all conversations of this run begin with; or the one that was asked for.
    [[nodiscard]] const std::string& run() const noexcept { return run_; }

private:
    void take_body(std::string_view record);
    void take_envelope(std::string_view record);
    void number_conversation(std::uint64_t number);

    bool envelopes_; // --in envelope
    std::optional<std::string> field_;
    tools::Encoding read_;
    tools::Encoding sent_;
    bool own_conversations_;
    std::string run_;
    std::string source_;
    std::unique_ptr<codec::JsonBulk> json_;
    message::Message message_;
};

/// The event's name: the string in `field` of a JSON text. Throws base::Error(data).
std::string event_name(std::string_view json, const std::string& field);

} // namespace publish_event
