#include "http/query.hpp"

#include "base/percent.hpp"

#include <algorithm>

namespace http {

namespace {

constexpr std::size_t most_parameters = 1000;

std::optional<std::string> decoded(std::string_view text) {
    std::string spaced{text};
    std::ranges::replace(spaced, '+', ' ');
    return base::percent_decoded(spaced);
}

} // namespace

std::optional<Query> Query::parse(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty())
            continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decoded(pair.substr(0, equals));
        auto value = decoded(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value || query.parameters_.size() == most_parameters)
            return std::nullopt;
        query.parameters_.push_back({*std::move(name), *std::move(value)});
    }
    return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(parameters_, name, &Parameter::name);
    return found == parameters_.end() ? std::nullopt
                                      : std::optional<std::string_view>{found->value};
}

} // namespace http
