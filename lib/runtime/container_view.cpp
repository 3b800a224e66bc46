#include "runtime/container_view.hpp"

#include "base/byte_size.hpp"
#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "runtime/secrets.hpp"
#include "runtime/service_name.hpp"
#include "runtime/uptime.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace runtime {

namespace {

/// The status that a program ends with which was told to by SIGINT, SIGKILL or SIGTERM.
bool is_stopped(int exit_code) {
    return exit_code == 0 || exit_code == 130 || exit_code == 137 || exit_code == 143;
}

State state_from(std::string_view word, int exit_code, bool out_of_memory) {
    if (word == "running")
        return State::running;
    if (word == "paused")
        return State::paused;
    if (word == "restarting")
        return State::restarting;
    if (word == "created")
        return State::created;
    const bool ended = word == "exited" || word == "removing";
    return ended && is_stopped(exit_code) && !out_of_memory ? State::stopped : State::failed;
}

/// "Exited (1) 3 seconds ago"
std::optional<int> exit_code_in(std::string_view status) {
    const auto open = status.find('(');
    int code = 0;
    if ((!status.starts_with("Exited") && !status.starts_with("Restarting")) ||
        open == std::string_view::npos ||
        std::from_chars(status.data() + open + 1, status.data() + status.size(), code).ec !=
            std::errc())
        return std::nullopt;
    return code;
}

std::string detail_in(std::string_view status) {
    if (status.find("(unhealthy)") != std::string_view::npos)
        return "unhealthy";
    if (status.starts_with("Up") || status.empty())
        return "";
    std::string text{status};
    text[0] = static_cast<char>(text[0] | 0x20);
    return text;
}

Instance common_part(const docker::Container& container) {
    Instance instance;
    instance.name = service_of(container);
    instance.id = container.id.substr(0, 12);
    instance.runtime = "docker";
    instance.run_id = container.label(run_label).value_or("");
    instance.candidate = container.name != instance.name;
    instance.image = container.image;
    for (const docker::Port& port : container.ports)
        if (port.host_port != 0)
            instance.ports.push_back({port.container_port, port.host_port, port.host_address});
    std::ranges::sort(instance.ports, {}, &PortBinding::service_port);
    return instance;
}

std::int64_t started_ms(const docker::Container& row, std::int64_t now_ms) {
    const auto up = parse_uptime(row.status);
    if (!up)
        return 0;
    const std::int64_t created_ms = row.created_s * 1000;
    const std::int64_t started = now_ms - std::chrono::milliseconds{up->value}.count();
    // One that has never been restarted is as old as the Engine says to the second.
    const bool first_start = started - created_ms < std::chrono::milliseconds{up->unit}.count() * 2;
    return first_start ? created_ms : started;
}

std::string detail_text(const docker::ContainerDetail& detail) {
    std::string text;
    const auto add = [&text](const std::string& part) {
        text += (text.empty() ? "" : ", ") + part;
    };
    if (detail.out_of_memory)
        add("out of memory" +
            (detail.memory_bytes == 0
                 ? std::string{}
                 : ", the limit is " + base::format_byte_size(detail.memory_bytes)));
    if (detail.state == "exited" || detail.state == "dead" || detail.state == "restarting")
        add("exited with " + std::to_string(detail.exit_code));
    if (detail.restarts > 0)
        add("restarted " + std::to_string(detail.restarts) +
            (detail.restarts == 1 ? " time" : " times"));
    if (detail.health == "unhealthy")
        add("unhealthy");
    if (!detail.error.empty())
        add(detail.error);
    return text;
}

std::string masked_environment(std::string_view list) {
    std::string out;
    codec::JsonWriter json{out};
    json.begin_array();
    for (codec::JsonElements elements{list}; elements.next();) {
        const std::string entry = codec::plain_text(elements.value());
        const auto equals = entry.find('=');
        const auto name = entry.substr(0, equals);
        json.value(equals == std::string::npos
                       ? entry
                       : name + '=' +
                             shown_value(name, std::string_view{entry}.substr(equals + 1)));
    }
    json.end_array();
    return out;
}

std::string masked_labels(std::string_view labels) {
    std::string out;
    codec::JsonWriter json{out};
    json.begin_object();
    for (codec::JsonMembers members{labels}; members.next();)
        json.member(members.key(), shown_value(members.key(), codec::plain_text(members.value())));
    json.end_object();
    return out;
}

} // namespace

bool is_ours(const docker::Container& container) noexcept {
    return container.label("inband") == "inband";
}

std::string service_of(const docker::Container& container) {
    const auto label = container.label(service_label);
    return label && is_service_name(*label) ? std::string{*label} : container.name;
}

Instance instance_from(const docker::Container& row, std::int64_t now_ms) {
    Instance instance = common_part(row);
    const auto code = exit_code_in(row.status);
    instance.state = state_from(row.state, code.value_or(0), false);
    instance.exit_code = code;
    instance.detail = detail_in(row.status);
    instance.started_ms = started_ms(row, now_ms);
    return instance;
}

Instance instance_from(const docker::ContainerDetail& detail) {
    Instance instance = common_part(detail);
    instance.state = state_from(detail.state, detail.exit_code, detail.out_of_memory);
    if (detail.state == "exited" || detail.state == "dead" || detail.state == "restarting")
        instance.exit_code = detail.exit_code;
    instance.detail = detail_text(detail);
    instance.started_ms = detail.started_ms;
    instance.restarts = detail.restarts;
    return instance;
}

std::string masked(std::string_view inspection) {
    std::string out;
    codec::JsonWriter json{out};
    json.begin_object();
    for (codec::JsonMembers members{inspection}; members.next();) {
        json.key(members.key());
        if (members.key() != "Config") {
            json.raw(members.value());
            continue;
        }
        json.begin_object();
        for (codec::JsonMembers config{members.value()}; config.next();) {
            json.key(config.key());
            if (config.key() == "Env")
                json.raw(masked_environment(config.value()));
            else if (config.key() == "Labels")
                json.raw(masked_labels(config.value()));
            else
                json.raw(config.value());
        }
        json.end_object();
    }
    json.end_object();
    return out;
}

} // namespace runtime
