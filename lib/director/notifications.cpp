#include "director/notifications.hpp"

#include "codec/json_elements.hpp"
#include "codec/json_path.hpp"
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

void append_entry(codec::JsonWriter& out, std::string_view service, std::string_view method,
                  std::string_view role, std::string_view options) {
    out.begin_object();
    out.member("service", service);
    out.member("method", method);
    out.member("role", role);
    out.key("options");
    out.raw(options);
    out.end_object();
}

} // namespace

std::string kernel_notification(const Registrations::Map& services) {
    std::string params;
    codec::JsonWriter out{params};
    out.begin_object();
    out.key("methods");
    out.begin_array();
    for (const auto& [service, registration] : services) {
        for (const host::Method& method : registration.report.methods) {
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
        const StatusReport& report = registration.report;
        if (report.registered.empty()) {
            for (const host::Method& method : report.methods)
                append_entry(out, service, method.name, method.role, "{}");
            continue;
        }
        for (codec::JsonElements entries{report.registered}; entries.next();) {
            const auto options = codec::find(entries.value(), "options");
            append_entry(out, service, codec::find_text(entries.value(), "method").value_or(""),
                         codec::find_text(entries.value(), "role").value_or("none"),
                         options && options->starts_with('{') ? *options : "{}");
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
