#include "base/error.hpp"
#include "http/client.hpp"
#include "http/endpoint.hpp"

#include <doctest/doctest.h>

using http::Endpoint;

TEST_CASE("endpoint: the three kinds of URL") {
    const auto plain = Endpoint::parse("http://band:8080/director/");
    CHECK(plain.address.host == "band");
    CHECK(plain.address.port == 8080);
    CHECK(plain.prefix == "/director");
    CHECK(plain.url() == "http://band:8080/director");
    CHECK(Endpoint::parse("https://band").url() == "https://band:443");
    CHECK(Endpoint::parse("http://[::1]", 10000).url() == "http://[::1]:10000");
    CHECK(Endpoint::parse("unix:///run/docker.sock").address.unix_path == "/run/docker.sock");
}

TEST_CASE("endpoint: anything else is refused, and no password is shown") {
    for (const char* const url : {"ftp://host", "host:80", "http://", "unix://", "http://h/?q=1"})
        CHECK_THROWS_AS(Endpoint::parse(url), base::Error);
    try {
        Endpoint::parse("http://u:s3cret@host");
        FAIL("accepted");
    } catch (const base::Error& error) {
        CHECK(std::string_view{error.what()}.find("s3cret") == std::string_view::npos);
    }
}

TEST_CASE("client: a request cannot smuggle a header or a second request in") {
    http::Client client{Endpoint::parse("unix:///nowhere")};
    http::Request request;
    request.target = "/x y";
    CHECK_THROWS_AS(client.send(request, base::Deadline::never()), base::Error);
    request.target = "/";
    request.headers.add("Authorization", "Bearer x\r\nX: y");
    try {
        client.send(request, base::Deadline::never());
        FAIL("sent");
    } catch (const base::Error& error) {
        CHECK(error.kind() == base::ErrorKind::usage);
    }
}
