#include "host/error_json.hpp"

#include "base/printable.hpp"
#include "codec/json_elements.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace host {

using base::ErrorKind;

namespace {

struct Row {
    ErrorKind kind;
    std::string_view name;
    int status;
};

// Of several kinds with one status the first is what that status means to a client.
constexpr std::array rows{
    Row{ErrorKind::usage, "usage", 400},
    Row{ErrorKind::no_permission, "no_permission", 403},
    Row{ErrorKind::not_found, "not_found", 404},
    Row{ErrorKind::no_input, "no_input", 404},
    Row{ErrorKind::no, "no", 409},
    Row{ErrorKind::data, "data", 422},
    Row{ErrorKind::internal, "internal", 500},
    Row{ErrorKind::config, "config", 500},
    Row{ErrorKind::cannot_create, "cannot_create", 500},
    Row{ErrorKind::io, "io", 500},
    Row{ErrorKind::cannot_run, "cannot_run", 500},
    Row{ErrorKind::not_executable, "not_executable", 500},
    Row{ErrorKind::protocol, "protocol", 502},
    Row{ErrorKind::unavailable, "unavailable", 503},
    Row{ErrorKind::temporary, "temporary", 503},
    Row{ErrorKind::interrupted, "interrupted", 503},
    Row{ErrorKind::terminated, "terminated", 503},
    Row{ErrorKind::timeout, "timeout", 504},
};

constexpr std::size_t longest_quote = 300;
constexpr std::size_t most_output = 50; // lines

ErrorKind kind_for(int status) {
    switch (status) {
    case 401:
    case 421:
        return ErrorKind::no_permission;
    case 502: // nobody listens
        return ErrorKind::unavailable;
    default:
        break;
    }
    const auto* const row = std::ranges::find(rows, status, &Row::status);
    if (row != rows.end())
        return row->kind;
    return status >= 400 && status < 500 ? ErrorKind::no : ErrorKind::protocol;
}

std::vector<std::string> output_in(std::string_view object) {
    std::vector<std::string> lines;
    for (codec::JsonElements line{codec::find(object, "output").value_or(std::string_view{})};
         line.next() && lines.size() < most_output;)
        lines.push_back(codec::plain_text(line.value()));
    return lines;
}

} // namespace

void append_error(std::string& out, const base::Error& error, std::int64_t code) {
    codec::JsonWriter json{out};
    json.begin_object();
    json.member("code", code);
    json.member("message", std::string_view(error.what()));
    const auto* const row = std::ranges::find(rows, error.kind(), &Row::kind);
    if (row != rows.end())
        json.member("kind", row->name);
    json.member("subject", std::string_view(error.subject()));
    json.member("why", std::string_view(error.why()));
    if (!error.hint().empty())
        json.member("hint", std::string_view(error.hint()));
    if (!error.output().empty()) {
        json.key("output");
        json.begin_array();
        for (const std::string& line : error.output())
            json.value(std::string_view(line));
        json.end_array();
    }
    json.end_object();
}

base::Error error_of(std::string_view object, int status) {
    const auto text = [&](std::string_view key) {
        return codec::find_text(object, key).value_or(std::string{});
    };
    const auto* const row = std::ranges::find(rows, text("kind"), &Row::name);
    const ErrorKind kind = row != rows.end() ? row->kind : kind_for(status);
    if (const std::string subject = text("subject"); !subject.empty())
        return {kind, subject, text("why"), text("hint"), output_in(object)};
    const std::string message = text("message");
    const std::string_view words = object.substr(0, object.find_last_not_of("\r\n ") + 1);
    return {kind, "director answered " + std::to_string(status),
            message.empty() ? base::printable_start(words, longest_quote) : message,
            status == 401 ? "BAND_TOKEN or --token-file gives it one" : ""};
}

int http_status(ErrorKind kind) noexcept {
    const auto* const row = std::ranges::find(rows, kind, &Row::kind);
    return row == rows.end() ? 500 : row->status;
}

} // namespace host
