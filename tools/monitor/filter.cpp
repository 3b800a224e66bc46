#include "tools/monitor/filter.hpp"

#include "base/error.hpp"
#include "codec/json_path.hpp"
#include "codec/parse_error.hpp"

#include <algorithm>

namespace monitor {

bool Filter::accepts(const message::Message& message) const {
    if (!conversation.empty() && message.conversation_id != conversation)
        return false;
    if (fields.empty())
        return true;
    try {
        const std::string json = body_as_json(message);
        return std::ranges::all_of(fields, [&json](const auto& field) {
            return codec::find_text(json, field.first) == field.second;
        });
    } catch (const codec::ParseError&) { // nothing to compare with
        return false;
    }
}

Filter make_filter(std::string conversation, const std::vector<std::string>& fields) {
    Filter filter{.conversation = std::move(conversation), .fields = {}};
    for (const std::string& text : fields) {
        const auto equals = text.find('=');
        if (equals == 0 || equals == std::string::npos)
            throw base::Error(base::ErrorKind::usage, "--filter-fields \"" + text + "\"",
                              "is not of the form PATH=VALUE");
        filter.fields.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return filter;
}

} // namespace monitor
