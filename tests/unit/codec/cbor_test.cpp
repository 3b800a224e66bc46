#include "codec/cbor_item.hpp"
#include "codec/cbor_to_json.hpp"
#include "codec/json_scanner.hpp"
#include "codec/parse_error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return bytes;
}

struct Vector {
    const char* hex;
    const char* json;
};

// RFC 8949 appendix A; where JSON has no word for the value, what the header promises instead.
constexpr Vector appendix_a[] = {
    {"00", "0"},
    {"01", "1"},
    {"0a", "10"},
    {"17", "23"},
    {"1818", "24"},
    {"1819", "25"},
    {"1864", "100"},
    {"1903e8", "1000"},
    {"1a000f4240", "1000000"},
    {"1b000000e8d4a51000", "1000000000000"},
    {"1bffffffffffffffff", "18446744073709551615"},
    {"c249010000000000000000", "18446744073709551616"},
    {"3bffffffffffffffff", "-18446744073709551616"},
    {"c349010000000000000000", "-18446744073709551617"},
    {"20", "-1"},
    {"29", "-10"},
    {"3863", "-100"},
    {"3903e7", "-1000"},
    {"f90000", "0.0"},
    {"f98000", "-0.0"},
    {"f93c00", "1.0"},
    {"fb3ff199999999999a", "1.1"},
    {"f93e00", "1.5"},
    {"f97bff", "65504.0"},
    {"fa47c35000", "100000.0"},
    {"fa7f7fffff", "3.4028234663852886e+38"},
    {"fb7e37e43c8800759c", "1e+300"},
    {"f90001", "5.960464477539063e-08"},
    {"f90400", "6.103515625e-05"},
    {"f9c400", "-4.0"},
    {"fbc010666666666666", "-4.1"},
    {"f97c00", "null"},
    {"f97e00", "null"},
    {"f9fc00", "null"},
    {"fa7f800000", "null"},
    {"fa7fc00000", "null"},
    {"faff800000", "null"},
    {"fb7ff0000000000000", "null"},
    {"fb7ff8000000000000", "null"},
    {"fbfff0000000000000", "null"},
    {"f4", "false"},
    {"f5", "true"},
    {"f6", "null"},
    {"f7", "null"},
    {"f0", "null"},
    {"f8ff", "null"},
    {"c074323031332d30332d32315432303a30343a30305a", R"("2013-03-21T20:04:00Z")"},
    {"c11a514b67b0", "1363896240"},
    {"c1fb41d452d9ec200000", "1363896240.5"},
    {"d74401020304", R"("01020304")"},
    {"d818456449455446", R"("ZElFVEY")"},
    {"d82076687474703a2f2f7777772e6578616d706c652e636f6d", R"("http://www.example.com")"},
    {"40", R"("")"},
    {"4401020304", R"("AQIDBA")"},
    {"60", R"("")"},
    {"6161", R"("a")"},
    {"6449455446", R"("IETF")"},
    {"62225c", R"("\"\\")"},
    {"62c3bc", "\"\u00fc\""},
    {"63e6b0b4", "\"\u6c34\""},
    {"64f0908591", "\"\U00010151\""},
    {"80", "[]"},
    {"83010203", "[1,2,3]"},
    {"8301820203820405", "[1,[2,3],[4,5]]"},
    {"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
     "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]"},
    {"a0", "{}"},
    {"a201020304", R"({"1":2,"3":4})"},
    {"a26161016162820203", R"({"a":1,"b":[2,3]})"},
    {"826161a161626163", R"(["a",{"b":"c"}])"},
    {"a56161614161626142616361436164614461656145", R"({"a":"A","b":"B","c":"C","d":"D","e":"E"})"},
    {"5f42010243030405ff", R"("AQIDBAU")"},
    {"7f657374726561646d696e67ff", R"("streaming")"},
    {"9fff", "[]"},
    {"9f018202039f0405ffff", "[1,[2,3],[4,5]]"},
    {"9f01820203820405ff", "[1,[2,3],[4,5]]"},
    {"83018202039f0405ff", "[1,[2,3],[4,5]]"},
    {"83019f0203ff820405", "[1,[2,3],[4,5]]"},
    {"9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
     "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]"},
    {"bf61610161629f0203ffff", R"({"a":1,"b":[2,3]})"},
    {"826161bf61626163ff", R"(["a",{"b":"c"}])"},
    {"bf6346756ef563416d7421ff", R"({"Fun":true,"Amt":-2})"},
};

// What the header says about values that JSON cannot say.
constexpr Vector decisions[] = {
    {"d64401020304", R"("AQIDBA==")"},              // tag 22: base64
    {"d7824101a1616141ff", R"(["01",{"a":"FF"}])"}, // tag 23 reaches into containers
    {"82d7410141ff", R"(["01","_w"])"},             // and ends with its item
    {"82d781410141ff", R"([["01"],"_w"])"},
    {"d7d5824101d64101", R"(["AQ","AQ=="])"}, // the innermost wins
    {"c240", "0"},
    {"c340", "-1"},
    {"c2420100", "256"},
    {"c25f41014100ff", "256"},
    {"c3420100", "-257"},
    {"c24400000001", "1"},
    {"c24a152d02c7e14af6800000", "100000000000000000000000"},
    {"c201", "1"},             // not the content that the tag wants
    {"c28141ff", R"(["_w"])"}, // nor does it reach inside
    {"c2c141ff", R"("_w")"},   // nor past another tag
    {"c7c8c9d9d9f701", "1"},   // tags 7, 8, 9 and self-described CBOR
    {"d40a", "10"},            // tag 20
    {"a1f501", R"({"true":1})"},
    {"a1f601", R"({"null":1})"},
    {"a1fb3ff800000000000001", R"({"1.5":1})"},
    {"a1410101", R"({"AQ":1})"},
    {"a1c1616101", R"({"a":1})"},
    {"a1820102617a", R"({"[1,2]":"z"})"},
    {"a1a1616102f5", R"({"{\"a\":2}":true})"},
    {"a18001", R"({"[]":1})"},
    {"bfa0a0ff", R"({"{}":{}})"},
    {"a1a001", R"({"{}":1})"},
    {"a2616101616102", R"({"a":1,"a":2})"},
    {"3b7fffffffffffffff", "-9223372036854775808"},
    {"3b8000000000000000", "-9223372036854775809"},
    {"6100", R"("\u0000")"},
    {"611b", R"("\u001b")"},
    {"62c29b", R"("\u009b")"},
    {"63e280ae", R"("\u202e")"},
    {"6109", R"("\t")"},
    {"617f", R"("\u007f")"},
    {"7f60ff", R"("")"},
    {"5fff", R"("")"},
    {"7fff", R"("")"},
    {"e0", "null"},
    {"f3", "null"},
    {"f820", "null"},
};

// RFC 8949 appendix F, by its headings.
constexpr const char* malformed[] = {
    // reserved additional information
    "1c", "1d", "1e", "3c", "3d", "3e", "5c", "5d", "5e", "7c", "7d", "7e", "9c", "9d", "9e", "bc",
    "bd", "be", "dc", "dd", "de", "fc", "fd", "fe",
    // reserved two-byte encodings of simple values
    "f800", "f801", "f818", "f81f",
    // indefinite-length string chunks not of the correct type
    "5f00ff", "5f21ff", "5f6100ff", "5f80ff", "5fa0ff", "5fc000ff", "5fe0ff", "7f4100ff",
    // indefinite-length string chunks not of definite length
    "5f5f4100ffff", "7f7f6100ffff",
    // break on its own, or in a position it cannot take
    "ff", "81ff", "8200ff", "a1ff", "a1ff00", "a100ff", "a20000ff", "9f81ff",
    "9f829f819f9fffffffff", "bf00ff", "bf000000ff", "c0ff", "9fc1ff",
    // major types 0, 1 and 6 with additional information 31
    "1f", "3f", "df",
    // invalid UTF-8
    "61ff", "62c080", "63eda080", "64f4908080", "7f61c361bcff", "62c3", "8161ff"};

constexpr const char* cut_short[] = {"",
                                     "18",
                                     "19",
                                     "1a",
                                     "1b",
                                     "1901",
                                     "1a0102",
                                     "1b01020304050607",
                                     "38",
                                     "58",
                                     "78",
                                     "98",
                                     "9a01ff00",
                                     "b8",
                                     "d8",
                                     "f8",
                                     "f900",
                                     "fa0000",
                                     "fb000000",
                                     "41",
                                     "61",
                                     "5affffffff00",
                                     "5bffffffffffffffff010203",
                                     "7affffffff00",
                                     "7b7fffffffffffffff010203",
                                     "81",
                                     "818181818181818181",
                                     "8200",
                                     "a1",
                                     "a20102",
                                     "a100",
                                     "a2000000",
                                     "c0",
                                     "5f4100",
                                     "7f6100",
                                     "9f",
                                     "9f0102",
                                     "bf",
                                     "bf01020102",
                                     "819f",
                                     "9f8000",
                                     "9f9f9f9f9fffffffff",
                                     "9f819f819f9fffffff",
                                     "9b8000000000000000",
                                     "bb8000000000000000",
                                     "bbffffffffffffffff00",
                                     "9bffffffffffffffff0000",
                                     "5f",
                                     "7f",
                                     "d818",
                                     "c1c1c1"};

} // namespace

