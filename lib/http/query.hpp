#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// The parameters of a URL's query, or of a form (application/x-www-form-urlencoded), decoded and
/// in their order.
class Query {
public:
    struct Parameter {
        std::string name;
        std::string value; // empty where there is no "="
    };

    /// Nothing when the encoding is broken, or there are more than 1000 parameters.
    static std::optional<Query> parse(std::string_view text);

    /// The first one of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] const std::vector<Parameter>& all() const noexcept { return parameters_; }

private:
    std::vector<Parameter> parameters_;
};

} // namespace http
