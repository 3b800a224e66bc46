#include "cli/table.hpp"

#include "base/printable.hpp"
#include "cli/output.hpp"
#include "codec/utf8.hpp"

#include <algorithm>
#include <clocale>
#include <cwchar>
#include <numeric>
#include <optional>

namespace cli {

namespace {

/// Makes this thread know the widths of all characters for a while: our programs do not take the
/// user's locale over, and the C locale knows those of ASCII only. Loading it costs more than most
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

struct Extent {
    std::size_t bytes = 0;
    std::size_t width = 0; // on the terminal
};

/// That of the character at the start of `text`.
Extent first_character(std::string_view text) {
    const auto step = codec::utf8_step(text.data(), text.data() + text.size());
    const int width = step.code < 0x80 ? 1 : ::wcwidth(static_cast<wchar_t>(step.code));
    return {std::max(step.length, 1u), width < 0 ? 1 : static_cast<std::size_t>(width)};
}

/// As much of the start of `text` as has room.
Extent extent_of(std::string_view text, std::size_t room = std::string_view::npos) {
    Extent all;
    while (all.bytes < text.size()) {
        const Extent next = first_character(text.substr(all.bytes));
        if (all.width + next.width > room)
            break;
        all.bytes += next.bytes;
        all.width += next.width;
    }
    return all;
}

/// What a cut cell should still tell: the start of a name, all of a state.
constexpr std::size_t telling = 12;

/// Takes from the widest that may shrink, a column of the terminal at a time; none gets narrower
/// than its title or `least`.
void shrink(std::vector<std::size_t>& widths, std::span<const Column> columns, std::size_t limit,
            std::size_t least) {
    auto total = std::accumulate(widths.begin(), widths.end(), widths.size() - 1);
    for (; total > limit; --total) {
        std::size_t* widest = nullptr;
        for (std::size_t i = 0; i < widths.size(); ++i)
            if (columns[i].may_shrink && widths[i] > std::max(least, columns[i].title.size()) &&
                (widest == nullptr || widths[i] > *widest))
                widest = &widths[i];
        if (widest == nullptr)
            return;
        --*widest;
    }
}

void append_cell(std::string& out, std::string_view cell, Align align, std::size_t room) {
    Extent shown = extent_of(cell);
    const bool cut = shown.width > room;
    if (cut)
        shown = extent_of(cell, room - 1);
    const std::size_t padding = room - shown.width - (cut ? 1 : 0);
    if (align == Align::right)
        out.append(padding, ' ');
    out.append(cell.substr(0, shown.bytes));
    if (cut)
        out += "…";
    if (align == Align::left)
        out.append(padding, ' ');
}

} // namespace

void Table::add_row(std::span<const std::string> cells) {
    for (const std::string& cell : cells) {
        cells_.push_back(base::printable(cell));
        ascii_ = ascii_ && is_ascii(cells_.back());
    }
}

std::string Table::text(std::size_t width) const {
    std::optional<Utf8Locale> utf8;
    if (!ascii_)
        utf8.emplace();
    const std::size_t count = columns_.size();
    std::vector<std::size_t> widths;
    for (const Column& column : columns_)
        widths.push_back(column.title.size());
    for (std::size_t i = 0; i < cells_.size(); ++i)
        widths[i % count] = std::max(widths[i % count], extent_of(cells_[i]).width);
    shrink(widths, columns_, width, telling);
    shrink(widths, columns_, width, 0);

    std::string text;
    const auto end_cell = [&text, count](std::size_t column) {
        if (column + 1 < count)
            text += ' ';
        else
            text.replace(text.find_last_not_of(' ') + 1, std::string::npos, "\n");
    };
    for (std::size_t i = 0; i < count; end_cell(i++))
        append_cell(text, columns_[i].title, columns_[i].align, widths[i]);
    for (std::size_t i = 0; i < cells_.size(); end_cell(i++ % count))
        append_cell(text, cells_[i], columns_[i % count].align, widths[i % count]);
    return text;
}

void Table::print(Output& out) const {
    out.write(text(out.width()));
}

} // namespace cli
