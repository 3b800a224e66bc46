#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace director {

/// What a caller gives along: names and JSON values, or an array of values. A later value replaces
/// an earlier one of the same name and keeps its place.
class Arguments {
public:
    /// Throws Error(usage) for more than 1,000 names.
    void set(std::string name, std::string json);
    void set_text(std::string name, std::string_view text);

    /// Takes the members of an object, or the whole of an array. Throws Error(usage) for text that
    /// is not JSON, or neither.
    void merge_json(std::string_view json);

    /// Takes the fields of a query or form; `what` names it in errors. Throws Error(usage).
    void merge_form(std::string_view what, std::string_view text);

    /// The JSON value, or nothing.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// A string without its quotes, anything else as it is written.
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    /// "1", "true", "yes", "on" and a name without a value; throws Error(usage) for anything else
    /// but "0", "false", "no", "off".
    [[nodiscard]] bool flag(std::string_view name) const;
    /// Throws Error(usage) when it is there and not a number from 0 up to `most`.
    [[nodiscard]] std::optional<double> number(std::string_view name, double most) const;

    /// Takes it out.
    std::optional<std::string> take(std::string_view name);

    /// All of them as JSON-RPC's params; "{}" when there are none.
    [[nodiscard]] std::string params() const;

private:
    std::vector<std::pair<std::string, std::string>> values_;
    std::string positional_; // an array, JSON text; empty: by name
};

/// The arguments of a request: the query, then the body, a form or JSON, whose values win (WIRE.md
/// 1.4). Throws Error(usage) for what cannot be read, Error(data) for a body of another type.
Arguments arguments_of(const http::Request& request);

} // namespace director
