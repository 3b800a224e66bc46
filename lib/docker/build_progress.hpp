#pragma once

#include "base/line_splitter.hpp"
#include "docker/client.hpp"

#include <deque>
#include <string>
#include <string_view>

namespace docker {

/// Reads what the Engine says while it builds or pulls: a JSON object a line, of which "stream" is
/// output, "status" a pull's state, "aux" the image's id and "error" the end (Engine API 1.41,
/// ImageBuild and ImageCreate).
class BuildProgress {
public:
    /// `progress` may be empty, and outlives it.
    explicit BuildProgress(const Progress& progress);

    void feed(std::string_view bytes) { objects_.feed(bytes); }
    void finish();

    [[nodiscard]] const std::string& image_id() const noexcept { return image_id_; }
    /// Why it failed, fit to be shown; empty: it has not.
    [[nodiscard]] const std::string& error() const noexcept { return error_; }
    /// "step 3/5: RUN make"; empty before the first one.
    [[nodiscard]] const std::string& step() const noexcept { return step_; }
    /// What the last step has printed, its last 50 lines.
    [[nodiscard]] const std::deque<std::string>& last_lines() const noexcept { return last_; }

private:
    void object(std::string_view json);
    void output(std::string_view text);

    const Progress& progress_;
    base::LineSplitter objects_;
    base::LineSplitter output_;
    std::string image_id_;
    std::string error_;
    std::string step_;
    std::deque<std::string> last_;
};

} // namespace docker
