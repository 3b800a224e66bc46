#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runtime {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// Reads NAME=VALUE lines; empty ones and those that start with # are skipped, `export ` before a
/// name and quotes around a value are taken off. Nothing is expanded. No file is no variables.
/// Throws Error(config) with the line's number.
Variables read_environment_file(const std::filesystem::path& path);

/// Sets a variable, replacing one of that name.
void set_variable(Variables& variables, std::string_view name, std::string_view value);

/// The value of a variable, or null.
const std::string* find_variable(const Variables& variables, std::string_view name) noexcept;

/// Throws Error(usage) for what cannot be a variable's name, and for those that would change how
/// any program is started: PATH and LD_*.
void require_variable_name(std::string_view name);

} // namespace runtime
