#include "runtime/service_folder.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/suggest.hpp"
#include "runtime/service_name.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <system_error>
#include <unistd.h>

namespace runtime {

namespace fs = std::filesystem;

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t most_names = 10000; // a folder with more is no folder of services

bool is_program(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

ServiceFolder look_into(std::string_view name, fs::path folder) {
    std::error_code ignored;
    ServiceFolder found{std::string(name), std::move(folder)};
    found.has_dockerfile = fs::is_regular_file(found.path / "Dockerfile", ignored);
    found.has_program = is_program(found.program());
    return found;
}

/// A link may lead elsewhere in `parent`, so that one service can have two names, but not out of
/// it: who may choose a name must not thereby choose any folder of the machine.
fs::path resolve_beneath(const fs::path& parent, std::string_view name) {
    std::error_code failure;
    const fs::path root = fs::canonical(parent, failure);
    if (failure)
        return {};
    fs::path folder = fs::canonical(root / name, failure);
    if (failure || !fs::is_directory(folder, failure))
        return {};
    const auto [root_end, rest] = std::ranges::mismatch(root, folder);
    if (root_end != root.end() || rest == folder.end())
        throw Error(ErrorKind::data, base::quoted((parent / name).string()),
                    "leads out of " + base::quoted(parent.string()),
                    "copy the service there, or name its real place in BAND_IMAGES");
    return folder;
}

void require_something(const ServiceFolder& folder) {
    if (folder.has_dockerfile || folder.has_program)
        return;
    std::error_code ignored;
    const bool has_run = fs::is_regular_file(folder.program(), ignored);
    throw Error(ErrorKind::data, base::quoted(folder.path.string()),
                has_run ? "has no Dockerfile, and its `run` is not executable"
                        : "has neither a Dockerfile nor a program `run`",
                has_run ? "chmod +x " + base::printable(folder.program().string())
                        : "add one of them");
}

} // namespace

ServiceFolder open_service_folder(std::string_view name, const fs::path& folder) {
    std::error_code failure;
    fs::path real = fs::canonical(folder, failure);
    if (failure || !fs::is_directory(real, failure))
        throw Error(ErrorKind::no_input, base::quoted(folder.string()),
                    failure ? failure.message() : "is no folder");
    ServiceFolder found = look_into(name, std::move(real));
    require_something(found);
    return found;
}

ServicePath::ServicePath(std::string_view path) : text_(path) {
    while (!path.empty()) {
        const std::size_t end = std::min(path.find(':'), path.size());
        if (end > 0)
            folders_.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
}

ServicePath ServicePath::from_environment() {
    const char* const path = std::getenv("BAND_IMAGES");
    return ServicePath{path != nullptr && *path != '\0' ? path : "./services"};
}

std::optional<ServiceFolder> ServicePath::find(std::string_view name) const {
    require_service_name(name);
    for (const fs::path& parent : folders_) {
        fs::path folder = resolve_beneath(parent, name);
        if (folder.empty())
            continue;
        ServiceFolder found = look_into(name, std::move(folder));
        require_something(found);
        return found;
    }
    return std::nullopt;
}

ServiceFolder ServicePath::require(std::string_view name) const {
    if (auto found = find(name))
        return *std::move(found);
    std::string hint = cli::did_you_mean(name, names());
    if (hint.empty())
        hint = "name the folder that holds it in BAND_IMAGES, or an image with --image";
    throw Error(ErrorKind::not_found, base::quoted(name),
                "there is no such folder in " + base::quoted(text_), std::move(hint));
}

std::vector<std::string> ServicePath::names() const {
    std::set<std::string> names;
    for (const fs::path& parent : folders_) {
        std::error_code failure;
        for (fs::directory_iterator entry{parent, failure}, end; !failure && entry != end;
             entry.increment(failure)) {
            std::string name = entry->path().filename().string();
            if (!is_service_name(name) || names.size() == most_names)
                continue;
            const ServiceFolder folder = look_into(name, entry->path());
            if (folder.has_dockerfile || folder.has_program)
                names.insert(std::move(name));
        }
    }
    return {names.begin(), names.end()};
}

} // namespace runtime
