#include "support/temp_directory.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace support {

TempDirectory::TempDirectory() {
    const char* base = std::getenv("TMPDIR");
    // A Unix socket's path has 107 bytes at most.
    const bool usable = base != nullptr && *base == '/' && std::string_view{base}.size() < 60;
    std::string name = std::string(usable ? base : "/tmp") + "/bandkit-XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("cannot make a directory " + name);
    path_ = name;
}

TempDirectory::~TempDirectory() {
    const char* keep = std::getenv("BAND_KEEP");
    if (keep != nullptr && std::string_view{keep} == "1") {
        std::fprintf(stderr, "kept: %s\n", path_.c_str());
        return;
    }
    std::error_code ignored; // what is left in a temporary directory fails no test
    std::filesystem::remove_all(path_, ignored);
}

std::string TempDirectory::write(const std::string& name, std::string_view content) const {
    const auto file = path_ / name;
    std::ofstream out{file, std::ios::binary};
    if (!out.write(content.data(), static_cast<std::streamsize>(content.size())).flush())
        throw std::runtime_error("cannot write " + file.string());
    return file.string();
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in)
        throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace support
