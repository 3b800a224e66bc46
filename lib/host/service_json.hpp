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

std::string_view state_name(runtime::State state) noexcept;

} // namespace host
