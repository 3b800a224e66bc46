#include "base/percent.hpp"
#include "codec/json_path.hpp"
#include "docker/client.hpp"
#include "docker/container_json.hpp"
#include "docker/filters.hpp"
#include "docker/json_fields.hpp"
#include "docker/refusal.hpp"
#include "http/target.hpp"

namespace docker {

namespace {

std::string path(std::string_view id, std::string_view action = {}) {
    return "/containers/" + base::percent_encoded(id) + std::string{action};
}

std::string subject(std::string_view verb, std::string_view id) {
    return std::string{verb} + " container " + std::string{id.substr(0, 64)};
}

bool is_port_conflict(std::string_view message) {
    return message.find("port is already allocated") != std::string_view::npos ||
           message.find("address already in use") != std::string_view::npos;
}

} // namespace

std::vector<Container> Client::list(std::string_view label, base::Deadline deadline) {
    std::string target = version_ + "/containers/json?all=1";
    http::add_parameter(target, "filters", filters({{"label", label}}));
    const auto answer = send("GET", std::move(target), "", deadline);
    if (answer.status != 200)
        throw refusal("list containers", answer);
    return containers_from(answer.body);
}

std::optional<ContainerDetail> Client::inspect(std::string_view id, base::Deadline deadline) {
    auto answer = send("GET", version_ + path(id, "/json"), "", deadline);
    if (answer.status == 404)
        return std::nullopt;
    if (answer.status != 200)
        throw refusal(subject("inspect", id), answer);
    return detail_from(std::move(answer.body));
}

std::string Client::create(std::string_view name, const ContainerSpec& spec,
                           base::Deadline deadline) {
    std::string target = "/containers/create";
    http::add_parameter(target, "name", name);
    const auto answer = call("POST", target, json_from(spec), deadline);
    if (answer.status != 201)
        throw refusal(subject("create", name), answer);
    return codec::find_text(answer.body, "Id").value_or("");
}

Change Client::start(std::string_view id, base::Deadline deadline) {
    const auto answer = call("POST", path(id, "/start"), "", deadline);
    switch (answer.status) {
    case 204:
        return Change::done;
    case 304:
        return Change::already;
    case 404: // also when the program to run is not in the image
        if (engine_message(answer).find("o such container") != std::string::npos)
            return Change::unknown;
        [[fallthrough]];
    default:
        if (is_port_conflict(engine_message(answer)))
            return Change::port_taken;
        throw refusal(subject("start", id), answer);
    }
}

Change Client::stop(std::string_view id, std::chrono::seconds grace, base::Deadline deadline) {
    return change("POST", path(id, "/stop?t=" + std::to_string(grace.count())), subject("stop", id),
                  deadline);
}

Change Client::restart(std::string_view id, std::chrono::seconds grace, base::Deadline deadline) {
    return change("POST", path(id, "/restart?t=" + std::to_string(grace.count())),
                  subject("restart", id), deadline);
}

Change Client::kill(std::string_view id, std::string_view signal, base::Deadline deadline) {
    std::string target = path(id, "/kill");
    http::add_parameter(target, "signal", signal);
    const auto answer = call("POST", target, "", deadline);
    if (answer.status == 404)
        return Change::unknown;
    if (answer.status == 409 && engine_message(answer).find("not running") != std::string::npos)
        return Change::already;
    if (answer.status != 204)
        throw refusal(subject("kill", id), answer);
    return Change::done;
}

Change Client::rename(std::string_view id, std::string_view name, base::Deadline deadline) {
    std::string target = path(id, "/rename");
    http::add_parameter(target, "name", name);
    return change("POST", target, subject("rename", id), deadline);
}

Change Client::remove(std::string_view id, base::Deadline deadline) {
    const auto answer = call("DELETE", path(id, "?force=1&v=1"), "", deadline);
    if (answer.status == 404)
        return Change::unknown;
    if (answer.status == 409 && engine_message(answer).find("in progress") != std::string::npos)
        return Change::already;
    if (answer.status != 204)
        throw refusal(subject("remove", id), answer);
    return Change::done;
}

std::optional<int> Client::wait(std::string_view id, base::Deadline deadline) {
    const auto answer = call("POST", path(id, "/wait"), "", deadline);
    if (answer.status == 404)
        return std::nullopt;
    if (answer.status != 200)
        throw refusal(subject("wait for", id), answer);
    return number_of<int>(codec::find(answer.body, "StatusCode").value_or(""));
}

std::optional<Usage> Client::usage(std::string_view id, base::Deadline deadline) {
    // One shot: without it the Engine takes two samples, a second apart.
    const auto answer = call("GET", path(id, "/stats?stream=0&one-shot=1"), "", deadline);
    if (answer.status == 404 || answer.status == 409)
        return std::nullopt;
    if (answer.status != 200)
        throw refusal(subject("measure", id), answer);
    return usage_from(answer.body);
}

} // namespace docker
