#include "docker/json_fields.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"

namespace docker {

std::vector<std::pair<std::string, std::string>> pairs_of(std::string_view json) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (codec::JsonMembers members{json}; members.next();)
        pairs.emplace_back(members.key(), codec::plain_text(members.value()));
    return pairs;
}

std::vector<std::string> texts_of(std::string_view json) {
    std::vector<std::string> texts;
    for (codec::JsonElements elements{json}; elements.next();)
        texts.push_back(text_of(elements.value()));
    return texts;
}

std::int64_t time_of(std::string_view text) {
    if (text.size() < 20 || text.starts_with("0001-"))
        return 0;
    try {
        return base::parse_time(text, 0);
    } catch (const base::Error&) {
        return 0; // not worth more than the time itself
    }
}

} // namespace docker
