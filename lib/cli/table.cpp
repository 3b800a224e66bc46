#include "cli/table.hpp"

#include "base/printable.hpp"
#include "cli/output.hpp"

#include <libsmartcols/libsmartcols.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <new>

namespace cli {

namespace {

struct Unref {
    void operator()(libscols_table* table) const noexcept { scols_unref_table(table); }
};

/// libsmartcols fails for want of memory only, given valid arguments.
void check(int result) {
    if (result != 0)
        throw std::bad_alloc{};
}

int flags_of(const Column& column) {
    return (column.align == Align::right ? SCOLS_FL_RIGHT : 0) |
           (column.may_shrink ? SCOLS_FL_TRUNC : 0);
}

/// Makes this thread measure characters as UTF-8 for a while: our programs do not take the user's
/// locale over, and in the C locale the library counts bytes.
class Utf8Locale {
public:
    Utf8Locale() : utf8_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (utf8_ != nullptr)
            before_ = ::uselocale(utf8_);
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
    ~Utf8Locale() {
        if (utf8_ != nullptr) {
            ::uselocale(before_);
            ::freelocale(utf8_);
        }
    }

private:
    locale_t utf8_;
    locale_t before_ = nullptr;
};

/// The library counts in size_t but keeps some widths in int.
constexpr std::size_t widest = 100'000;
/// What a cut cell still tells: the start of a name, all of a state.
constexpr std::size_t least = 12;

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80; }));
}

using LibraryTable = std::unique_ptr<libscols_table, Unref>;

LibraryTable declare(const std::vector<Column>& columns) {
    LibraryTable owner{scols_new_table()};
    libscols_table* const table = owner.get();
    check(table == nullptr ? 1 : 0);
    check(scols_table_enable_noencoding(table, 1));           // the cells are printable already
    scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS); // the width comes from the caller
    for (const Column& column : columns) {
        const std::string title{column.title};
        check(scols_table_new_column(table, title.c_str(), 0, flags_of(column)) == nullptr ? 1 : 0);
    }
    return owner;
}

/// Makes the widest of those that may shrink as wide as the next one, until all fit.
void shrink(std::vector<std::size_t>& widths, const std::vector<Column>& columns,
            std::size_t limit) {
    std::size_t sum = columns.size() - 1; // a blank between two
    for (const std::size_t width : widths)
        sum += width;
    while (sum > limit) {
        std::size_t* widest_one = nullptr;
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (columns[i].may_shrink && widths[i] > std::max(least, columns[i].title.size()) &&
                (widest_one == nullptr || widths[i] >= *widest_one))
                widest_one = &widths[i];
        if (widest_one == nullptr)
            return; // the library cuts further
        --*widest_one;
        --sum;
    }
}

/// The library prints none above nothing.
std::string header(const std::vector<Column>& columns) {
    std::string line;
    for (const Column& column : columns)
        line.append(line.empty() ? "" : " ").append(column.title);
    return line + '\n';
}

} // namespace

struct Table::Impl {
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;

    [[nodiscard]] std::vector<std::size_t> widths() const {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            found.push_back(columns[i].title.size());
            for (const auto& row : rows)
                found.back() = std::max(found.back(), characters(row[i]));
        }
        return found;
    }
};

Table::Table(std::span<const Column> columns)
    : impl_(std::make_unique<Impl>(Impl{{columns.begin(), columns.end()}, {}})) {}

Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;
Table::~Table() = default;

void Table::add_row(std::span<const std::string> cells) {
    std::vector<std::string> row;
    for (const std::string& cell : cells)
        row.push_back(base::printable(cell));
    impl_->rows.push_back(std::move(row));
}

std::string Table::text(std::size_t width) const {
    if (impl_->rows.empty())
        return header(impl_->columns);
    const LibraryTable library = declare(impl_->columns);
    libscols_table* const table = library.get();
    auto widths = impl_->widths();
    shrink(widths, impl_->columns, width);
    for (const auto& row : impl_->rows) {
        libscols_line* const line = scols_table_new_line(table, nullptr);
        check(line == nullptr ? 1 : 0);
        for (std::size_t i = 0; i < row.size(); ++i)
            check(scols_line_set_data(line, i, base::printable_start(row[i], widths[i]).c_str()));
    }
    const Utf8Locale utf8;
    check(scols_table_set_termwidth(table, std::min(width, widest)));
    char* printed = nullptr;
    check(scols_print_table_to_string(table, &printed));
    const std::unique_ptr<char, decltype(&std::free)> owner{printed, &std::free};
    std::string text = printed == nullptr ? "" : printed;
    return text.empty() ? text : text + '\n';
}

void Table::print(Output& out) const {
    out.write(text(out.width()));
}

} // namespace cli
