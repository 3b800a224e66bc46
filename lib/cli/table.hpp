#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Output;

enum class Align { left, right };

struct Column {
    std::string_view title;
    Align align = Align::left;
    bool may_shrink = false; // cut with an ellipsis where the terminal is too narrow, widest first
};

/// Columns without borders for the human views, in a library of its own (cli_table_dep), since a
/// one-shot tool must not pay for it. No column is ever dropped: where the terminal is too narrow
/// even for cut ones, lines are as long as they must be.
class Table {
public:
    explicit Table(std::span<const Column> columns);
    Table(Table&&) noexcept;
    Table& operator=(Table&&) noexcept;
    ~Table();

    /// Adds a row with one cell a column; texts are made harmless for a terminal.
    void add_row(std::span<const std::string> cells);

    /// The whole table as lines for a width of `width` columns; the header line too when it is
    /// empty.
    [[nodiscard]] std::string text(std::size_t width) const;

    /// Writes it to fit the output's terminal, uncut where that is none.
    void print(Output& out) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace cli
