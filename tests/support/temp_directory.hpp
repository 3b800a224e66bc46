#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace support {

/// A fresh directory that goes with the object, unless BAND_KEEP=1 asks to look into it. Its path
/// is short enough for Unix sockets.
class TempDirectory {
public:
    TempDirectory();
    ~TempDirectory();
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// Writes a file in it and gives its path.
    std::string write(const std::string& name, std::string_view content) const;

private:
    std::filesystem::path path_;
};

/// The bytes of a file. Throws std::runtime_error when it cannot be read.
std::string read_file(const std::filesystem::path& path);

} // namespace support
