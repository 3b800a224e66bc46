#include "director_fixture.hpp"

#include <doctest/doctest.h>

#include <future>

using integration::answering;
using integration::Directed;
using namespace std::chrono_literals;

namespace {

http::Headers with(std::string name, std::string value) {
    http::Headers headers;
    headers.add(std::move(name), std::move(value));
    return headers;
}

} // namespace

TEST_CASE("director: a service is run, shown, called, read, stopped and removed") {
    Directed machine;
    machine.add_service("tsvc", "echo starting\n" + answering);
    const auto run = machine.get("/run/tsvc"); // as it always could be
    REQUIRE(run.status == 200);
    CHECK(run.headers.find("Content-Type") == "application/json; charset=utf-8");
    CHECK(Directed::in(run, "result.name") == "tsvc");
    CHECK(Directed::in(run, "result.status") == "running");
    CHECK(Directed::in(run, "result.short_id").size() == 12);
    const std::string port = Directed::in(run, "result.ports.0");
    CHECK(Directed::in(run, "result.instance.ports.0.host_port") == port);
    CHECK(Directed::in(run, "ts").size() == 13);

    CHECK(machine.eventually_listed("tsvc", "answers", "true"));
    const std::string item = machine.listed("tsvc");
    CHECK(
        item.starts_with(R"({"name":"tsvc","init":1)")); // the first generation's members, in order
    CHECK(codec::find(item, "methods") == R"([["echo","handler"]])");
    CHECK(codec::find(item, "app_started"));
    CHECK(codec::find(item, "app_uptime_h"));
    CHECK(codec::find(item, "ports") == "[" + port + "]");
    CHECK(codec::find_text(item, "status") == "running");
    CHECK(machine.get("/ls").body.starts_with(R"({"result":{"tsvc":"running"},"ts":)"));
    CHECK(Directed::in(machine.get("/show/tsvc"), "result.run_id") ==
          Directed::in(run, "result.instance.run_id"));
    CHECK(Directed::in(machine.get("/status/tsvc"), "result.methods.0.0") == "echo");
    CHECK(machine.get("/logs/tsvc").body == "starting\nlistening\n");
    CHECK(machine.get("/logs/tsvc?last=1").body == "listening\n");
    CHECK(machine.get("/logs/tsvc", with("Accept", "application/x-ndjson"))
              .body.starts_with(R"({"line":"starting","err":false,"time_ms":1)"));

    CHECK(machine.get("/stop/tsvc").body.starts_with(R"({"result":true,"ts":)"));
    CHECK(codec::find_text(machine.listed("tsvc"), "status") == "stopped");
    CHECK(machine.get("/call/tsvc/echo").status == 502);
    CHECK(machine.get("/start/tsvc").body.starts_with(R"({"result":true,"ts":)"));
    CHECK(machine.eventually_listed("tsvc", "answers", "true"));
    CHECK(machine.get("/restart/tsvc").body.starts_with(R"({"result":null,"ts":)"));
    CHECK(machine.get("/rm/tsvc").body.starts_with(R"({"result":null,"ts":)"));
    CHECK(machine.listed("tsvc").empty());
    const auto again = machine.get("/stop/tsvc");
    CHECK(again.status == 404);
    CHECK(Directed::in(again, "result") == "null");
}

TEST_CASE("director: a log larger than any buffer waits for a client that is slow") {
    constexpr std::size_t lines = 40'000;
    const support::TempDirectory directory;
    const std::string socket = directory.path() / "s"; // which holds less than TCP does
    Directed machine{{"--unix-socket", socket}};
    machine.add_service("wordy", "yes " + std::string(99, 'x') + " | head -n " +
                                     std::to_string(lines) + "\necho the end\n" + answering);
    REQUIRE(machine.post("/run/wordy", R"({"until":"started"})").status == 200);
    REQUIRE(support::eventually(
        30s, [&] { return machine.get("/logs/wordy?last=2").body.starts_with("the end\n"); }));
    std::size_t size = 0;
    std::string end;
    http::Client reader{http::Endpoint::parse("unix://" + socket)};
    const auto response = reader.send(
        {.method = "GET", .target = "/logs/wordy"}, base::Deadline::after(60s),
        {.source = {}, .sink = [&](std::string_view piece) {
             if (size == 0) // others are served, and the log is read as far as anybody takes it
                 for (int i = 0; i < 1000; ++i)
                     REQUIRE(machine.get("/metrics").status == 200);
             size += piece.size();
             end = (end + std::string{piece});
             end = end.substr(end.size() - std::min<std::size_t>(end.size(), 100));
             return true;
         }});
    CHECK(response.status == 200);
    CHECK(size > lines * 100);
    CHECK(end.find("the end\n") != std::string::npos);
}

