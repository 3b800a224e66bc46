#include "tools/logger/views.hpp"

#include "base/clock.hpp"
#include "base/printable.hpp"
#include "codec/parse_error.hpp"
#include "message/log_record.hpp"
#include "tools/day_line.hpp"

namespace logger {

using message::LogRecord;
using message::Message;
using message::Severity;

namespace {

/// `TIME [service.SEVERITY] text`: the time of day on a terminal, else all of it, for files.
class LineView final : public tools::FollowView {
public:
    LineView(cli::Invocation& in, bool full)
        : out_(in.out()), style_(in.style()), full_(full), day_(in.style()) {}

    void show(const Message& message) override {
        const LogRecord record = parse_log(message);
        text_.clear();
        append_time(record.timestamp_ms);
        text_ += severity_style(record.severity);
        text_ += '[';
        base::append_printable(text_, record.service);
        text_ += '.';
        text_ += severity_name(record.severity);
        text_ += ']';
        if (!severity_style(record.severity).empty())
            text_ += style_.reset;
        text_ += ' ';
        base::append_printable(text_, record.short_message);
        if (full_ && !record.full_message.empty())
            append_indented(record.full_message);
        out_.line(text_);
    }

private:
    void append_time(std::int64_t unix_ms) {
        if (out_.terminal())
            day_.append(text_, unix_ms);
        text_ += style_.dim;
        if (out_.terminal())
            text_ += base::local_time(unix_ms);
        else
            base::append_rfc3339(text_, unix_ms);
        text_ += style_.reset;
        text_ += ' ';
    }

    void append_indented(std::string_view lines) {
        while (!lines.empty()) {
            const auto end = std::min(lines.find('\n'), lines.size());
            text_ += "\n    ";
            base::append_printable(text_, lines.substr(0, end), base::Keep::lines);
            lines.remove_prefix(std::min(end + 1, lines.size()));
        }
    }

    [[nodiscard]] std::string_view severity_style(Severity severity) const {
        if (severity <= Severity::error)
            return style_.red;
        if (severity == Severity::warning)
            return style_.yellow;
        return severity == Severity::debug ? style_.dim : style_.cyan;
    }

    cli::Output& out_;
    const cli::Style& style_;
    bool full_;
    tools::DayLine day_;
    std::string text_;
};

/// The GELF object as it came; a log that is none becomes one.
class GelfView final : public tools::FollowView {
public:
    explicit GelfView(cli::Output& out) : out_(out) {}

    void show(const Message& message) override {
        line_.clear();
        if (message.body.empty() || !append_own(message))
            line_ = to_message(parse_log(message)).body;
        out_.line(line_);
    }

private:
    bool append_own(const Message& message) {
        try {
            append_body_as_json(line_, message);
            return line_.front() == '{' && line_.find("\"short_message\"") != std::string::npos;
        } catch (const codec::ParseError&) {
            return false;
        }
    }

    cli::Output& out_;
    std::string line_;
};

/// `[key] body as received`, the form of eventail's logger. Harmless on a terminal only.
class RawView final : public tools::FollowView {
public:
    explicit RawView(cli::Output& out) : out_(out) {}

    void show(const Message& message) override {
        line_ = "[" + message.routing_key + "] " + message.body;
        out_.line(out_.terminal() ? base::printable(line_) : line_);
    }

private:
    cli::Output& out_;
    std::string line_;
};

} // namespace

std::unique_ptr<tools::FollowView> make_view(cli::Invocation& in, cli::Format format, bool full) {
    switch (format) {
    case cli::Format::table:
        return std::make_unique<LineView>(in, full);
    case cli::Format::raw:
        return std::make_unique<RawView>(in.out());
    default:
        return std::make_unique<GelfView>(in.out());
    }
}

} // namespace logger
