#include "tools/bandctl/log_lines.hpp"

#include "base/clock.hpp"
#include "base/printable.hpp"
#include "codec/json_writer.hpp"

namespace bandctl {

host::LogSink print_plain_lines(cli::Invocation& in, bool with_time) {
    return [&in, with_time, text = std::string{}](std::string_view line, bool err,
                                                  std::int64_t time_ms) mutable {
        text.clear();
        if (with_time) {
            base::append_rfc3339(text, time_ms);
            text += ' ';
        }
        if (err)
            text += in.style().yellow;
        if (in.out().terminal())
            base::append_printable(text, line);
        else
            text += line;
        if (err)
            text += in.style().reset;
        in.out().line(text);
        return true;
    };
}

host::LogSink print_json_lines(cli::Invocation& in, const std::string& service) {
    return [&in, service, text = std::string{}](std::string_view line, bool err,
                                                std::int64_t time_ms) mutable {
        text.clear();
        codec::JsonWriter json{text};
        json.begin_object();
        json.member("time", base::rfc3339(time_ms));
        json.member("service", service);
        json.member("stream", err ? "stderr" : "stdout");
        json.member("line", line);
        json.end_object();
        in.out().line(text);
        return true;
    };
}

} // namespace bandctl
