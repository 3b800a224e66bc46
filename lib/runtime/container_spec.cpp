#include "runtime/container_spec.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/container_view.hpp"
#include "runtime/environment_file.hpp"

#include <algorithm>

namespace runtime {

namespace {

/// What programs of containers commonly need to change user and own files.
constexpr const char* capabilities[] = {"CHOWN",  "DAC_OVERRIDE",     "FOWNER", "KILL",
                                        "SETGID", "NET_BIND_SERVICE", "SETUID"};

/// With these a service would share the network of the host or of somebody else.
void require_own_network(const std::string& network) {
    if (network == "host" || network.starts_with("container:") || network.starts_with("ns:"))
        throw base::Error(base::ErrorKind::usage, "network " + base::quoted(network),
                          "a service has a network of its own",
                          "\"docker network create NAME\" makes one");
}

std::vector<std::string> environment_of(const ServiceSpec& spec) {
    Variables all{{"NAME", ""}, {"HOST", "0.0.0.0"}};
    for (const auto& [name, value] : spec.environment) {
        require_variable_name(name);
        set_variable(all, name, value);
    }
    set_variable(all, "NAME", spec.name); // one name is one service, whatever a file .env says
    std::vector<std::string> lines;
    for (const auto& [name, value] : all)
        lines.push_back(name + '=' + value);
    return lines;
}

docker::Labels labels_of(const ServiceSpec& spec, std::string_view run_id,
                         std::span<const std::uint16_t> ports) {
    std::string joined;
    for (const auto port : ports)
        joined += (joined.empty() ? "" : ":") + std::to_string(port);
    docker::Labels labels{{"inband", "inband"},
                          {std::string{ports_label}, joined},
                          {std::string{run_label}, std::string{run_id}},
                          {std::string{service_label}, spec.name}};
    for (const auto& label : spec.labels)
        if (std::ranges::find(labels, label.first, &docker::Labels::value_type::first) ==
            labels.end())
            labels.push_back(label);
    return labels;
}

} // namespace

docker::ContainerSpec container_for(const ServiceSpec& spec, const docker::ImageDetail& image,
                                    std::string_view image_name, std::string_view run_id,
                                    std::span<const std::uint16_t> host_ports) {
    require_own_network(spec.network);
    docker::ContainerSpec container;
    container.image = image_name;
    container.hostname = spec.name;
    // The original's base image has an entry point that wants the name; an image with a command of
    // its own knows better what to run.
    if (!image.entrypoint.empty() && image.command.empty())
        container.command = {spec.name};
    container.environment = environment_of(spec);
    container.labels = labels_of(spec, run_id, host_ports);
    container.stop_signal = "SIGTERM";
    container.restart_policy = spec.restart_policy;
    container.network = spec.network;
    if (spec.reaches_host) // Engine 20.10 and later know what the gateway is
        container.extra_hosts = {std::string{host_name_in_containers} + ":host-gateway"};
    for (std::size_t i = 0; i < host_ports.size(); ++i)
        container.ports.push_back({.container_port = image.tcp_ports.at(i),
                                   .host_port = host_ports[i],
                                   .host_address = spec.bind_address});
    container.memory_bytes = spec.memory_bytes;
    container.pids = spec.pids;
    container.drop_capabilities = true;
    container.capabilities.assign(std::begin(capabilities), std::end(capabilities));
    container.no_new_privileges = true;
    return container;
}

} // namespace runtime
