#pragma once

#include "cli/format.hpp"
#include "cli/record_template.hpp"
#include "cli/table.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cli {

class Invocation;

/// A finite answer in the form that -o asks for: a table, one JSON array (also when it is empty), a
/// JSON object a line, names, or a template filled in. Text from others is made harmless where the
/// output is a terminal.
class Records {
public:
    /// For a command that has the formats table, json, ndjson, name and template=TEXT, or some of
    /// them. `in` outlives it.
    Records(Invocation& in, std::span<const Column> columns);

    /// True where `cells` alone are printed: making the JSON is in vain, then.
    [[nodiscard]] bool is_table() const noexcept { return table_.has_value(); }

    /// `name` is what -o name prints, `json` one object on one line, and there is a cell a column.
    void add(std::string_view name, std::string_view json, std::span<const std::string> cells);

    /// To be called at the end: prints what only the whole can be printed of.
    void finish();

private:
    Invocation& in_;
    Format format_;
    std::optional<RecordTemplate> template_;
    std::optional<Table> table_;
    bool first_ = true;
};

/// Prints an answer that is one record, in the form that -o asks for: `json` as it is for JSON,
/// `name` for names, a template filled in. False for a table, which the command makes itself.
bool print_record(Invocation& in, std::string_view name, std::string_view json);

} // namespace cli
