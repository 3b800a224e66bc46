#include "codec/cbor_item.hpp"
#include "codec/cbor_to_json.hpp"
#include "codec/cbor_writer.hpp"
#include "codec/json_bulk.hpp"
#include "codec/json_to_cbor.hpp"
#include "codec/parse_error.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const unsigned char byte : bytes) {
        hex.push_back(digits[byte >> 4]);
        hex.push_back(digits[byte & 15]);
    }
    return hex;
}

std::string hex_of(std::string_view json) {
    return to_hex(codec::json_to_cbor(json));
}

std::string there_and_back(std::string_view json) {
    return codec::cbor_to_json(codec::json_to_cbor(json));
}

/// Text near the border of valid JSON: a random document with, half of the time, some bytes
/// changed.
class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::string document() {
        std::string json;
        value(json, 0);
        if (below(2) == 0) {
            for (auto changes = below(3) + 1; changes > 0; --changes)
                damage(json);
        }
        return json;
    }

private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    void value(std::string& json, int depth) {
        static const std::vector<std::string> scalars = {
            "null",
            "true",
            "false",
            "0",
            "-0",
            "-1",
            "1.5",
            "1e3",
            "-2.5E-3",
            "9223372036854775808",
            "18446744073709551615",
            "-9223372036854775808",
            "18446744073709551616",
            "1e400",
            "1e-400",
            "\"\"",
            "\"abc\"",
            "\"\\u00e9\\n\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"\xc3\xa9\"",
            "\"a long string without anything special in it\"",
            "5e-324",
            "0.1",
            "-0.0"};
        const auto kind = below(depth > 6 ? 2 : 4);
        if (kind < 2) {
            json += scalars[below(scalars.size())];
            return;
        }
        json += kind == 2 ? "[" : "{";
        for (auto left = below(5); left > 0; --left) {
            if (kind == 3)
                json += "\"" + std::string(1, static_cast<char>('a' + below(4))) + "\":";
            value(json, depth + 1);
            if (left > 1)
                json += below(4) == 0 ? " ,\n" : ",";
        }
        json += kind == 2 ? "]" : "}";
    }

    void damage(std::string& json) {
        static constexpr std::string_view bytes =
            "{}[],:\"\\0129.eE+-tnu \n\x01\x7f\x80\xc3\xed\xff";
        const auto at = below(json.size() + 1);
        switch (below(3)) {
        case 0:
            json.insert(at, 1, bytes[below(bytes.size())]);
            break;
        case 1:
            json.erase(at, 1);
            break;
        default:
            if (at < json.size())
                json[at] = bytes[below(bytes.size())];
        }
    }

    std::mt19937 random_;
};

bool accepts(auto check) {
    try {
        check();
        return true;
    } catch (const codec::ParseError&) {
        return false;
    }
}

} // namespace

TEST_CASE("json to cbor: the payload that the Python services send comes out byte for byte") {
    CHECK(hex_of("{\"message\": \"h\u00e9llo\", \"n\": 42, \"f\": 1.5, \"b\": true, \"z\": null, "
                 "\"l\": [1, 2]}\n") ==
          "a6676d6573736167656668c3a96c6c6f616e182a6166fb3ff80000000000006162f5617af6616c820102");
}

TEST_CASE("json to cbor: numbers keep their value and their kind") {
    struct Row {
        const char* json;
        const char* hex;
    };
    for (const auto& [json, hex] : {
             Row{"0", "00"},
             Row{"-0", "00"},
             Row{"23", "17"},
             Row{"24", "1818"},
             Row{"255", "18ff"},
             Row{"256", "190100"},
             Row{"65536", "1a00010000"},
             Row{"4294967296", "1b0000000100000000"},
             Row{"18446744073709551615", "1bffffffffffffffff"},
             Row{"-1", "20"},
             Row{"-24", "37"},
             Row{"-25", "3818"},
             Row{"-9223372036854775808", "3b7fffffffffffffff"},
             Row{"1.0", "fb3ff0000000000000"},
             Row{"-0.0", "fb8000000000000000"},
             Row{"5e-324", "fb0000000000000001"},
             Row{"1e-400", "fb0000000000000000"},
             Row{"-1e-400", "fb8000000000000000"},
             Row{"1.7976931348623157e308", "fb7fefffffffffffff"},
             Row{"1e2", "fb4059000000000000"},
         }) {
        CAPTURE(json);
        CHECK(hex_of(json) == hex);
    }
    CHECK_THROWS_AS(codec::json_to_cbor("18446744073709551616"), codec::ParseError);
    CHECK_THROWS_AS(codec::json_to_cbor("-9223372036854775809"), codec::ParseError);
    CHECK_THROWS_AS(codec::json_to_cbor("1e400"), codec::ParseError);
}

TEST_CASE("json to cbor: escapes become the characters they stand for") {
    CHECK(hex_of("\"\\u0041\\n\\/\\\\\"") == "64410a2f5c");
    CHECK(hex_of("\"\\ud83d\\ude00\"") == "64f09f9880");
    CHECK(hex_of("\"\\u0000\"") == "6100");
    CHECK(hex_of("{\"\\u00e9\":0}") == "a162c3a900");
}

