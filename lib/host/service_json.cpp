#include "host/service_json.hpp"

#include "codec/json_elements.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "runtime/state_word.hpp"

#include <charconv>
#include <string>

namespace host {

namespace {

template <class Number> Number number_of(std::string_view json, std::string_view path) {
    const std::string text = codec::find_text(json, path).value_or("");
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string text_of(std::string_view json, std::string_view path) {
    return codec::find_text(json, path).value_or("");
}

} // namespace

void append_instance(codec::JsonWriter& out, const runtime::Instance& instance) {
    out.begin_object();
    out.member("runtime", std::string_view(instance.runtime));
    out.member("id", std::string_view(instance.id));
    out.member("run_id", std::string_view(instance.run_id));
    out.member("state", runtime::state_word(instance.state));
    out.member("detail", std::string_view(instance.detail));
    if (instance.exit_code)
        out.member("exit_code", *instance.exit_code);
    out.member("started_ms", instance.started_ms);
    out.member("restarts", instance.restarts);
    out.key("ports");
    out.begin_array();
    for (const runtime::PortBinding& port : instance.ports) {
        out.begin_object();
        out.member("service_port", port.service_port);
        out.member("host_port", port.host_port);
        out.member("host_address", std::string_view(port.host_address));
        out.end_object();
    }
    out.end_array();
    out.member("image", std::string_view(instance.image));
    out.end_object();
}

runtime::Instance parse_instance(std::string_view name, std::string_view json) {
    runtime::Instance instance{.name = std::string(name)};
    instance.runtime = text_of(json, "runtime");
    instance.id = text_of(json, "id");
    instance.run_id = text_of(json, "run_id");
    instance.state =
        runtime::state_of_word(text_of(json, "state")).value_or(runtime::State::created);
    instance.detail = text_of(json, "detail");
    if (codec::find(json, "exit_code"))
        instance.exit_code = number_of<int>(json, "exit_code");
    instance.started_ms = number_of<std::int64_t>(json, "started_ms");
    instance.restarts = number_of<std::uint32_t>(json, "restarts");
    for (codec::JsonElements ports{codec::find(json, "ports").value_or(std::string_view{})};
         ports.next();)
        instance.ports.push_back({number_of<std::uint16_t>(ports.value(), "service_port"),
                                  number_of<std::uint16_t>(ports.value(), "host_port"),
                                  text_of(ports.value(), "host_address")});
    instance.image = text_of(json, "image");
    return instance;
}

Service parse_service(std::string_view item) {
    Service service;
    service.name = text_of(item, "name");
    if (const auto instance = codec::find(item, "instance"))
        service.instance = parse_instance(service.name, *instance);
    service.answers = codec::find(item, "answers") == "true";
    for (codec::JsonElements pairs{codec::find(item, "methods").value_or(std::string_view{})};
         pairs.next();)
        service.methods.push_back({text_of(pairs.value(), "0"), text_of(pairs.value(), "1")});
    if (service.answers)
        service.status = item;
    return service;
}

} // namespace host
