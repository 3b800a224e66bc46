#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Output;

enum class Align { left, right };

struct Column {
    std::string_view title; // ASCII; outlives the table
    Align align = Align::left;
    bool may_shrink = false; // cut with an ellipsis where the terminal is too narrow, widest first
};

/// Columns without borders for the human views. No column is ever dropped, and none gets narrower
/// than its title: where the terminal is too narrow even then, lines are as long as they must be.
class Table {
public:
    explicit Table(std::span<const Column> columns) : columns_(columns.begin(), columns.end()) {}

    /// Adds a row with one cell a column; texts are made harmless for a terminal.
    void add_row(std::span<const std::string> cells);

    /// The whole table as lines for a width of `width` columns; the header line too when it is
    /// empty.
    [[nodiscard]] std::string text(std::size_t width) const;

    /// Writes it to fit the output's terminal, uncut where that is none.
    void print(Output& out) const;

private:
    std::vector<Column> columns_;
    std::vector<std::string> cells_; // one row behind the other
    bool ascii_ = true;
};

} // namespace cli
