#pragma once

#include "message/message.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace monitor {

/// Which messages are shown, beyond their routing keys.
struct Filter {
    std::string conversation; // empty: any
    /// Dotted paths into the payload and the value each must have, as text: order.id=5.
    std::vector<std::pair<std::string, std::string>> fields;

    [[nodiscard]] bool empty() const noexcept { return conversation.empty() && fields.empty(); }
    /// Does not throw: a payload that does not parse has no fields.
    [[nodiscard]] bool accepts(const message::Message& message) const;
};

/// Reads "path=value" texts. Throws Error(usage).
Filter make_filter(std::string conversation, const std::vector<std::string>& fields);

} // namespace monitor
