#include "rpc/parameters.hpp"

#include "base/printable.hpp"
#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace rpc {

Parameters::Parameters(std::string_view json, std::span<const std::string_view> names)
    : names_(names), values_(names.size()) {
    if (json.starts_with('['))
        by_position(json);
    else
        by_name(json);
}

void Parameters::by_name(std::string_view json) {
    for (codec::JsonMembers members{json}; members.next();) {
        const auto name = std::ranges::find(names_, members.key());
        if (name != names_.end())
            values_[static_cast<std::size_t>(name - names_.begin())] = members.value();
        else if (fault_.empty())
            fault_ = "unknown parameter " + base::quoted(members.key());
    }
}

void Parameters::by_position(std::string_view json) {
    std::size_t count = 0;
    for (codec::JsonElements elements{json}; elements.next(); ++count)
        if (count < values_.size())
            values_[count] = elements.value();
    if (count > values_.size())
        fault_ = std::to_string(count) + " parameters where " + std::to_string(values_.size()) +
                 " are the most";
}

std::string_view Parameters::json(std::string_view name) const {
    const auto at = std::ranges::find(names_, name);
    if (at == names_.end())
        throw std::logic_error("no parameter " + std::string(name));
    return values_[static_cast<std::size_t>(at - names_.begin())];
}

std::optional<std::string> Parameters::text(std::string_view name) const {
    const std::string_view value = json(name);
    if (!value.starts_with('"'))
        return std::nullopt;
    return codec::plain_text(value);
}

std::optional<std::int64_t> Parameters::integer(std::string_view name) const {
    const std::string digits = codec::plain_text(json(name));
    const char* const end = digits.data() + digits.size();
    std::int64_t number = 0;
    const auto parsed = std::from_chars(digits.data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end)
        return std::nullopt;
    return number;
}

} // namespace rpc
