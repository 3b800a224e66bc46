#pragma once

#include <string>
#include <vector>

namespace attach_service {

/// A program to be started, found already.
struct Program {
    std::string path;
    std::vector<std::string> arguments; // the first is its name as the user gave it
    /// NAME=value, on top of our own environment.
    std::vector<std::string> environment;

    /// How messages name it.
    [[nodiscard]] std::string name() const;
};

/// Looks `words[0]` up as a shell does. Throws Error(not_found) or Error(not_executable).
Program find_program(std::vector<std::string> words);

} // namespace attach_service
