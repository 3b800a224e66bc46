#include "base/byte_size.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>

using base::format_byte_size;
using base::parse_byte_size;

TEST_CASE("size: a bare number is bytes") {
    CHECK(parse_byte_size("0") == 0);
    CHECK(parse_byte_size("4096") == 4096);
    CHECK(parse_byte_size("9223372036854775807") == 9223372036854775807U);
}

TEST_CASE("size: letters and KiB are powers of 1024, KB is one of 1000") {
    CHECK(parse_byte_size("64k") == 65536);
    CHECK(parse_byte_size("64K") == 65536);
    CHECK(parse_byte_size("16MiB") == 16777216);
    CHECK(parse_byte_size("10MB") == 10000000);
    CHECK(parse_byte_size("1.5KiB") == 1536);
    CHECK(parse_byte_size("2G") == 2147483648);
}

TEST_CASE("size: anything else is a usage error") {
    for (const auto* text : {"", "k", "-1", "1 k", "12q", "1e3", "9223372036854775808",
                             "18446744073709551616", "9999999TiB", "1.2.3"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_byte_size(text), base::Error);
    }
}

TEST_CASE("size: is shown with one decimal at most") {
    CHECK(format_byte_size(0) == "0 B");
    CHECK(format_byte_size(1023) == "1023 B");
    CHECK(format_byte_size(1536) == "1.5 KiB");
    CHECK(format_byte_size(16777216) == "16 MiB");
    CHECK(format_byte_size(18446744073709551615U) == "15.9 EiB");
}
