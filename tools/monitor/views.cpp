#include "tools/monitor/views.hpp"

#include "base/clock.hpp"
#include "base/printable.hpp"
#include "codec/json_pretty.hpp"
#include "codec/parse_error.hpp"
#include "message/envelope.hpp"
#include "tools/day_line.hpp"

#include <algorithm>

namespace monitor {

using message::Kind;
using message::Message;

namespace {

class EnvelopeView final : public tools::FollowView {
public:
    explicit EnvelopeView(cli::Output& out) : out_(out) {}

    void show(const Message& message) override {
        line_.clear();
        append_envelope(line_, message);
        out_.line(line_);
    }

private:
    cli::Output& out_;
    std::string line_;
};

/// Bodies as they came. JSON gets a newline behind it; CBOR does not need one (RFC 8742).
class RawView final : public tools::FollowView {
public:
    explicit RawView(cli::Output& out) : out_(out) {}

    void show(const Message& message) override {
        out_.write(message.body);
        if (!message.is_cbor())
            out_.end_line();
    }

private:
    cli::Output& out_;
};

class NameView final : public tools::FollowView {
public:
    explicit NameView(cli::Output& out) : out_(out) {}

    void show(const Message& message) override { out_.line(base::printable(message.routing_key)); }

private:
    cli::Output& out_;
};

/// One line about the envelope, the payload below it. Everything that others wrote is made
/// harmless.
class HumanView final : public tools::FollowView {
public:
    explicit HumanView(cli::Invocation& in)
        : out_(in.out()), style_(in.style()),
          all_(in.notice().level() == cli::Notice::Level::verbose), pretty_{.key = style_.cyan,
                                                                            .string = style_.green,
                                                                            .number =
                                                                                style_.magenta,
                                                                            .literal =
                                                                                style_.yellow,
                                                                            .reset = style_.reset},
          day_(in.style()) {}

    void show(const Message& message) override {
        text_.clear();
        day_.append(text_, message.timestamp_ms);
        append_head(message);
        append_payload(message);
        out_.line(text_);
    }

private:
    void append_head(const Message& message) {
        styled(style_.dim, base::local_time(message.timestamp_ms));
        text_ += ' ';
        styled(kind_style(message), kind_name(message.kind));
        text_ += ' ';
        styled(style_.bold, message.routing_key);
        if (message.kind == Kind::result) {
            text_ += ' ';
            styled(kind_style(message), message.status);
        }
        field("conversation", message.conversation_id);
        field("from", message.source);
        if (message.kind == Kind::command || message.kind == Kind::result)
            field("correlation", message.correlation_id);
        if (message.kind == Kind::command)
            field("reply to", message.reply_to);
        if (message.content_type != message::json_type)
            field("type", message.content_type);
        if (all_)
            field("id", message.id);
        for (const auto& [name, value] : message.headers)
            field(base::printable(name), value);
        text_ += '\n';
    }

    void append_payload(const Message& message) {
        text_ += "  ";
        try {
            const std::size_t width = std::min<std::size_t>(out_.width(), 100);
            codec::append_pretty(text_, body_as_json(message), pretty_,
                                 {.width = width > 2 ? width - 2 : width, .margin = 2});
        } catch (const codec::ParseError& error) {
            styled(style_.red, std::string{"("} + error.why() + ") ");
            base::append_printable(text_, message.body);
        }
    }

    void field(std::string_view name, std::string_view value) {
        if (value.empty())
            return;
        text_ += "  ";
        styled(style_.dim, name);
        text_ += ' ';
        base::append_printable(text_, value);
    }

    void styled(std::string_view style, std::string_view text) {
        text_ += style;
        base::append_printable(text_, text);
        if (!style.empty())
            text_ += style_.reset;
    }

    [[nodiscard]] std::string_view kind_style(const Message& message) const {
        switch (message.kind) {
        case Kind::event:
            return style_.green;
        case Kind::command:
            return style_.cyan;
        case Kind::result:
            return message.status == "error" ? style_.red : style_.cyan;
        default:
            return style_.magenta;
        }
    }

    cli::Output& out_;
    const cli::Style& style_;
    bool all_;
    codec::PrettyStyle pretty_;
    tools::DayLine day_;
    std::string text_;
};

} // namespace

std::unique_ptr<tools::FollowView> make_view(cli::Invocation& in, cli::Format format) {
    switch (format) {
    case cli::Format::table:
        return std::make_unique<HumanView>(in);
    case cli::Format::raw:
        return std::make_unique<RawView>(in.out());
    case cli::Format::name:
        return std::make_unique<NameView>(in.out());
    default:
        return std::make_unique<EnvelopeView>(in.out());
    }
}

} // namespace monitor
