// DockerRuntime's way from a folder to an image.
#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/docker_runtime.hpp"
#include "runtime/service_name.hpp"
#include "runtime/waiting.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace runtime {

namespace fs = std::filesystem;

using base::Error;
using base::ErrorKind;

namespace {

constexpr const char* base_image = "rst/band-base"; // the original's name for it (WIRE.md 1.5)

/// As many of the last lines as an error may carry.
std::vector<std::string> ending(const std::vector<std::string>& lines) {
    constexpr std::size_t most = 8 * 1024;
    std::vector<std::string> shown;
    std::size_t size = 0;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        std::string text = base::printable_start(*line, 500);
        size += text.size();
        if (size > most)
            break;
        shown.push_back(std::move(text));
    }
    std::ranges::reverse(shown);
    return shown;
}

bool stands_on_base(const fs::path& dockerfile) {
    std::ifstream file{dockerfile};
    for (std::string line; std::getline(file, line);)
        if ((line.starts_with("FROM") || line.starts_with("from")) &&
            line.find(base_image) != std::string::npos)
            return true;
    return false;
}

} // namespace

void DockerRuntime::build_image(const fs::path& folder, const std::string& image,
                                const ServiceSpec& spec, bool pull, const Progress& progress,
                                const Wait& wait) {
    const docker::BuildRequest request{
        .folder = folder, .image = image, .no_cache = spec.no_cache, .pull = pull};
    const auto limit = base::Deadline::after(spec.build_within);
    docker::BuildResult result;
    try {
        result =
            engine(wait).build(request, progress, base::Deadline::earlier(wait.deadline, limit));
    } catch (const Error&) {
        check(wait, spec.name, "building it");
        throw;
    }
    if (result.ok)
        return;
    const bool asked_for_less = result.timed_out && !limit.passed();
    const std::string why = result.timed_out && !asked_for_less
                                ? "has not ended within " + base::format_duration(spec.build_within)
                                : result.error;
    throw Error(asked_for_less ? ErrorKind::timeout : ErrorKind::data, "build of " + image,
                result.failed_step.empty() ? why : result.failed_step + ": " + why,
                asked_for_less ? "--timeout allows more" : "", ending(result.last_lines));
}

std::string DockerRuntime::build(const ServiceSpec& spec, const Progress& progress,
                                 const Wait& wait) {
    require_service_name(spec.name);
    if (!spec.image.empty()) {
        if (spec.pull || !engine(wait).inspect_image(spec.image, wait.deadline))
            engine(wait).pull(spec.image, progress, wait.deadline);
        return spec.image;
    }
    const fs::path dockerfile = spec.folder / "Dockerfile";
    std::error_code ignored;
    if (!fs::is_regular_file(dockerfile, ignored))
        throw Error(ErrorKind::data, base::quoted(spec.folder.string()), "has no Dockerfile",
                    "add one, or use --runtime tmux");
    const fs::path base_folder = spec.folder.parent_path() / "base";
    const bool on_our_base =
        stands_on_base(dockerfile) && fs::is_regular_file(base_folder / "Dockerfile", ignored);
    if (on_our_base)
        build_image(base_folder, base_image, spec, spec.pull, progress, wait);
    const std::string image = std::string{service_image_prefix} + spec.name;
    // No registry has the base that has just been built.
    build_image(spec.folder, image, spec, spec.pull && !on_our_base, progress, wait);
    return image;
}

} // namespace runtime