TEST_CASE("cbor: every vector of RFC 8949 appendix A becomes the JSON it should") {
    for (const auto& [hex, json] : appendix_a) {
        CAPTURE(hex);
        CHECK(codec::cbor_to_json(from_hex(hex)) == json);
        CHECK(codec::cbor_item_length(from_hex(hex)) == from_hex(hex).size());
    }
}

TEST_CASE("cbor: what JSON has no word for is said as the header promises") {
    for (const auto& [hex, json] : decisions) {
        CAPTURE(hex);
        CHECK(codec::cbor_to_json(from_hex(hex)) == json);
        CHECK_NOTHROW(
            codec::validate_json(codec::cbor_to_json(from_hex(hex)), {.allow_big_integers = true}));
    }
}

TEST_CASE("cbor: nothing malformed is decoded") {
    for (const char* hex : malformed) {
        CAPTURE(hex);
        CHECK_THROWS_AS(codec::cbor_to_json(from_hex(hex)), codec::ParseError);
    }
}

TEST_CASE("cbor: an item that is cut short asks for more, whatever size it declares") {
    for (const char* hex : cut_short) {
        CAPTURE(hex);
        CHECK_FALSE(codec::cbor_item_length(from_hex(hex)));
        try {
            codec::cbor_to_json(from_hex(hex));
            FAIL("decoded");
        } catch (const codec::ParseError& error) {
            CHECK(error.truncated());
        }
    }
}

