#include "codec/base64.hpp"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("base64: the vectors of RFC 4648 go both ways") {
    struct Row {
        const char* bytes;
        const char* text;
    };
    for (const auto& [bytes, text] :
         {Row{"", ""}, Row{"f", "Zg=="}, Row{"fo", "Zm8="}, Row{"foo", "Zm9v"},
          Row{"foob", "Zm9vYg=="}, Row{"fooba", "Zm9vYmE="}, Row{"foobar", "Zm9vYmFy"}}) {
        CAPTURE(bytes);
        CHECK(codec::to_base64(bytes) == text);
        CHECK(codec::from_base64(text) == std::string(bytes));
    }
}

TEST_CASE("base64: the url alphabet has no padding, plus or slash") {
    CHECK(codec::to_base64("\xfb\xff\xfe", codec::Base64::url) == "-__-");
    CHECK(codec::to_base64("f", codec::Base64::url) == "Zg");
    CHECK(codec::from_base64("-__-", codec::Base64::url) == "\xfb\xff\xfe");
    CHECK_FALSE(codec::from_base64("-__-"));
    CHECK_FALSE(codec::from_base64("+//+", codec::Base64::url));
}

TEST_CASE("base64: text that no encoder writes is refused") {
    for (const char* text : {"Z", "Zg=", "Z===", "====", "=", "Zg==Zg==", "Zh==", "Zm9=", "Zm 9v",
                             "Zm9v\n", "Zm9v="}) {
        CAPTURE(text);
        CHECK_FALSE(codec::from_base64(text));
    }
    CHECK(codec::from_base64("Zg") == "f");
}

TEST_CASE("base16 is upper case") {
    std::string text;
    codec::append_base16(text, "\x01\xab");
    CHECK(text == "01AB");
}
