#include "base/error.hpp"
#include "http/access.hpp"
#include "http/browser_rules.hpp"
#include "support/temp_directory.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using http::AccessRules;
using http::Request;
using http::Role;

namespace {

Request request(std::initializer_list<http::Headers::Field> fields, std::string peer = "10.0.0.1") {
    Request made{.method = "POST", .peer = std::move(peer)};
    for (const auto& [name, value] : fields)
        made.headers.add(name, value);
    return made;
}

/// The status of the refusal, 0 for none.
int refusal(const AccessRules& rules, const Request& asked, Role need = Role::operate) {
    const auto response = http::check_access(rules, asked, need);
    return response ? response->status : 0;
}

} // namespace

TEST_CASE("access: a Host that is not ours is refused, so a rebound name reaches nothing") {
    AccessRules rules;
    for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1:5000", "[::1]:5000", "[::1]"})
        CHECK(refusal(rules, request({{"Host", host}})) == 0);
    for (const char* host : {"evil.example", "localhost.evil.example", "192.168.0.1", "", "[::1"})
        CHECK(refusal(rules, request({{"Host", host}})) == 421);
    CHECK(refusal(rules, request({})) == 0);
    CHECK(refusal(rules, request({{"Host", "any"}}, "unix")) == 0);
    rules.hosts = {"0.0.0.0", "registry"};
    CHECK(refusal(rules, request({{"Host", "192.168.0.1:5000"}})) == 0);
    CHECK(refusal(rules, request({{"Host", "[fe80::1]:5000"}})) == 0);
    CHECK(refusal(rules, request({{"Host", "Registry:5000"}})) == 0);
    CHECK(refusal(rules, request({{"Host", "evil.example"}})) == 421);
    rules.hosts = {"*"};
    CHECK(refusal(rules, request({{"Host", "evil.example"}})) == 0);
}

TEST_CASE("access: another user on the Unix socket may do nothing, with a token neither") {
    AccessRules rules;
    rules.tokens.add("12345678-right", Role::operate);
    CHECK(refusal(rules, request({}, "unix")) == 0);
    const Request stranger = request({{"Authorization", "Bearer 12345678-right"}}, "uid 65534");
    for (const Role need : {Role::none, Role::read, Role::operate})
        CHECK(refusal(rules, stranger, need) == 403);
    CHECK(http::check_access(rules, stranger, Role::none)->body.find("uid 65534") !=
          std::string::npos);
}

TEST_CASE("access: a page of another site changes nothing, programs and our own page may") {
    AccessRules rules;
    const auto from = [](std::initializer_list<http::Headers::Field> fields) {
        Request made = request(fields);
        made.headers.add("Host", "localhost:5000");
        return made;
    };
    for (const Request& allowed :
         {from({}), from({{"Origin", "http://localhost:5000"}}), from({{"Sec-Fetch-Site", "none"}}),
          from({{"Sec-Fetch-Site", "same-origin"}}),
          from({{"Referer", "http://localhost:5000/page"}})})
        CHECK(refusal(rules, allowed) == 0);
    for (const Request& foreign :
         {from({{"Origin", "http://evil.example"}}), from({{"Origin", "null"}}),
          from({{"Origin", "http://localhost:5001"}}), from({{"Sec-Fetch-Site", "cross-site"}}),
          from({{"Sec-Fetch-Site", "same-site"}}),
          from({{"Sec-Fetch-Site", "same-origin"}, {"Origin", "http://evil.example"}}),
          from({{"Referer", "http://evil.example/localhost:5000"}})}) {
        CHECK(refusal(rules, foreign) == 403);
        CHECK(refusal(rules, foreign, Role::read) == 0);
    }
    rules.origins = {"http://board.example"};
    CHECK(refusal(rules, from({{"Origin", "http://board.example"},
                               {"Sec-Fetch-Site", "cross-site"}})) == 0);
    CHECK(refusal(rules, from({{"Referer", "http://board.example/x"}})) == 0);
    CHECK(refusal(rules, from({{"Origin", "http://board.example.evil"}})) == 403);
}

