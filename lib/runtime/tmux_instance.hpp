#pragma once

#include "runtime/run_folder.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace runtime {

/// Instance::id of a launch: hello~k3v9q2xa. Names of services have no '~'.
std::string id_of(const RunFolder& run);

/// The launch with that id, or the current one where `id` is a service's name; nothing for neither.
std::optional<RunFolder> run_of_id(const std::filesystem::path& parent, std::string_view id);

/// The name of its tmux session as long as it is a candidate; afterwards it is that of the service.
std::string candidate_session(const RunFolder& run);

/// Nothing while its records are only being made, or removed. One whose records cannot be read is
/// failed, and says why.
std::optional<Instance> instance_of(const RunFolder& run);

/// All that is recorded, as JSON text with secrets masked; nothing as above. Throws Error(data) for
/// records that cannot be read.
std::optional<std::string> inspection_of(const RunFolder& run);

} // namespace runtime
