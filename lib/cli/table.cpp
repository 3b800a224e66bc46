#include "cli/table.hpp"

#include "base/printable.hpp"
#include "cli/output.hpp"

#include <libsmartcols/libsmartcols.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <new>
#include <optional>

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
/// locale over, and in the C locale the library counts bytes. Loading it costs more than most
/// tables do.
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

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The library counts in size_t but keeps some widths in int.
constexpr std::size_t widest = 100'000;

} // namespace

struct Table::Impl {
    std::unique_ptr<libscols_table, Unref> table{scols_new_table()};
    bool ascii = true; // as are the titles
};

Table::Table(std::span<const Column> columns) : impl_(std::make_unique<Impl>()) {
    libscols_table* const table = impl_->table.get();
    check(table == nullptr ? 1 : 0);
    check(scols_table_enable_noencoding(table, 1));           // the cells are printable already
    scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS); // the width comes from the caller
    for (const Column& column : columns) {
        const std::string title{column.title};
        check(scols_table_new_column(table, title.c_str(), 0, flags_of(column)) == nullptr ? 1 : 0);
    }
}

Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;
Table::~Table() = default;

void Table::add_row(std::span<const std::string> cells) {
    libscols_line* const line = scols_table_new_line(impl_->table.get(), nullptr);
    check(line == nullptr ? 1 : 0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string cell = base::printable(cells[i]);
        impl_->ascii = impl_->ascii && is_ascii(cell);
        check(scols_line_set_data(line, i, cell.c_str()));
    }
}

std::string Table::text(std::size_t width) const {
    libscols_table* const table = impl_->table.get();
    std::optional<Utf8Locale> utf8;
    if (!impl_->ascii)
        utf8.emplace();
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
