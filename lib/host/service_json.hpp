#pragma once

#include "host/host.hpp"

#include <string>
#include <string_view>

namespace codec {
class JsonWriter;
}

namespace host {

/// Writes an instance as a director's answers carry it: {"runtime":…,"id":…,"run_id":…,"state":…,
/// "detail":…,"exit_code":…,"started_ms":…,"restarts":…,"ports":[{"service_port":…,"host_port":…,
/// "host_address":…}],"image":…}.
void append_instance(codec::JsonWriter& out, const runtime::Instance& instance);

/// Reads it back; what is missing stays at its default. `json` is valid JSON.
runtime::Instance parse_instance(std::string_view name, std::string_view json);

/// Reads a service from an item of a director's list, valid JSON; the item itself stands for what
/// the service says, of which it has all members.
Service parse_service(std::string_view item);

} // namespace host
