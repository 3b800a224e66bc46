#include "host/bus_services.hpp"

#include "redis/client.hpp"
#include "rpc/address.hpp"
#include "rpc/call_once.hpp"
#include "rpc/status.hpp"
#include "runtime/service_name.hpp"

#include <algorithm>

namespace host {

namespace {

constexpr std::size_t most_services = 10000;

Service service_of(const std::string& name, rpc::Result&& result) {
    Service service;
    service.name = name;
    if (!result.ok())
        return service;
    service.answers = true;
    for (rpc::ExposedMethod& method : rpc::parse_status(result.json).methods)
        service.methods.push_back({std::move(method.name), std::move(method.role)});
    service.status = std::move(result.json);
    return service;
}

} // namespace

/// Directors listen to names of their own (WIRE.md, row 13), and those who call to random ones.
bool may_be_service(const std::string& channel) {
    return runtime::is_service_name(channel) && !channel.starts_with(rpc::one_time_caller) &&
           !channel.starts_with(rpc::lasting_caller) && channel != "band" &&
           channel != "director" && channel != "broadcast" && channel != "enrich" &&
           channel != "kernel" && channel != "front";
}

std::vector<Service> services_on_bus(const redis::Config& bus, const Wait& limit) {
    redis::Client client{bus, limit.stop_fd};
    const redis::Reply channels =
        client.call("list channels", {"PUBSUB", "CHANNELS"}, limit.deadline);
    std::vector<rpc::Call> calls;
    for (const redis::Reply& channel : channels.elements)
        if (may_be_service(channel.text) && calls.size() < most_services)
            calls.push_back({channel.text, "__status"});
    std::ranges::sort(calls, {}, &rpc::Call::service);
    auto results =
        rpc::call_all(bus, calls, {.deadline = limit.deadline, .stop_fd = limit.stop_fd});
    std::vector<Service> services;
    for (std::size_t i = 0; i < calls.size(); ++i)
        if (results[i].ok())
            services.push_back(service_of(calls[i].service, std::move(results[i])));
    return services;
}

Service service_on_bus(const redis::Config& bus, const std::string& name, const Wait& limit) {
    const rpc::Call call{name, "__status"};
    auto results =
        rpc::call_all(bus, {&call, 1}, {.deadline = limit.deadline, .stop_fd = limit.stop_fd});
    return service_of(name, std::move(results.front()));
}

} // namespace host