TEST_CASE("director: arguments come from the query, from forms and from JSON") {
    Directed machine;
    machine.add_service("tsvc", answering);
    REQUIRE(machine.post("/run/tsvc").status == 200);
    const auto result = [](const http::Response& response) {
        return std::string(codec::find(response.body, "result").value_or(""));
    };
    CHECK(result(machine.get("/call/tsvc/echo?x=1&y=a+b")) == R"({"x":"1","y":"a b"})");
    CHECK(result(machine.post("/call/tsvc/echo?x=1", "x=2&z=3",
                              "application/x-www-form-urlencoded")) == R"({"x":"2","z":"3"})");
    CHECK(result(machine.post("/call/tsvc/echo?x=1", R"({"x": {"deep": [1]}})")) ==
          R"({"x":{"deep":[1]}})");
    CHECK(result(machine.post("/call/tsvc/echo", "[1,2]")) == "[1,2]");
    // The path says which service and method, whatever else does; a parameter may have those names.
    CHECK(result(machine.get("/call/tsvc/echo?name=other&method=boom")) ==
          R"({"name":"other","method":"boom"})");
    CHECK(machine.post("/call/tsvc/echo", "{", "application/json").status == 400);
    CHECK(machine.post("/call/tsvc/echo", "x", "text/plain").status == 415);
    CHECK(machine.get("/call/tsvc/echo?timeout__=soon").status == 400);
    CHECK(machine.get("/call/tsvc/echo?x=%zz").status == 400);
}

TEST_CASE("director: answers have the form of either generation") {
    Directed machine;
    machine.add_service("tsvc", answering);
    REQUIRE(machine.post("/run/tsvc").status == 200);
    CHECK(machine.get("/v2/call/tsvc/echo?x=1").body == R"({"x":"1"})");
    CHECK(machine.get("/call/tsvc/echo?x=1", with("X-Band-Envelope", "v2")).body == R"({"x":"1"})");
    CHECK(machine.get("/v1/state").body.starts_with(R"({"result":[{"name":"tsvc")"));
    CHECK(machine.get("/state").body.starts_with(R"([{"name":"tsvc","uptime":)"));
    CHECK(machine.get("/v2/show/ghost").status == 404);
    CHECK(machine.get("/v2/show/ghost").body == "404");
    CHECK(machine.get("/registrations").body.starts_with("["));
    // The second generation's answer comes at once.
    const auto stop = machine.post("/v2/stop/tsvc");
    CHECK(stop.body.starts_with(R"({"name":"tsvc",)"));
    CHECK(machine.eventually_listed("tsvc", "status", "stopped"));

    Directed bare{{"--envelope", "v2"}};
    CHECK(bare.get("/list").body == "[]");
    CHECK(bare.get("/v1/list").body.starts_with(R"({"result":[],"ts":)"));
}

TEST_CASE("director: a call that has no answer says why") {
    Directed machine;
    machine.add_service("tsvc", answering);
    REQUIRE(machine.post("/run/tsvc").status == 200);
    CHECK(machine.get("/call/ghost/echo").status == 502);
    const auto refused = machine.get("/call/tsvc/nosuch");
    CHECK(refused.status == 404);
    CHECK(Directed::in(refused, "error.code") == "-32601");
    CHECK(Directed::in(refused, "result") == "null");

    // One that listens and says nothing, and then garbage.
    support::Process silent{{"redis-cli", "-s", machine.redis.socket_path(), "SUBSCRIBE", "mute"}};
    REQUIRE(silent.wait_for_out("subscribe"));
    const auto start = std::chrono::steady_clock::now();
    CHECK(machine.get("/call/mute/x?timeout__=0.05").status == 504);
    CHECK(std::chrono::steady_clock::now() - start < 2s);
    support::Redis redis{machine.redis};
    redis.command({"PUBLISH", "band", "{garbage"});
    redis.command({"PUBLISH", "director", R"({"jsonrpc":"2.0","method":"x"})"});
    CHECK(machine.get("/call/tsvc/echo").status == 200);
}

