// What servreg answers: the original's dialect byte for byte as it was captured, JSON-RPC 2.0 as
// its specification shows it, and everything that nobody should send.
#include "http_fixture.hpp"
#include "servreg_fixture.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <thread>

using namespace servreg_test;
using support::eventually;

namespace {

std::string fixture(const std::string& name) {
    return support::read_file(std::string{std::getenv("FIXTURES")} + "/" + name);
}

std::string ping(std::string_view name, int port, std::string_view id = R"(,"id":1)") {
    return R"({"jsonrpc":"2.0","method":"ping","params":{"name":")" + std::string{name} +
           R"(","host":"127.0.0.1","port":)" + std::to_string(port) + "}" + std::string{id} + "}";
}

} // namespace

TEST_CASE("servreg: /api answers as the original was seen to") {
    Servreg servreg;
    std::istringstream lines{fixture("servreg-http.txt")};
    int seen = 0;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("> "))
            continue;
        std::string expected;
        std::getline(lines, expected);
        const std::string body = line.substr(2);
        CAPTURE(body);
        const http::Response answer =
            body == "GET" ? servreg.get("/api") : servreg.post("/api", body);
        CHECK(answer.body + " [" + std::to_string(answer.status) + "]" == expected);
        ++seen;
    }
    CHECK(seen == 17);
}

TEST_CASE("servreg: the requests of the later generation's client get what it reads") {
    Servreg servreg;
    std::string text = fixture("gemstone-client-requests.txt");
    constexpr std::string_view end = "=====\n";
    std::vector<std::string> answers;
    for (std::size_t start = 0; start < text.size();) {
        const auto stop = text.find(end, start);
        std::string request = text.substr(start, stop - start);
        request.pop_back(); // the line's end behind the body
        start = stop + end.size();
        // The capture has lost a part of its carriage returns.
        for (std::size_t at = 0; (at = request.find('\n', at)) != std::string::npos; ++at)
            if (request[at - 1] != '\r')
                request.insert(at++, "\r");
        RawClient client{servreg.address()};
        REQUIRE(client.send(request));
        REQUIRE(client.read_to_end());
        CHECK(client.received().starts_with("HTTP/1.1 200 OK\r\n"));
        answers.push_back(client.received().substr(client.received().find("\r\n\r\n") + 4));
    }
    REQUIRE(answers.size() == 6);
    CHECK(answers[0] == R"({"jsonrpc": "2.0", "result": true, "error": null, "id": "HcVbNARhbh"})");
    CHECK(
        answers[1] ==
        R"({"jsonrpc": "2.0", "result": ["http://127.0.0.1:9/api"], "error": null, "id": "YDCuGdBmdV"})");
    CHECK(codec::find(answers[2], "error.code") == "-32603");
    CHECK(codec::find(answers[2], "id") == "\"tryyAFijIn\"");
    CHECK(codec::find(answers[3], "result") == "\"received\"");
    CHECK(codec::find(answers[4], "0.error.code") == "-32601");
    CHECK_FALSE(codec::find(answers[4], "1")); // a notification
    CHECK(codec::find(answers[5], "error.code") == "-32601");
}

TEST_CASE("servreg: /api words wrong parameters as Python does") {
    Servreg servreg;
    const auto info = [&](std::string_view method, std::string_view params) {
        return codec::find_text(servreg.call(method, params, "/api"), "error.data.info")
            .value_or("none");
    };
    CHECK(info("locate_service", "{}") ==
          "ServiceRegistry.locate_service() missing 1 required positional argument: 'name'");
    CHECK(info("ping", "[]") ==
          "ServiceRegistry.ping() missing 3 required positional arguments: 'name', 'host', and "
          "'port'");
    CHECK(info("locate_service", R"({"name":"a","x":1})") ==
          "ServiceRegistry.locate_service() got an unexpected keyword argument 'x'");
    CHECK(info("locate_service", "[1,2]") ==
          "ServiceRegistry.locate_service() takes 2 positional arguments but 3 were given");
    CHECK(codec::find(servreg.call("_private", "{}", "/api"), "error.code") == "-32001");
    CHECK(servreg.post("/api", "{}", {}).status == 200);
}

TEST_CASE("servreg: /rpc answers as the examples of the specification do") {
    Servreg servreg;
    const std::string invalid =
        R"({"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null})";
    struct Row {
        const char* request;
        std::string answer;
    };
    for (
        const Row& row : {
            Row{R"({"jsonrpc": "2.0", "method": "ping", "params": ["a", "h", 1], "id": 1})",
                R"({"jsonrpc":"2.0","result":true,"id":1})"},
            Row{R"({"jsonrpc": "2.0", "method": "locate_service", "params": {"name": "a"}, "id": "x"})",
                R"({"jsonrpc":"2.0","result":[{"host":"h","port":1}],"id":"x"})"},
            Row{R"({"jsonrpc": "2.0", "method": "foobar", "id": "1"})",
                R"({"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"1"})"},
            Row{R"({"jsonrpc": "2.0", "method": 1, "params": "bar"})", invalid},
            Row{"[]", invalid},
            Row{"[1]", "[" + invalid + "]"},
            Row{"[1,2,3]", "[" + invalid + "," + invalid + "," + invalid + "]"},
            Row{R"([{"jsonrpc": "2.0", "method": "locate_service", "params": ["a"], "id": 0},
                     {"jsonrpc": "2.0", "method": "ping", "params": ["b", "h", 2]},
                     {"foo": "boo"},
                     {"jsonrpc": "2.0", "method": "locate_service", "params": ["b"], "id": null}])",
                R"([{"jsonrpc":"2.0","result":[{"host":"h","port":1}],"id":0},)" + invalid +
                    R"(,{"jsonrpc":"2.0","result":[{"host":"h","port":2}],"id":null}])"},
        }) {
        CAPTURE(row.request);
        const http::Response answer = servreg.post("/rpc", row.request);
        CHECK(answer.status == 200);
        CHECK(answer.body == row.answer);
    }
    for (const char* broken :
         {R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz])",
          R"([{"jsonrpc": "2.0", "method": "sum", "id": "1"}, {"jsonrpc": "2.0", "method")", ""}) {
        const std::string body = servreg.post("/rpc", broken).body;
        CHECK(codec::find(body, "error.code") == "-32700");
        CHECK(codec::find(body, "id") == "null");
    }
    for (const char* silent : {R"({"jsonrpc": "2.0", "method": "foobar"})",
                               R"([{"jsonrpc": "2.0", "method": "ping", "params": ["c", "h", 3]},
                                   {"jsonrpc": "2.0", "method": "foobar"}])"}) {
        const http::Response answer = servreg.post("/rpc", silent);
        CHECK(answer.status == 204);
        CHECK(answer.body.empty());
    }
    CHECK(servreg.result("locate_service", R"(["c"])") == R"([{"host":"h","port":3}])");
}

