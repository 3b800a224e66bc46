#include "base/printable.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <utility>

using base::Keep;
using base::printable;
using base::printable_start;

TEST_CASE("printable: leaves text of any language alone") {
    for (const auto* text : {"", "plain text", "héllo wörld", "日本語", "👍 ok"})
        CHECK(printable(text) == text);
}

TEST_CASE("printable: shows what a terminal would obey") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"\x1b[31m", "\\x1b[31m"},          // CSI
        {"\x1b]0;t\x07", "\\x1b]0;t\\x07"}, // OSC, BEL
        {"a\x7f", "a\\x7f"},                // DEL
        {"a\rb", "a\\rb"},
        {"a\nb\tc", "a\\nb\\tc"},
        {std::string_view{"a\0b", 3}, "a\\x00b"},
        {"\xc2\x9b"
         "31m",
         "\\u009b31m"}, // CSI of C1
        {"\xe2\x80\xae"
         "abc",
         "\\u202eabc"}, // right-to-left override
        {"\xe2\x81\xa6", "\\u2066"},
        {"\xd8\x9c", "\\u061c"},
        {"\xe2\x80\xa8", "\\u2028"}, // line separator
    };
    for (const auto& [text, shown] : cases)
        CHECK(printable(text) == shown);
}

TEST_CASE("printable: shows bytes that are no UTF-8") {
    CHECK(printable("\xff") == "\\xff");
    CHECK(printable("\x9b"
                    "31m") == "\\x9b31m");                 // a bare C1 byte
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");          // overlong
    CHECK(printable("\xe0\x80\xaf") == "\\xe0\\x80\\xaf"); // overlong
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80"); // surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(printable("ab\xe2\x82") == "ab\\xe2\\x82"); // cut off
    CHECK(printable("\xe2\x82z") == "\\xe2\\x82z");
}

TEST_CASE("printable: keeps newline and tab where asked, and only these") {
    CHECK(printable("a\n\tb\rc", Keep::lines) == "a\n\tb\\rc");
}

TEST_CASE("printable: cuts to a number of characters with an ellipsis") {
    CHECK(printable_start("abc", 3) == "abc");
    CHECK(printable_start("abcd", 3) == "ab…");
    CHECK(printable_start("ääää", 3) == "ää…");
    CHECK(printable_start("ab\x1b"
                          "cd",
                          4) == "ab…"); // an escape is not torn
    CHECK(printable_start("abcd", 1) == "…");
    CHECK(base::quoted("a\nb") == "\"a\\nb\"");
}
