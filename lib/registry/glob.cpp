#include "registry/glob.hpp"

#include <algorithm>
#include <compare>

namespace registry {

namespace {

constexpr auto npos = std::string_view::npos;

constexpr char fold(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// The bytes of the character that begins at `at`.
std::size_t character_size(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        ++end;
    return end - at;
}

/// Behind the ']' of the set that begins at `at`; npos when it has none, and '[' means itself.
std::size_t set_end(std::string_view pattern, std::size_t at) {
    std::size_t first = at + 1;
    if (first < pattern.size() && (pattern[first] == '!' || pattern[first] == '^'))
        ++first;
    const auto close = pattern.find(']', first + 1); // a ']' at the beginning is one of the set
    return close == npos ? npos : close + 1;
}

/// Whether the character is in the set between the brackets. Ranges go by the bytes of UTF-8, which
/// are in the order of the code points.
bool in_set(std::string_view set, std::string_view character) {
    const bool inverted = set.front() == '!' || set.front() == '^';
    if (inverted)
        set.remove_prefix(1);
    bool found = false;
    while (!set.empty()) {
        const std::string_view first = set.substr(0, character_size(set, 0));
        set.remove_prefix(first.size());
        std::string_view last = first;
        if (set.size() > 1 && set.front() == '-') {
            last = set.substr(1, character_size(set, 1));
            set.remove_prefix(1 + last.size());
        }
        found = found || (first <= character && character <= last);
    }
    return found != inverted;
}

} // namespace

Glob::Glob(std::string_view pattern) : pattern_(folded(pattern)) {
    std::size_t end = 0;
    while (end < pattern_.size() && pattern_[end] != '*' && pattern_[end] != '?' &&
           (pattern_[end] != '[' || set_end(pattern_, end) == npos))
        ++end;
    prefix_ = pattern_.substr(0, end);
}

bool Glob::begins(std::string_view name) const noexcept {
    return std::ranges::equal(name.substr(0, prefix_.size()), prefix_, {}, fold);
}

bool Glob::matches(std::string_view name) const noexcept {
    const std::string_view pattern = pattern_;
    std::size_t p = 0;
    std::size_t n = 0;
    // Where the last '*' stands, and how much of the name it has taken.
    std::size_t star = npos;
    std::size_t taken = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = n;
            continue;
        }
        const std::size_t step = step_at(p, name, n);
        if (step != 0) {
            n += step;
            p = next(p);
        } else if (star != npos) {
            taken += character_size(name, taken);
            n = taken;
            p = star + 1;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == npos;
}

std::size_t Glob::step_at(std::size_t p, std::string_view name, std::size_t n) const noexcept {
    if (p >= pattern_.size())
        return 0;
    const std::string_view pattern = pattern_;
    const std::size_t size = character_size(name, n);
    if (pattern[p] == '?')
        return size;
    if (const auto end = pattern[p] == '[' ? set_end(pattern, p) : npos; end != npos) {
        char first = fold(name[n]);
        const std::string_view character =
            size == 1 ? std::string_view{&first, 1} : name.substr(n, size);
        return in_set(pattern.substr(p + 1, end - p - 2), character) ? size : 0;
    }
    return pattern[p] == fold(name[n]) ? 1 : 0;
}

std::size_t Glob::next(std::size_t p) const noexcept {
    const auto end = pattern_[p] == '[' ? set_end(pattern_, p) : npos;
    return end == npos ? p + 1 : end;
}

std::string folded(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), fold);
    return result;
}

bool NameOrder::operator()(std::string_view a, std::string_view b) const noexcept {
    const auto order = std::lexicographical_compare_three_way(
        a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
            return static_cast<unsigned char>(fold(x)) <=> static_cast<unsigned char>(fold(y));
        });
    return order != 0 ? order < 0 : a < b;
}

} // namespace registry
