#include "runtime/tmux_instance.hpp"

#include "base/clock.hpp"
#include "base/duration.hpp"
#include "base/error.hpp"
#include "codec/json_writer.hpp"
#include "runtime/secrets.hpp"
#include "runtime/service_name.hpp"
#include "runtime/state_word.hpp"
#include "runtime/tmux.hpp"

#include <chrono>

namespace runtime {

namespace fs = std::filesystem;

namespace {

constexpr char id_separator = '~';

/// "exited (1) 3s ago"
std::string detail_of(const RunState& state) {
    std::string text = state.why;
    if (state.ended_ms > 0 && state.state != State::running) {
        const std::chrono::milliseconds ago{base::unix_ms() - state.ended_ms};
        text += (text.empty() ? "" : " ") + base::rough_duration(ago) + " ago";
    }
    return text;
}

} // namespace

std::string id_of(const RunFolder& run) {
    return run.service() + id_separator + run.run_id();
}

std::optional<RunFolder> run_of_id(const fs::path& parent, std::string_view id) {
    const std::size_t separator = id.find(id_separator);
    const std::string_view service = id.substr(0, separator);
    if (separator == id.npos)
        return current_run(parent, service);
    const std::string_view run_id = id.substr(separator + 1);
    if (!is_service_name(service) || !is_service_name(run_id)) // paths are made of them
        return std::nullopt;
    return RunFolder{parent / service / run_id};
}

std::string candidate_session(const RunFolder& run) {
    return session_name(run.service()) + id_separator + run.run_id();
}

std::optional<Instance> instance_of(const RunFolder& run) {
    const RunState state = run.state();
    Instance instance;
    instance.name = run.service();
    instance.id = id_of(run);
    instance.runtime = "tmux";
    instance.run_id = run.run_id();
    instance.candidate = !run.is_current();
    instance.state = state.state;
    instance.detail = detail_of(state);
    instance.exit_code = state.exit_code;
    instance.started_ms = state.started_ms;
    instance.restarts = state.restarts;
    try {
        const auto record = run.find_launch_record();
        if (!record)
            return std::nullopt;
        if (state.port != 0)
            instance.ports.push_back({state.port, state.port, record->bind_address});
        instance.image = record->program.string();
    } catch (const base::Error& error) {
        instance.state = State::failed;
        instance.detail = error.what();
    }
    return instance;
}

std::optional<std::string> inspection_of(const RunFolder& run) {
    const auto found = run.find_launch_record();
    if (!found)
        return std::nullopt;
    const LaunchRecord& record = *found;
    const RunState state = run.state();
    std::string text;
    codec::JsonWriter json{text};
    json.begin_object();
    json.member("name", run.service());
    json.member("runtime", "tmux");
    json.member("run_id", run.run_id());
    json.member("program", record.program.string());
    json.member("state", state_word(state.state));
    json.member("why", state.why);
    json.member("supervisor", state.supervisor);
    json.member("port", state.port);
    json.member("bind_address", record.bind_address);
    json.key("exit_code");
    state.exit_code ? json.value(*state.exit_code) : json.null();
    json.member("started", base::rfc3339(state.started_ms));
    json.member("restarts", state.restarts);
    json.member("restart_policy", record.restart_policy);
    json.member("memory_bytes", record.memory_bytes);
    for (const auto& [key, pairs] :
         {std::pair{"environment", &record.environment}, std::pair{"labels", &record.labels}}) {
        json.key(key);
        json.begin_object();
        for (const auto& [name, value] : *pairs)
            json.member(name, shown_value(name, value));
        json.end_object();
    }
    json.member("log", (run.path() / "log").string());
    json.end_object();
    return text;
}

} // namespace runtime
