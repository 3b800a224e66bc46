#pragma once

#include "base/error.hpp"

#include <string>

namespace cli {

/// Runs `use`, which makes something of a text that `origin` gave: "--url", "the argument",
/// "BAND_BUS", `context "prod", FILE:3:7`. What is wrong with a text that does not stand on the
/// command line becomes an error of configuration, and names the origin.
template <class Use> auto blaming(const std::string& origin, const Use& use) {
    try {
        return use();
    } catch (const base::Error& error) {
        if (error.kind() != base::ErrorKind::usage || origin.starts_with("--") ||
            origin == "the argument")
            throw;
        throw base::Error(base::ErrorKind::config, origin + ": " + error.subject(), error.why(),
                          error.hint());
    }
}

} // namespace cli