TEST_CASE("cbor: each prefix of a vector is incomplete") {
    for (const auto& [hex, json] : appendix_a) {
        const auto bytes = from_hex(hex);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CAPTURE(hex);
            CAPTURE(size);
            CHECK_FALSE(codec::cbor_item_length(std::string_view(bytes).substr(0, size)));
        }
    }
}

TEST_CASE("cbor: a sequence can be cut into its items") {
    std::string sequence;
    for (const auto& [hex, json] : appendix_a)
        sequence += from_hex(hex);
    std::string_view rest = sequence;
    for (const auto& [hex, json] : appendix_a) {
        const auto length = codec::cbor_item_length(rest);
        REQUIRE(length);
        CHECK(codec::cbor_to_json(rest.substr(0, *length)) == json);
        rest.remove_prefix(*length);
    }
    CHECK(rest.empty());
}

TEST_CASE("cbor: bytes behind the item are refused, with their offset") {
    try {
        codec::cbor_to_json(from_hex("820102"
                                     "00"));
        FAIL("decoded");
    } catch (const codec::ParseError& error) {
        CHECK(error.offset() == 3);
        CHECK(error.line() == 0);
        CHECK(std::string(error.what()) == "byte 3: expected the end of the input after the item");
        CHECK(std::string(error.in("x.cbor", 1, 100).what()) ==
              "x.cbor:byte 103: expected the end of the input after the item");
    }
}

TEST_CASE("cbor: 512 levels are read, 513 and 100,000 are refused") {
    const auto nested = [](const std::string& open, std::size_t depth) {
        std::string bytes;
        for (std::size_t i = 0; i < depth; ++i)
            bytes += open;
        return bytes + '\0';
    };
    for (const char* open : {"\x81", "\xa1\x61k", "\x81\xc1"}) {
        CHECK(codec::cbor_item_length(nested(open, 512)));
        CHECK(codec::cbor_to_json(nested(open, 512)).size() >= 1025);
        for (const std::size_t depth : {513u, 100'000u}) {
            try {
                codec::cbor_to_json(nested(open, depth));
                FAIL("decoded");
            } catch (const codec::ParseError& error) {
                CHECK(error.too_deep());
                CHECK(error.why() == "nested deeper than 512 levels");
            }
        }
    }
}

TEST_CASE("cbor: a long chain of tags costs no depth") {
    CHECK(codec::cbor_to_json(std::string(100'000, '\xc1') + '\x07') == "7");
}

TEST_CASE("cbor: keys in keys stop before their escapes explode") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '\xa1') + "\x61k" + std::string(depth, '\x01');
    };
    CHECK(codec::cbor_to_json(nested(2)) == R"({"{\"k\":1}":1})");
    CHECK_NOTHROW(codec::cbor_to_json(nested(4)));
    CHECK_THROWS_AS(codec::cbor_to_json(nested(5)), codec::ParseError);
    CHECK_THROWS_AS(codec::cbor_to_json(nested(500)), codec::ParseError);
}

TEST_CASE("cbor: big integers end at 1 KiB") {
    const auto big = [](std::size_t size) {
        return std::string("\xc2\x59") + static_cast<char>(size >> 8) + static_cast<char>(size) +
               std::string(size, '\xff');
    };
    CHECK(codec::cbor_to_json(big(1024)).size() == 2467); // 2^8192 has 2467 digits
    CHECK_THROWS_AS(codec::cbor_to_json(big(1025)), codec::ParseError);
}

TEST_CASE("cbor: a failed conversion leaves the output as it was") {
    std::string out = "before";
    CHECK_THROWS(codec::append_json(out, from_hex("8201c25904010000")));
    std::string bad = "\x82\x01\xc2\x59\x04\x01" + std::string(1025, 'x');
    CHECK_THROWS(codec::append_json(out, bad));
    CHECK(out == "before");
    codec::append_json(out, from_hex("8101"));
    CHECK(out == "before[1]");
}