TEST_CASE("director: a notification tells how many listen, and prune what it removed") {
    Directed machine;
    machine.add_service("tsvc", answering);
    REQUIRE(machine.post("/run/tsvc").status == 200);
    CHECK(Directed::in(machine.post("/notify/tsvc/echo", R"({"a":1})"), "result") == "1");
    const auto nobody = machine.get("/notify/ghost/echo");
    CHECK(nobody.status == 502);
    CHECK(Directed::in(nobody, "error.code") == "-32000");
    CHECK(machine.get("/prune").body.starts_with(R"({"result":[],"ts":)"));
    REQUIRE(machine.post("/stop/tsvc").status == 200);
    CHECK(machine.get("/v2/prune").body == "[]");
    const auto pruned = machine.post("/prune", R"({"stopped":true})");
    CHECK(Directed::in(pruned, "result.0.name") == "tsvc");
    CHECK(Directed::in(pruned, "result.0.instance.runtime") == "tmux");
    CHECK(machine.listed("tsvc").empty()); // also among those that should run
    CHECK(machine.post("/prune", R"({"stopped":"perhaps"})").status == 400);
}

TEST_CASE("director: what cannot be a name is refused, what is none is not found") {
    Directed machine;
    for (const char* const path :
         {"/show/..", "/show/%2e%2e", "/run/a%2fb", "/run/;rm", "/run/Upper", "/call/a/x:y"}) {
        CAPTURE(path);
        CHECK(machine.get(path).status == 400);
    }
    CHECK(machine.get("/run/" + std::string(300, 'a')).status == 400);
    for (const char* const path : {"/show/unknown", "/stop/unknown", "/rm/unknown", "/run/unknown",
                                   "/logs/unknown", "/nosuch", "/call/a"}) {
        CAPTURE(path);
        CHECK(machine.get(path).status == 404);
    }
    CHECK(machine.ask({.method = "DELETE", .target = "/list"}).status == 405);
    CHECK(machine.runs() == 0);
}

TEST_CASE("director: a request cannot set what belongs to the machine") {
    Directed machine;
    machine.add_service("tsvc", answering);
    for (const char* const body :
         {R"({"env":{"LD_PRELOAD":"/x.so"}})", R"({"env":{"PATH":"/tmp"}})", R"({"env":"NAME=x"})",
          R"({"env":{"a b":"c"}})", R"({"runtime":"shell"})", R"({"until":"never"})"}) {
        CAPTURE(body);
        CHECK(machine.post("/run/tsvc", body).status == 400);
    }
    CHECK(machine.runs() == 0);
    CHECK(machine.post("/run/tsvc", R"({"env":{"COLOUR":"blue"}})").status == 200);
    CHECK(machine.get("/v2/show/tsvc").body.find("blue") != std::string::npos);
}

TEST_CASE("director: fifty that run one service at once share one run") {
    Directed machine;
    machine.add_service("tsvc", "echo x >> " + (machine.directory.path() / "starts").string() +
                                    "\nsleep 0.2\n" + answering);
    std::vector<std::future<http::Response>> answers;
    for (int i = 0; i < 50; ++i)
        answers.push_back(std::async(std::launch::async, [&machine] {
            http::Client client{http::Endpoint::parse(machine.url)};
            return client.send({.method = "GET", .target = "/run/tsvc"},
                               base::Deadline::after(30s));
        }));
    std::string first;
    for (auto& answer : answers) {
        const http::Response response = answer.get();
        CHECK(response.status == 200);
        const std::string id = Directed::in(response, "result.instance.run_id");
        if (first.empty())
            first = id;
        CHECK(id == first);
    }
    CHECK(support::read_file(machine.directory.path() / "starts") == "x\n");
    CHECK(machine.runs() == 1);
}

TEST_CASE("director: a new version that fails leaves the old one alone") {
    Directed machine;
    machine.add_service("tsvc", answering);
    const auto old = machine.post("/run/tsvc");
    machine.add_service("tsvc", "echo no such library >&2\nexit 3\n");
    const auto failed = machine.post("/run/tsvc");
    CHECK(failed.status == 409);
    CHECK(Directed::in(failed, "error.message").find("no such library") != std::string::npos);
    CHECK(machine.get("/call/tsvc/echo?x=1").status == 200);
    CHECK(codec::find_text(machine.listed("tsvc"), "instance.run_id") ==
          Directed::in(old, "result.instance.run_id"));
    CHECK(machine.runs() == 1);
}

