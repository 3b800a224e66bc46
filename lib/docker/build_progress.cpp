#include "docker/build_progress.hpp"

#include "base/printable.hpp"
#include "codec/json_members.hpp"
#include "docker/json_fields.hpp"

#include <algorithm>

namespace docker {

namespace {

constexpr std::size_t longest_object = 1024 * 1024;
constexpr std::size_t longest_line = 4096;
constexpr std::size_t lines_kept = 50;

/// "Step 3/5 : RUN make" as "step 3/5: RUN make".
std::string step_from(std::string_view line) {
    const auto colon = line.find(" : ");
    if (!line.starts_with("Step ") || colon == std::string_view::npos)
        return {};
    return "step" + std::string{line.substr(4, colon - 4)} + ": " +
           base::printable_start(line.substr(colon + 3), 200);
}

/// The Engine paints what comes from standard error: ESC [ 9 1 m … ESC [ 0 m.
std::string without_colours(std::string_view line) {
    std::string plain;
    while (!line.empty()) {
        const auto start = std::min(line.find("\x1b["), line.size());
        plain += line.substr(0, start);
        line.remove_prefix(start);
        const auto end = line.find('m');
        if (line.empty() || end == line.npos || line.find_first_not_of("0123456789;", 2) != end) {
            plain += line.substr(0, std::min<std::size_t>(line.size(), 1));
            line.remove_prefix(std::min<std::size_t>(line.size(), 1));
        } else {
            line.remove_prefix(end + 1);
        }
    }
    return plain;
}

/// What the Engine says of its own work between the steps' output.
bool is_bookkeeping(std::string_view line) {
    return line.starts_with(" ---> ") || line.starts_with("Removing intermediate container ");
}

} // namespace

BuildProgress::BuildProgress(const Progress& progress)
    : progress_(progress), objects_(longest_object,
                                    [this](std::string_view line, bool cut) {
                                        if (!cut)
                                            object(line);
                                    }),
      output_(longest_line, [this](std::string_view line, bool) { output(line); }) {}

void BuildProgress::object(std::string_view json) {
    for (codec::JsonMembers members{json}; members.next();) {
        const auto key = members.key();
        if (key == "stream") {
            output_.feed(text_of(members.value()));
        } else if (key == "aux") {
            if (auto id = codec::find_text(members.value(), "ID"))
                image_id_ = std::move(*id);
        } else if (key == "error") {
            error_ = base::printable_start(text_of(members.value()), 500);
        } else if (key == "status" && progress_) {
            const auto layer = codec::find_text(json, "id").value_or("");
            progress_("pull", layer.empty() ? text_of(members.value())
                                            : layer + ": " + text_of(members.value()));
        }
    }
}

void BuildProgress::output(std::string_view text) {
    const std::string line = without_colours(text.substr(0, text.size() - text.ends_with('\r')));
    if (line.find_first_not_of(" \t") == std::string_view::npos)
        return;
    if (auto step = step_from(line); !step.empty()) {
        step_ = std::move(step);
        last_.clear();
    } else if (!is_bookkeeping(line)) {
        last_.push_back(line);
    }
    if (last_.size() > lines_kept)
        last_.pop_front();
    if (progress_)
        progress_(step_, line);
}

void BuildProgress::finish() {
    objects_.finish();
    output_.finish();
}

} // namespace docker