TEST_CASE("servreg: a batch has at most a thousand calls, and watch stands alone") {
    Servreg servreg;
    const auto batch = [](int count) {
        std::string text = "[" + ping("a", 1);
        for (int i = 1; i < count; ++i)
            text += "," + ping("s" + std::to_string(i), 1 + i);
        return text + "]";
    };
    const std::string answer = servreg.post("/rpc", batch(1000)).body;
    CHECK(codec::find(answer, "999.result") == "true");
    CHECK(codec::find(servreg.post("/rpc", batch(1001)).body, "error.code") == "-32600");
    CHECK(codec::find(
              servreg.post("/rpc", R"([{"jsonrpc":"2.0","method":"watch","params":["a"],"id":1}])")
                  .body,
              "0.error.code") == "-32602");
}

TEST_CASE("servreg: hostile JSON is refused at once") {
    Servreg servreg;
    const auto code_of = [&](std::string body) {
        const std::string answer = servreg.post("/rpc", std::move(body)).body;
        return std::string{codec::find(answer, "error.code").value_or("none")};
    };
    CHECK(code_of(std::string(100'000, '[')) == "-32700");
    CHECK(code_of(std::string(100'000, '[') + std::string(100'000, ']')) == "-32700");
    CHECK(code_of("{\"jsonrpc\":\"2.0\",\"id\":" + std::string(1'000'000, '9') +
                  ",\"method\":\"stats\"}") == "-32600");
    CHECK(code_of(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":["a","h",)" +
                  std::string(1'000'000, '9') + "]}") == "-32602");
    CHECK(code_of("\"\xff\xfe\"") == "-32700");
    CHECK(servreg.post("/rpc", std::string(10u * 1024 * 1024, ' ')).status == 413);
    CHECK(servreg.get("/healthz").status == 200);
}

TEST_CASE("servreg: what may not be registered is refused") {
    Servreg servreg;
    for (const std::string params :
         {R"({"name":"","host":"h","port":1})", R"({"name":"a","host":"","port":1})",
          R"({"name":"a","host":"h","port":0})", R"({"name":"a","host":"h","port":65536})",
          R"({"name":"a","host":"h","port":-1})", R"({"name":"a","host":"h","port":1.5})",
          R"({"name":"a","host":"h","port":"1x"})", R"({"name":"a","host":"a b","port":1})",
          R"({"name":"a","host":"h","port":null})", R"({"name":5,"host":"h","port":1})",
          R"({"name":"a\u0000b","host":"h","port":1})", R"({"name":"a","url":"ftp://h/"})",
          R"({"name":"a","url":"http://u:p@h/"})", R"({"name":"a","url":"javascript:alert"})",
          R"({"name":"a"})", R"(["a","h",1,"http://h/","more"])",
          R"({"name":"a","host":"h","port":1,"color":"red"})"}) {
        CAPTURE(params);
        CHECK(servreg.error_code("ping", params) == "-32602");
    }
    const std::string longest(5000, 'n');
    CHECK(servreg.error_code("ping", "[\"" + longest + "\",\"h\",1]") == "-32602");
    CHECK(servreg.error_code("locate_service", "[\"" + longest + "\"]") == "-32602");
    CHECK(servreg.result("list_services", "{}") == "[]");
    CHECK(servreg.result("ping", R"(["text","h","8080"])") == "true");
    CHECK(servreg.result("locate_service", R"(["text"])") == R"([{"host":"h","port":8080}])");
}

TEST_CASE("servreg: every method refuses every kind of wrong parameter, and the next call works") {
    Servreg servreg;
    for (const char* method : {"ping", "deregister", "locate_service", "list_services", "watch"})
        for (const std::string wrong : {"null", "true", "-1", "1.5", "1e99", "[]", "{}", R"("")",
                                        R"("\u0000")", "99999999999999999999"}) {
            CAPTURE(method);
            CAPTURE(wrong);
            // As the first, the second and the third parameter.
            for (const std::string& params :
                 {"[" + wrong + R"(,"h",70000])", R"(["n",)" + wrong + ",70000]",
                  R"(["n","h",)" + wrong + "]", R"({"name":)" + wrong + "}"}) {
                const std::string body = servreg.call(method, params);
                CHECK_MESSAGE(
                    (codec::find(body, "error.code") == "-32602" || codec::find(body, "result")),
                    params, " is answered with ", body);
            }
        }
    CHECK(servreg.error_code("watch", R"(["*",5])") == "-32602");
    CHECK(servreg.error_code("watch", R"(["*","",-1])") == "-32602");
    CHECK(servreg.error_code("watch", R"(["*","",301])") == "-32602");
    CHECK(servreg.error_code("list_services", R"(["*",0,10001])") == "-32602");
}

TEST_CASE("servreg: SQL and its wildcards are ordinary text, globs are not") {
    Servreg servreg;
    const std::vector<std::string> names{"a%b", "a_b", "axb", "'; DROP TABLE servreg_services; --",
                                         "a[b"};
    for (std::size_t i = 0; i < names.size(); ++i)
        CHECK(servreg.result("ping", R"([")" + names[i] + R"(","h",)" + std::to_string(i + 1) +
                                         "]") == "true");
    const auto count = [&](std::string_view pattern) {
        const std::string found =
            servreg.result("locate_service", R"([")" + std::string{pattern} + R"("])");
        std::size_t hosts = 0;
        for (std::size_t at = 0; (at = found.find("host", at)) != std::string::npos; ++at)
            ++hosts;
        return hosts;
    };
    CHECK(count("%") == 0);
    CHECK(count("a%b") == 1);
    CHECK(count("a_b") == 1);
    CHECK(count("a?b") == 4);
    CHECK(count("A[%x]B") == 2);
    CHECK(count("*") == 5);
    CHECK(count("' OR '1'='1") == 0);
    CHECK(count(names[3]) == 1);
}

TEST_CASE("servreg: deregister forgets, but not what has another name by now") {
    Servreg servreg;
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    CHECK(servreg.result("ping", R"(["b","h",1])") == "true");
    CHECK(servreg.result("deregister", R"(["a","h",1])") == "false");
    CHECK(servreg.result("deregister", R"(["b","h",1])") == "true");
    CHECK(servreg.result("deregister", R"(["b","h",1])") == "false");
    CHECK(servreg.result("list_services", "{}") == "[]");
}

TEST_CASE("servreg: watch answers when the answer changes, and ends with its time") {
    Servreg servreg;
    const std::string empty = servreg.result("watch", R"(["svc.*"])");
    CHECK(codec::find(empty, "instances") == "[]");
    const std::string version = codec::find_text(empty, "version").value_or("");
    CHECK(servreg.result("watch", R"(["svc.*",")" + version + R"(",0])") == empty);
    RawClient waiting{servreg.address()};
    const std::string body =
        R"({"jsonrpc":"2.0","id":7,"method":"watch","params":["svc.*",")" + version + R"(",60]})";
    REQUIRE(
        waiting.send("POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     "Content-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n" + body));
    REQUIRE(eventually(
        10s, [&] { return codec::find(servreg.result("stats", "{}"), "watches") == "1"; }));
    CHECK(servreg.result("ping", R"(["other","h",1])") == "true");
    CHECK(codec::find(servreg.result("stats", "{}"), "watches") == "1");
    CHECK(servreg.result("ping", R"(["svc.a","h",2])") == "true");
    CHECK(waiting.read_until(R"("instances":[{"host":"h","port":2}])"));
    CHECK(codec::find(servreg.result("stats", "{}"), "watches") == "0");
    {
        RawClient leaving{servreg.address()};
        const std::string now = servreg.result("watch", R"(["svc.*"])");
        const std::string same = R"({"jsonrpc":"2.0","id":7,"method":"watch","params":["svc.*",)" +
                                 std::string{*codec::find(now, "version")} + ",60]}";
        REQUIRE(leaving.send("POST /rpc HTTP/1.1\r\nHost: localhost\r\n"
                             "Content-Type: application/json\r\nContent-Length: " +
                             std::to_string(same.size()) + "\r\n\r\n" + same));
        REQUIRE(eventually(
            10s, [&] { return codec::find(servreg.result("stats", "{}"), "watches") == "1"; }));
    }
    CHECK(eventually(10s,
                     [&] { return codec::find(servreg.result("stats", "{}"), "watches") == "0"; }));
}
