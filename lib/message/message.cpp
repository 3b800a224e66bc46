#include "message/message.hpp"

#include <array>

namespace message {

namespace {

// By Kind.
constexpr std::array<std::string_view, 5> kind_names{"event", "command", "result", "configuration",
                                                     "log"};

} // namespace

std::string_view kind_name(Kind kind) noexcept {
    return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<Kind> find_kind(std::string_view name) noexcept {
    for (std::size_t i = 0; i < kind_names.size(); ++i)
        if (kind_names[i] == name)
            return static_cast<Kind>(i);
    return std::nullopt;
}

} // namespace message
