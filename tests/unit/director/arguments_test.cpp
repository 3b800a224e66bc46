#include "base/error.hpp"
#include "director/arguments.hpp"

#include <doctest/doctest.h>

using base::Error;
using base::ErrorKind;
using director::Arguments;
using director::arguments_of;

namespace {

http::Request post(std::string target, std::string type, std::string body) {
    http::Request request{.method = "POST", .target = std::move(target), .body = std::move(body)};
    if (!type.empty())
        request.headers.add("content-type", std::move(type));
    return request;
}

ErrorKind kind_of(const http::Request& request) {
    try {
        arguments_of(request);
    } catch (const Error& error) {
        return error.kind();
    }
    return ErrorKind::no;
}

} // namespace

TEST_CASE("arguments: a query gives strings") {
    CHECK(arguments_of({.target = "/call/a/b?x=1&y=a+b%2Fc&empty="}).params() ==
          R"({"x":"1","y":"a b/c","empty":""})");
    CHECK(arguments_of({.target = "/call/a/b"}).params() == "{}");
    CHECK(arguments_of({.target = "/call/a/b?&&x=2&"}).params() == R"({"x":"2"})");
}

TEST_CASE("arguments: a form's fields win over the query's") {
    CHECK(
        arguments_of(post("/call/a/b?x=1&y=2", "application/x-www-form-urlencoded", "x=3&z=%C3%A9"))
            .params() == R"({"x":"3","y":"2","z":"é"})");
}

TEST_CASE("arguments: a JSON body keeps its types and wins over the query") {
    CHECK(arguments_of(post("/call/a/b?n=1&s=t", "application/json; charset=utf-8",
                            R"( {"n": 2, "o": {"p": [null]}} )"))
              .params() == R"({"n":2,"s":"t","o":{"p": [null]}})");
    CHECK(arguments_of(post("/call/a/b", "Application/JSON", "[1,2]")).params() == "[1,2]");
    CHECK(arguments_of(post("/call/a/b", "application/json", "null")).params() == "{}");
}

TEST_CASE("arguments: what cannot be read is an error that says so") {
    CHECK(kind_of(post("/", "application/json", "{\"a\":")) == ErrorKind::usage);
    CHECK(kind_of(post("/", "application/json", "17")) == ErrorKind::usage);
    CHECK(kind_of(post("/", "application/json", std::string(100, '['))) == ErrorKind::usage);
    CHECK(kind_of(post("/?x=%zz", "", "")) == ErrorKind::usage);
    CHECK(kind_of(post("/?x=%ff", "", "")) == ErrorKind::usage);
    CHECK(kind_of(post("/", "text/plain", "{}")) == ErrorKind::data);
    CHECK(kind_of(post("/", "", "{}")) == ErrorKind::data);
}

TEST_CASE("arguments: no more than a thousand names are taken") {
    std::string query = "/?";
    for (int i = 0; i < 1001; ++i)
        query += "n" + std::to_string(i) + "=&";
    CHECK(kind_of({.target = query}) == ErrorKind::usage);
}

TEST_CASE("arguments: flags and numbers are read strictly") {
    Arguments arguments;
    arguments.set_text("yes", "");
    arguments.set("true", "true");
    arguments.set_text("no", "0");
    arguments.set_text("odd", "maybe");
    arguments.set_text("wait", "2.5");
    arguments.set_text("far", "1000");
    CHECK(arguments.flag("yes"));
    CHECK(arguments.flag("true"));
    CHECK_FALSE(arguments.flag("no"));
    CHECK_FALSE(arguments.flag("absent"));
    CHECK_THROWS_AS((void)arguments.flag("odd"), Error);
    CHECK(arguments.number("wait", 600) == 2.5);
    CHECK_THROWS_AS((void)arguments.number("far", 600), Error);
    CHECK_THROWS_AS((void)arguments.number("odd", 600), Error);
    CHECK(arguments.take("wait") == "\"2.5\"");
    CHECK_FALSE(arguments.find("wait"));
}
