#include "cli/style.hpp"

#include <cstdlib>

namespace cli {

namespace {

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view{} : value;
}

} // namespace

bool wants_colour(std::string_view mode, bool terminal) {
    if (mode == "always" || mode == "never")
        return mode == "always";
    if (!variable("NO_COLOR").empty())
        return false;
    if (const auto force = variable("CLICOLOR_FORCE"); !force.empty() && force != "0")
        return true;
    const auto term = variable("TERM");
    return terminal && !term.empty() && term != "dumb";
}

} // namespace cli
