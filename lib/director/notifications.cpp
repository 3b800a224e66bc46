#include "director/notifications.hpp"

#include "codec/json_writer.hpp"
#include "rpc/json_rpc.hpp"

#include <cstdint>
#include <string_view>

namespace director {

namespace {

/// FNV-1a, 64 bits: tells lists apart, protects nothing.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 14695981039346656037u;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return hash;
}

std::string hex(std::uint64_t number) {
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; number >>= 4)
        text[i] = "0123456789abcdef"[number & 15];
    return text;
}

} // namespace

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
    out.member("state_hash", hex(hash_of(list)));
    out.end_object();
    return json;
}

} // namespace director