TEST_CASE("director: pages of other sites cannot use it, programs can") {
    Directed machine{{"--cors-origin", "https://board.example"}};
    machine.add_service("tsvc", answering);
    REQUIRE(machine.post("/run/tsvc").status == 200);
    // An <img> of another site's page; a page whose name was made to point here.
    CHECK(machine.get("/rm/tsvc", with("Sec-Fetch-Site", "cross-site")).status == 403);
    CHECK(machine.get("/rm/tsvc", with("Origin", "https://evil.example")).status == 403);
    CHECK(machine.get("/rm/tsvc", with("Referer", "https://evil.example/x")).status == 403);
    const std::vector<std::string> rebound{"curl",
                                           "-s",
                                           "-o",
                                           "/dev/null",
                                           "-w",
                                           "%{http_code}",
                                           "-H",
                                           "Host: evil.example",
                                           machine.url + "/list"};
    CHECK(support::run(rebound).out == "421");
    CHECK(machine.get("/list", with("Origin", "https://evil.example"))
              .headers.find("Access-Control-Allow-Origin") == std::nullopt);
    const auto board = machine.get("/list", with("Origin", "https://board.example"));
    CHECK(board.headers.find("Access-Control-Allow-Origin") == "https://board.example");
    CHECK(machine.get("/rm/tsvc", with("Sec-Fetch-Site", "same-origin")).status == 200);
    const auto page = machine.get("/");
    CHECK(page.status == 200);
    CHECK(page.headers.find("Content-Security-Policy")->starts_with("default-src 'self'"));
}

TEST_CASE("director: --strict-methods takes what changes something by POST only") {
    Directed machine{{"--strict-methods"}};
    machine.add_service("tsvc", answering);
    const auto refused = machine.get("/run/tsvc");
    CHECK(refused.status == 405);
    CHECK(refused.headers.find("Allow") == "POST");
    CHECK(machine.runs() == 0);
    CHECK(machine.post("/run/tsvc").status == 200);
    CHECK(machine.get("/list").status == 200);
}

TEST_CASE("director: with tokens, reading and operating are asked for") {
    support::TempDirectory folder;
    const std::string file = folder.write("tokens", "read looker-token\noperate doer-token\n");
    Directed machine{{"--token-file", file}, {"BAND_TOKEN=from-the-environment"}};
    machine.add_service("tsvc", answering);
    CHECK(machine.get("/list").status == 401);
    CHECK(machine.get("/list", with("Authorization", "Bearer wrong")).status == 401);
    CHECK(machine.get("/list", with("Authorization", "Bearer looker-token")).status == 200);
    for (const char* path : {"/run/tsvc", "/notify/tsvc/echo", "/prune"})
        CHECK(machine.get(path, with("Authorization", "Bearer looker-token")).status == 403);
    CHECK(machine.get("/run/tsvc", with("Authorization", "Bearer doer-token")).status == 200);
    CHECK(machine.get("/list", with("Authorization", "Bearer from-the-environment")).status == 200);
    CHECK(machine.get("/healthz").status == 200);
    CHECK(machine.get("/").status == 200); // which asks for one
}

TEST_CASE("director: it does not listen for other machines without a token") {
    const auto refused =
        support::run({std::getenv("DIRECTOR"), "--host", "0.0.0.0", "--port", "0"});
    CHECK(refused.status == 78);
    CHECK(refused.err.find("--token-file") != std::string::npos);
}

TEST_CASE("director: progress and the result come as lines where they are asked for") {
    Directed machine;
    machine.add_service("tsvc", answering);
    http::Request request{.method = "POST", .target = "/run/tsvc"};
    request.headers.add("Accept", "application/x-ndjson");
    const auto response = machine.ask(request);
    CHECK(response.body.starts_with(R"({"phase":"build","line":""})"));
    CHECK(response.body.find(R"({"phase":"wait","line":""})") != std::string::npos);
    const std::string last =
        response.body.substr(response.body.rfind('\n', response.body.size() - 2) + 1);
    CHECK(codec::find_text(last, "result.status") == "running");
}

TEST_CASE("director: health and metrics say what is there") {
    Directed machine;
    machine.add_service("tsvc", answering);
    REQUIRE(machine.post("/run/tsvc").status == 200);
    CHECK(Directed::in(machine.get("/healthz"), "redis.up") == "true");
    CHECK(Directed::in(machine.get("/healthz"), "tmux.up") == "true");
    machine.get("/call/tsvc/echo");
    const std::string metrics = machine.get("/metrics").body;
    CHECK(metrics.find(R"(director_calls_total{outcome="answered"} 1)") != std::string::npos);
    CHECK(metrics.find(R"(director_service_up{service="tsvc",runtime="tmux",state="running"} 1)") !=
          std::string::npos);
}
