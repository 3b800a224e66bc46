#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace docker {

struct Image {
    std::string id;                 // sha256:…
    std::vector<std::string> names; // NAME:TAG; empty: only layers are left
    std::int64_t created_ms = 0;    // Unix time
    std::uint64_t bytes = 0;
    std::vector<std::pair<std::string, std::string>> labels;
};

/// What an image says about how it wants to be run.
struct ImageDetail : Image {
    std::vector<std::uint16_t> tcp_ports; // EXPOSEd, in rising order
    std::vector<std::string> command;
    std::vector<std::string> entrypoint;
};

} // namespace docker
