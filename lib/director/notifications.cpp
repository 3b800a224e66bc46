#include "director/notifications.hpp"

#include "base/text_hash.hpp"
#include "codec/json_writer.hpp"
#include "rpc/json_rpc.hpp"

#include <string_view>

namespace director {

std::string kernel_notification(const Registrations::Map& services) {
    std::string params;
    codec::JsonWriter out{params};
    out.begin_object();
    out.key("methods");
    out.begin_array();
    for (const auto& [service, registration] : services) {
        for (const rpc::ExposedMethod& method : registration.status().methods) {
            out.begin_array();
            out.value(std::string_view(service));
            out.value(std::string_view(method.name));
            out.value(std::string_view(method.role));
            out.end_array();
        }
    }
    out.end_array();
    out.end_object();
    std::string text;
    rpc::append_notification(text, "kernel:services:band", params, {.blanks = true});
    return text;
}

std::string register_of(const Registrations::Map& services) {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_array();
    for (const auto& [service, registration] : services) {
        for (const rpc::ExposedMethod& method : registration.registered().methods) {
            out.begin_object();
            out.member("service", std::string_view(service));
            out.member("method", std::string_view(method.name));
            out.member("role", std::string_view(method.role));
            out.key("options");
            out.raw(method.options);
            out.end_object();
        }
    }
    out.end_array();
    return json;
}

std::string front_params(const Registrations::Map& services) {
    const std::string list = register_of(services);
    std::string json;
    codec::JsonWriter out{json};
    out.begin_object();
    out.key("register");
    out.raw(list);
    out.member("state_hash", base::text_hash(list));
    out.end_object();
    return json;
}

} // namespace director