TEST_CASE("access: only listed pages may read answers, and never with credentials") {
    Request preflight = request({{"Origin", "http://board.example"},
                                 {"Access-Control-Request-Method", "POST"},
                                 {"Host", "localhost"}});
    preflight.method = "OPTIONS";
    AccessRules rules;
    auto answer = http::check_access(rules, preflight, Role::operate);
    REQUIRE(answer);
    CHECK(answer->status == 204);
    CHECK_FALSE(answer->headers.find("Access-Control-Allow-Origin"));
    rules.origins = {"http://board.example"};
    answer = http::check_access(rules, preflight, Role::operate);
    REQUIRE(answer);
    CHECK(answer->headers.find("Access-Control-Allow-Origin") == "http://board.example");
    CHECK(answer->headers.find("Vary") == "Origin");
    CHECK_FALSE(answer->headers.find("Access-Control-Allow-Credentials"));
}

TEST_CASE("access: tokens have roles") {
    AccessRules rules;
    rules.tokens.add("readreadread", Role::read);
    rules.tokens.add("operateoperate", Role::operate);
    CHECK(refusal(rules, request({}), Role::none) == 0);
    CHECK(refusal(rules, request({}), Role::read) == 401);
    CHECK(refusal(rules, request({}, "unix"), Role::operate) == 0);
    const auto with = [](std::string value) { return request({{"Authorization", value}}); };
    CHECK(refusal(rules, with("Bearer readreadread"), Role::read) == 0);
    CHECK(refusal(rules, with("bearer readreadread"), Role::operate) == 403);
    CHECK(refusal(rules, with("Bearer operateoperate"), Role::operate) == 0);
    CHECK(refusal(rules, with("Basic operateoperate"), Role::read) == 401);
    for (const char* wrong : {"Bearer ", "Bearer operateoperatf", "Bearer operate",
                              "Bearer operateoperateoperateoperate", "operateoperate"})
        CHECK(refusal(rules, with(wrong), Role::read) == 401);
    CHECK(refusal(rules, request({{"X-Api-Token", "operateoperate"}})) == 0);
}

TEST_CASE("access: a token file has comments and roles; errors name the line, not the token") {
    const support::TempDirectory directory;
    http::Tokens tokens;
    tokens.read_file(directory.write("good", "# ours\n\nread  abcdefgh # dashboard\nzyxwvuts\n"));
    CHECK(tokens.role_of("abcdefgh") == Role::read);
    CHECK(tokens.role_of("zyxwvuts") == Role::operate);
    CHECK(tokens.role_of("read") == Role::none);
    for (const char* bad : {"short\n", "write abcdefgh\n", "read abcdefgh more\n", "# none\n"}) {
        CAPTURE(bad);
        http::Tokens unread;
        const std::string path = directory.write("bad", bad);
        try {
            unread.read_file(path);
            FAIL("accepted");
        } catch (const base::Error& error) {
            CHECK(error.kind() == base::ErrorKind::config);
            CHECK(std::string{error.what()}.find("abcdefgh") == std::string::npos);
        }
    }
    CHECK_THROWS_AS(tokens.read_file(directory.path() / "missing"), base::Error);
}

TEST_CASE("access: who listens for other machines without a token is told, or refused") {
    using http::OpenPolicy;
    const net::Address everywhere{.host = "0.0.0.0", .port = 1};
    http::Tokens some;
    some.add("abcdefgh", Role::read);
    CHECK(http::check_exposure({.host = "127.0.0.1"}, {}, false, OpenPolicy::refuse).empty());
    CHECK(http::check_exposure({.host = "::1"}, {}, false, OpenPolicy::refuse).empty());
    CHECK(http::check_exposure({.unix_path = "/x"}, {}, false, OpenPolicy::refuse).empty());
    CHECK(http::check_exposure(everywhere, some, false, OpenPolicy::refuse).empty());
    CHECK(http::check_exposure(everywhere, {}, true, OpenPolicy::refuse).empty());
    CHECK_FALSE(http::check_exposure(everywhere, {}, false, OpenPolicy::warn).empty());
    CHECK_THROWS_AS(http::check_exposure(everywhere, {}, false, OpenPolicy::refuse), base::Error);
}

TEST_CASE("browser_rules: JSON is declared by its media type alone") {
    for (const char* type : {"application/json", "Application/JSON ; charset=utf-8"})
        CHECK(http::has_json_type(request({{"Content-Type", type}})));
    for (const char* type : {"text/plain", "application/jsonx", "text/plain; application/json", ""})
        CHECK_FALSE(http::has_json_type(request({{"Content-Type", type}})));
    CHECK_FALSE(http::has_json_type(request({})));
}
