#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "runtime/run_folder.hpp"
#include "runtime/state_word.hpp"

#include <array>
#include <charconv>
#include <fcntl.h>

namespace runtime {

namespace fs = std::filesystem;

using base::Error;
using base::ErrorKind;
using codec::JsonMembers;
using codec::JsonWriter;

namespace {

constexpr std::size_t most_bytes = 4 * 1024 * 1024;
constexpr const char* launch_file = "launch.json";
constexpr const char* state_file = "state.json";
constexpr const char* run_anew = "remove the service, and run it again";

using Pairs = std::vector<std::pair<std::string, std::string>>;

void append_pairs(JsonWriter& json, std::string_view key, const Pairs& pairs) {
    json.key(key);
    json.begin_object();
    for (const auto& [name, value] : pairs)
        json.member(name, value);
    json.end_object();
}

Pairs pairs_of(std::string_view object) {
    Pairs pairs;
    for (JsonMembers members{object}; members.next();)
        pairs.emplace_back(members.key(), codec::plain_text(members.value()));
    return pairs;
}

template <class Number> Number number_of(std::string_view text) {
    Number number = 0;
    std::from_chars(text.begin(), text.end(), number);
    return number;
}

/// Empty where there is no such file.
std::string read_json(const fs::path& path) {
    const base::UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    std::string text;
    if (!file)
        return text;
    std::array<char, 8192> chunk;
    for (ssize_t size = 0;
         text.size() < most_bytes && (size = ::read(file.get(), chunk.data(), chunk.size())) > 0;)
        text.append(chunk.data(), static_cast<std::size_t>(size));
    try {
        codec::validate_json(text);
    } catch (const codec::ParseError& error) {
        throw Error(ErrorKind::data, base::quoted(path.string()), error.what(), run_anew);
    }
    return text;
}

} // namespace

void RunFolder::write(const LaunchRecord& record) const {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    json.member("program", record.program.string());
    append_pairs(json, "environment", record.environment);
    append_pairs(json, "labels", record.labels);
    json.member("bind_address", record.bind_address);
    json.member("first_port", record.ports.first);
    json.member("last_port", record.ports.last);
    json.member("port_locks", record.port_locks.string());
    json.member("memory_bytes", record.memory_bytes);
    json.member("restart_policy", record.restart_policy);
    json.end_object();
    replace(launch_file, text + "\n");
}

std::optional<LaunchRecord> RunFolder::find_launch_record() const {
    const std::string text = read_json(path_ / launch_file);
    if (text.empty())
        return std::nullopt;
    LaunchRecord record;
    for (JsonMembers members{text}; members.next();) {
        const auto key = members.key();
        const auto value = members.value();
        if (key == "program")
            record.program = codec::plain_text(value);
        else if (key == "environment")
            record.environment = pairs_of(value);
        else if (key == "labels")
            record.labels = pairs_of(value);
        else if (key == "bind_address")
            record.bind_address = codec::plain_text(value);
        else if (key == "first_port")
            record.ports.first = number_of<std::uint16_t>(value);
        else if (key == "last_port")
            record.ports.last = number_of<std::uint16_t>(value);
        else if (key == "port_locks")
            record.port_locks = codec::plain_text(value);
        else if (key == "memory_bytes")
            record.memory_bytes = number_of<std::uint64_t>(value);
        else if (key == "restart_policy")
            record.restart_policy = codec::plain_text(value);
    }
    if (record.program.empty())
        throw Error(ErrorKind::data, base::quoted((path_ / launch_file).string()),
                    "names no program", run_anew);
    return record;
}

LaunchRecord RunFolder::launch_record() const {
    if (auto record = find_launch_record())
        return *std::move(record);
    throw Error(ErrorKind::data, base::quoted((path_ / launch_file).string()), "is not there",
                run_anew);
}

void RunFolder::write(const RunState& state) const {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    json.member("state", state_word(state.state));
    json.member("supervisor", state.supervisor);
    json.member("port", state.port);
    if (state.exit_code)
        json.member("exit_code", *state.exit_code);
    json.member("why", state.why);
    json.member("started_ms", state.started_ms);
    json.member("ended_ms", state.ended_ms);
    json.member("restarts", state.restarts);
    json.end_object();
    replace(state_file, text + "\n");
}

RunState RunFolder::written_state() const {
    std::string text;
    try {
        text = read_json(path_ / state_file);
    } catch (const Error&) { // NOLINT(bugprone-empty-catch): nothing that is of use was written
    }
    RunState state;
    for (JsonMembers members{text}; members.next();) {
        const auto key = members.key();
        const auto value = members.value();
        if (key == "state")
            state.state = state_of_word(codec::plain_text(value)).value_or(State::created);
        else if (key == "supervisor")
            state.supervisor = number_of<pid_t>(value);
        else if (key == "port")
            state.port = number_of<std::uint16_t>(value);
        else if (key == "exit_code")
            state.exit_code = number_of<int>(value);
        else if (key == "why")
            state.why = codec::plain_text(value);
        else if (key == "started_ms")
            state.started_ms = number_of<std::int64_t>(value);
        else if (key == "ended_ms")
            state.ended_ms = number_of<std::int64_t>(value);
        else if (key == "restarts")
            state.restarts = number_of<std::uint32_t>(value);
    }
    return state;
}

} // namespace runtime
