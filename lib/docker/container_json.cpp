#include "docker/container_json.hpp"

#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"
#include "codec/json_writer.hpp"
#include "docker/json_fields.hpp"

#include <algorithm>

namespace docker {

namespace {

using codec::JsonElements;
using codec::JsonMembers;

std::string without_slash(std::string name) {
    return name.starts_with('/') ? name.substr(1) : name;
}

Port port_from(std::string_view json) {
    Port port;
    for (JsonMembers members{json}; members.next();) {
        if (members.key() == "IP")
            port.host_address = text_of(members.value());
        else if (members.key() == "PrivatePort")
            port.container_port = number_of<std::uint16_t>(members.value());
        else if (members.key() == "PublicPort")
            port.host_port = number_of<std::uint16_t>(members.value());
        else if (members.key() == "Type")
            port.protocol = text_of(members.value());
    }
    return port;
}

Container container_from(std::string_view json) {
    Container container;
    for (JsonMembers members{json}; members.next();) {
        const auto key = members.key();
        const auto value = members.value();
        if (key == "Id")
            container.id = text_of(value);
        else if (key == "Names")
            for (JsonElements names{value}; container.name.empty() && names.next();)
                container.name = without_slash(text_of(names.value()));
        else if (key == "Image")
            container.image = text_of(value);
        else if (key == "State")
            container.state = text_of(value);
        else if (key == "Status")
            container.status = text_of(value);
        else if (key == "Created")
            container.created_s = number_of(value);
        else if (key == "Labels")
            container.labels = pairs_of(value);
        else if (key == "Ports")
            for (JsonElements ports{value}; ports.next();)
                container.ports.push_back(port_from(ports.value()));
    }
    return container;
}

/// {"8080/tcp": [{"HostIp": …, "HostPort": "8998"}]}; null for a port that is not published.
void add_ports(std::vector<Port>& ports, std::string_view json) {
    for (JsonMembers members{json}; members.next();) {
        Port port;
        const auto slash = std::min(members.key().find('/'), members.key().size());
        port.container_port = number_of<std::uint16_t>(members.key().substr(0, slash));
        port.protocol = members.key().substr(std::min(slash + 1, members.key().size()));
        for (JsonElements bindings{members.value()}; bindings.next();) {
            port.host_address = codec::find_text(bindings.value(), "HostIp").value_or("");
            port.host_port = number_of<std::uint16_t>(
                codec::find_text(bindings.value(), "HostPort").value_or(""));
            ports.push_back(port);
        }
        if (port.host_port == 0)
            ports.push_back(port);
    }
}

void read_state(ContainerDetail& detail, std::string_view json) {
    for (JsonMembers members{json}; members.next();) {
        const auto key = members.key();
        const auto value = members.value();
        if (key == "Status")
            detail.state = text_of(value);
        else if (key == "OOMKilled")
            detail.out_of_memory = value == "true";
        else if (key == "ExitCode")
            detail.exit_code = number_of<int>(value);
        else if (key == "Pid")
            detail.pid = number_of(value);
        else if (key == "Error")
            detail.error = text_of(value);
        else if (key == "StartedAt")
            detail.started_ms = time_of(text_of(value));
        else if (key == "FinishedAt")
            detail.finished_ms = time_of(text_of(value));
        else if (key == "Health")
            detail.health = codec::find_text(value, "Status").value_or("");
    }
    if (detail.health == "none")
        detail.health.clear();
}

} // namespace

std::optional<std::string_view> Container::label(std::string_view wanted) const noexcept {
    for (const auto& [key, value] : labels)
        if (key == wanted)
            return value;
    return std::nullopt;
}

std::vector<Container> containers_from(std::string_view json) {
    std::vector<Container> containers;
    for (JsonElements elements{json}; elements.next();)
        containers.push_back(container_from(elements.value()));
    return containers;
}

ContainerDetail detail_from(std::string json) {
    ContainerDetail detail;
    std::string_view configured; // port bindings; what really listens is known while it runs
    for (JsonMembers members{json}; members.next();) {
        const auto key = members.key();
        const auto value = members.value();
        if (key == "Id")
            detail.id = text_of(value);
        else if (key == "Name")
            detail.name = without_slash(text_of(value));
        else if (key == "Created")
            detail.created_s = time_of(text_of(value)) / 1000;
        else if (key == "RestartCount")
            detail.restarts = number_of<std::uint32_t>(value);
        else if (key == "State")
            read_state(detail, value);
        else if (key == "Config") {
            detail.image = codec::find_text(value, "Image").value_or("");
            detail.labels = pairs_of(codec::find(value, "Labels").value_or(""));
        } else if (key == "HostConfig") {
            detail.memory_bytes =
                number_of<std::uint64_t>(codec::find(value, "Memory").value_or(""));
            configured = codec::find(value, "PortBindings").value_or("");
        } else if (key == "NetworkSettings") {
            add_ports(detail.ports, codec::find(value, "Ports").value_or(""));
        }
    }
    if (detail.ports.empty())
        add_ports(detail.ports, configured);
    detail.json = std::move(json);
    return detail;
}

std::optional<Usage> usage_from(std::string_view json) {
    const auto field = [json](std::string_view path) {
        return number_of<std::uint64_t>(codec::find(json, path).value_or("0"));
    };
    Usage usage;
    usage.memory_limit = field("memory_stats.limit");
    if (usage.memory_limit == 0)
        return std::nullopt;
    // As `docker stats` counts it: what the kernel would give back at once is not in use. The first
    // name is of cgroup 1, the second of cgroup 2.
    const auto cache = std::max(field("memory_stats.stats.total_inactive_file"),
                                field("memory_stats.stats.inactive_file"));
    const auto memory = field("memory_stats.usage");
    usage.memory_bytes = memory > cache ? memory - cache : memory;
    usage.cpu_ns = field("cpu_stats.cpu_usage.total_usage");
    return usage;
}

} // namespace docker
