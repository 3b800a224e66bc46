#pragma once

#include "base/unique_fd.hpp"
#include "tools/record_reader.hpp"

#include <string>

namespace publish_event {

/// The file that malformed lines go to, behind what it holds already.
class BadRecords {
public:
    /// Throws Error(cannot_create).
    explicit BadRecords(std::string path);

    /// Appends a line, or a part of one that is too long. Throws Error(io).
    void append(const tools::Record& record);

    /// Writes all out. Throws Error(io).
    void flush();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
    base::UniqueFd file_;
    std::string pending_;
    bool in_line_ = false; // the newline comes when the next line, or the end, does
};

} // namespace publish_event