TEST_CASE("json to cbor: containers of any size have a definite length") {
    for (const std::size_t size : {0u, 1u, 23u, 24u, 255u, 256u, 70'000u}) {
        std::string array = "[[";
        std::string object = "{";
        for (std::size_t i = 0; i < size; ++i) {
            array += i == 0 ? "7" : ",7";
            object += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":{\"v\":7}";
        }
        array += "],\"end\"]";
        object += "}";
        CAPTURE(size);
        CHECK(there_and_back(array) == array);
        CHECK(there_and_back(object) == object);
        std::string head;
        codec::CborWriter(head).array(size);
        CHECK(codec::json_to_cbor(array).substr(1, head.size()) == head);
    }
}

TEST_CASE("json to cbor: of a repeated key the last one stays") {
    CHECK(there_and_back("{\"a\":1,\"b\":2,\"a\":3}") == "{\"b\":2,\"a\":3}");
    CHECK(there_and_back("{\"a\":{\"x\":1,\"x\":[2]},\"\\u0061\":{\"y\":[]},\"c\":0}") ==
          "{\"a\":{\"y\":[]},\"c\":0}");
    CHECK(there_and_back("{\"a\":1,\"a\":2,\"a\":3}") == "{\"a\":3}");
    std::string many = "{";
    for (int i = 0; i < 100; ++i)
        many += "\"k" + std::to_string(i % 50) + "\":" + std::to_string(i) + ",";
    many += "\"end\":[]}";
    const auto json = there_and_back(many);
    CHECK(json.starts_with("{\"k0\":50,\"k1\":51,"));
    CHECK(json.ends_with("\"k49\":99,\"end\":[]}"));
}

TEST_CASE("json to cbor: a failure leaves the output as it was") {
    std::string out = "before";
    CHECK_THROWS_AS(codec::append_cbor(out, "[1,2,[3,{\"a\":}]]"), codec::ParseError);
    CHECK(out == "before");
}

TEST_CASE("json to cbor and back is the same text where it was in the writer's form") {
    for (const char* json :
         {"null", "true", "[]", "{}", "[1,-1,1.0,-0.0,0.1,1e+300,5e-324,1.7976931348623157e+308]",
          "[9223372036854775807,-9223372036854775808,18446744073709551615]", "[100000.0,1e+16]",
          R"({"a":[{"b":{}},[]],"c":"\"\\\n\u001b"})", "\"\u00e9\u20ac\U0001F600\""}) {
        CHECK(there_and_back(json) == json);
    }
}

TEST_CASE("json bulk: the module is there in the build tree, and a missing one is made up for") {
    CHECK(codec::JsonBulk::load(CODEC_MODULE)->accelerated());
    const auto without = codec::JsonBulk::load("/nonexistent/bandkit-json.so");
    CHECK_FALSE(without->accelerated());
    std::string cbor;
    without->to_cbor("[1]", cbor);
    CHECK(to_hex(cbor) == "8101");
    CHECK_THROWS_AS(without->validate("[1"), codec::ParseError);
}

TEST_CASE("json bulk: errors have the exact place") {
    const auto bulk = codec::JsonBulk::load(CODEC_MODULE);
    std::string out = "before";
    for (int i = 0; i < 2; ++i) {
        try {
            i == 0 ? bulk->validate("[1,\n 2 x]") : bulk->to_cbor("[1,\n 2 x]", out);
            FAIL("accepted");
        } catch (const codec::ParseError& error) {
            CHECK(std::string(error.what()) == "2:4: expected ',' or ']' but found 'x'");
        }
    }
    CHECK(out == "before");
}

TEST_CASE("json bulk: depth is limited as by the scanner") {
    const auto bulk = codec::JsonBulk::load(CODEC_MODULE);
    for (const auto* inner : {"", "1", "{}"}) {
        for (const std::size_t depth : {510u, 511u, 512u, 513u, 100'000u}) {
            const auto json = std::string(depth, '[') + inner + std::string(depth, ']');
            std::string cbor;
            const bool valid = accepts([&] { codec::validate_json(json); });
            CAPTURE(depth);
            CHECK(accepts([&] { bulk->validate(json); }) == valid);
            CHECK(accepts([&] { bulk->to_cbor(json, cbor); }) == valid);
        }
    }
}

TEST_CASE("json bulk: a document of 1 MiB goes through") {
    const auto bulk = codec::JsonBulk::load(CODEC_MODULE);
    const auto json = "[\"" + std::string(1 << 20, 'x') + "\"]";
    std::string cbor;
    bulk->validate(json);
    bulk->to_cbor(json, cbor);
    CHECK(codec::cbor_to_json(cbor) == json);
}

TEST_CASE("json: scanner and simdjson accept and make the same") {
    const auto bulk = codec::JsonBulk::load(CODEC_MODULE);
    REQUIRE(bulk->accelerated());
    Generator generator(20240229);
    int valid = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto json = generator.document();
        CAPTURE(json);
        std::string by_scanner;
        std::string by_module;
        const bool accepted = accepts([&] { codec::append_cbor(by_scanner, json); });
        REQUIRE(accepts([&] { bulk->validate(json); }) == accepted);
        REQUIRE(accepts([&] { bulk->to_cbor(json, by_module); }) == accepted);
        REQUIRE(to_hex(by_scanner) == to_hex(by_module));
        if (accepted)
            ++valid;
    }
    CHECK(valid > 4'000);
    CHECK(valid < 18'000);
}
