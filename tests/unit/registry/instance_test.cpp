#include "base/error.hpp"
#include "registry/instance.hpp"

#include <doctest/doctest.h>

using registry::Instance;

namespace {

/// What is wrong with it; empty: nothing.
std::string complaint(const Instance& instance) {
    try {
        registry::check(instance);
        return {};
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::data);
        return error.what();
    }
}

Instance at(std::string name, std::string host, std::uint16_t port) {
    return {.name = std::move(name), .host = std::move(host), .port = port};
}

Instance with(std::string url) {
    return {.name = "svc", .url = std::move(url)};
}

} // namespace

TEST_CASE("instance: an address is host and port, or the URL") {
    CHECK(at("a", "127.0.0.1", 80).address() == "127.0.0.1:80");
    CHECK(at("a", "::1", 80).address() == "::1:80");
    CHECK(with("http://h/api").address() == "http://h/api");
}

TEST_CASE("instance: ordinary ones are taken") {
    CHECK(complaint(at("svc.a %_*'\";--", "127.0.0.1", 1)).empty());
    CHECK(complaint(at("caf\u00e9", "host_1.example-x.org", 65535)).empty());
    CHECK(complaint(at("a", "fe80::1%eth0", 1)).empty());
    CHECK(complaint(with("http://127.0.0.1:9/api")).empty());
    CHECK(complaint(with("https://h/a@b?c=d")).empty());
}

TEST_CASE("instance: what must not be registered is named") {
    CHECK(complaint(at("", "h", 1)) == "name: is empty");
    CHECK(complaint(at(std::string(256, 'x'), "h", 1)) == "name: has more than 255 bytes");
    CHECK(complaint(at("a\xff", "h", 1)) == "name: is not UTF-8");
    CHECK(complaint(at(std::string{"a\0b", 3}, "h", 1)) == "name: holds a control character");
    CHECK(complaint(at("a", "", 1)) == "host: is empty");
    CHECK(complaint(at("a", "two words", 1)).starts_with("host: holds something other"));
    CHECK(complaint(at("a", "h/x", 1)).starts_with("host: holds something other"));
    CHECK(complaint(at("a", "h", 0)) == "port: is not from 1 to 65535");
    CHECK(complaint(with("ftp://h/")) == "url: is neither http nor https");
    CHECK(complaint(with("http://me:pw@h/")) == "url: has a user or a password");
    CHECK(complaint(with("http://@h/")) == "url: has a user or a password");
    CHECK(complaint(with("http:///path")) == "url: names no host");
    CHECK(complaint(with("nonsense")) == "url: is no URL: no scheme");
    for (const char* url : {"http://two words/", "http://h/two words", "http://h/\"x",
                            "http://h/<x>", "http://good.example\\.evil.example/", "http://h/`x`"})
        CHECK(complaint(with(url)) == "url: holds a blank or one of \"<>\\^`");
    CHECK(complaint(with("http://h/" + std::string(2000, 'x'))) == "url: has more than 2000 bytes");
}
