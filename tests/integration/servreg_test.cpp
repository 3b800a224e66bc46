// servreg as its operator meets it: access, faults of the storage, stopping under load, many
// connections.
#include "http_fixture.hpp"
#include "servreg_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/resource.h>
#include <thread>

using namespace servreg_test;
using support::eventually;

namespace {

constexpr const char* stats = R"({"jsonrpc":"2.0","method":"stats","id":1})";
constexpr const char* ping = R"({"jsonrpc":"2.0","method":"ping","params":["a","h",1],"id":1})";

std::string raw_post(std::string_view body) {
    return "POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

/// Kilobytes of memory that a process has now.
std::size_t resident_kib(pid_t pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("VmRSS:"))
            return std::stoul(line.substr(6));
    return 0;
}

} // namespace

TEST_CASE("servreg: names and pages that are not ours reach nothing") {
    Servreg servreg;
    CHECK(first_line(servreg.address(), "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n") ==
          "HTTP/1.1 421 Misdirected Request");
    CHECK(servreg.get("/healthz").status == 200);
    CHECK(servreg.post("/rpc", ping, {{"Origin", "http://evil.example"}}).status == 403);
    CHECK(servreg.post("/api", ping, {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
    http::Request form{.method = "POST", .target = "/rpc", .body = stats};
    form.headers.add("Content-Type", "text/plain");
    CHECK(servreg.send(form).status == 415);
    form.target = "/api";
    CHECK(
        servreg.send(form).body ==
        R"({"jsonrpc": "2.0", "result": null, "error": {"code": -32600, "message": "Invalid Request"}})");
    const http::Response answer = servreg.post("/rpc", stats, {{"Origin", "http://evil.example"}});
    CHECK(answer.status == 200);
    CHECK_FALSE(answer.headers.find("Access-Control-Allow-Origin"));
}

TEST_CASE("servreg: a token may read, or change things") {
    const support::TempDirectory directory;
    const std::string file = directory.write("tokens", "read readreadread\n");
    Servreg servreg{{"--token-file", file, "--cors-origin", "http://board.example"},
                    {"BAND_TOKEN=operateoperate"}};
    const auto status = [&](const char* path, const char* body, std::string token) {
        return servreg.post(path, body, {{"Authorization", "Bearer " + std::move(token)}}).status;
    };
    CHECK(servreg.post("/rpc", stats).status == 401);
    CHECK(status("/rpc", stats, "readreadread") == 200);
    CHECK(status("/rpc", ping, "readreadread") == 403);
    CHECK(status("/rpc", ping, "operateoperate") == 200);
    CHECK(servreg.post("/api", ping, {{"X-Api-Token", "operateoperate"}}).status == 200);
    const http::Response refused = servreg.post("/api", ping);
    CHECK(refused.status == 401);
    CHECK(codec::find(refused.body, "error.code") == "-32001");
    CHECK(servreg.get("/metrics").status == 401);
    CHECK(servreg.get("/healthz").status == 200);
    CHECK(servreg.get("/").status == 200);
    CHECK(servreg
              .post("/rpc", stats,
                    {{"Authorization", "Bearer readreadread"}, {"Origin", "http://board.example"}})
              .headers.find("Access-Control-Allow-Origin") == "http://board.example");
}

TEST_CASE("servreg: who takes another's place is told, counted and listed") {
    Servreg servreg{{"--allow-url", "http://*"}};
    CHECK(servreg.result("list_incidents", "{}") == "[]");
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    CHECK(servreg.result("ping", R"(["b","h",1])") == "true");
    CHECK(servreg.error_code("ping", R"(["c","https://h/"])") == "-32602");
    CHECK(servreg.error_code("ping", R"(["c","https://h/"])") == "-32602");
    const std::string listed = servreg.result("list_incidents", "{}");
    CHECK(listed.starts_with(
        R"([{"kind":"not_allowed","peer":"127.0.0.1","address":"https://h/","name":"c","times":2,)"));
    CHECK(listed.find(R"({"kind":"renamed","peer":"127.0.0.1","address":"h:1","name":"b",)"
                      R"("before":"a","times":1,)") != std::string::npos);
    const std::string metrics = servreg.get("/metrics").body;
    CHECK(metrics.find("servreg_incidents_total{kind=\"renamed\"} 1\n") != std::string::npos);
    CHECK(metrics.find("servreg_incidents_total{kind=\"not_allowed\"} 2\n") != std::string::npos);
    CHECK(metrics.find("servreg_incidents_total{kind=\"refused\"} 0\n") != std::string::npos);
    CHECK(servreg.process().wait_for_err("the place h:1 of \"a\", which is alive, is now that of"));
}

TEST_CASE("servreg: a claim that is refused is an incident, a dead place with a new name is none") {
    Servreg servreg{{"--claim", "--ttl", "300ms"}};
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    CHECK(servreg.error_code("ping", R"(["b","h",1])") == "-32602");
    CHECK(eventually(10s, [&] { return servreg.result("locate_service", R"(["a"])") == "[]"; }));
    CHECK(servreg.result("ping", R"(["b","h",1])") == "true");
    const std::string listed = servreg.result("list_incidents", "{}");
    CHECK(listed.find(R"("kind":"refused")") != std::string::npos);
    CHECK(listed.find(R"("kind":"renamed")") == std::string::npos);
}

TEST_CASE("servreg: only allowed URLs are registered") {
    Servreg servreg{{"--allow-url", "http://10.*", "https://*.example/*"}};
    CHECK(servreg.result("ping", R"({"name":"a","url":"http://10.0.0.1/api"})") == "true");
    CHECK(servreg.result("ping", R"({"name":"a","url":"https://b.example/api"})") == "true");
    CHECK(servreg.error_code("ping", R"({"name":"a","url":"http://evil.example/"})") == "-32602");
}

TEST_CASE("servreg: a claimed place keeps its name while it is alive") {
    Servreg servreg{{"--claim", "--ttl", "300ms"}};
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    CHECK(servreg.error_code("ping", R"(["b","h",1])") == "-32602");
    CHECK(eventually(10s, [&] { return servreg.result("ping", R"(["b","h",1])") == "true"; }));
}

namespace {

/// Another process that has the database for itself.
class Locker {
public:
    explicit Locker(const std::string& database)
        : process_({"python3", "-c",
                    "import sqlite3, sys\n"
                    "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                    "c.execute('begin exclusive')\nprint('locked', flush=True)\nsys.stdin.read()\n",
                    database}) {
        REQUIRE(process_.wait_for_out("locked"));
    }
    void release() {
        process_.close_stdin();
        CHECK(process_.wait(10s));
    }

private:
    support::Process process_;
};

void check_unavailable(Servreg& servreg, std::string_view why) {
    const http::Response refused = servreg.post("/rpc", ping);
    CHECK(refused.status == 503);
    CHECK(codec::find(refused.body, "error.code") == "-32000");
    CHECK(codec::find_text(refused.body, "error.message") == "registry storage unavailable");
    CHECK(codec::find_text(refused.body, "error.data") == why);
    CHECK(servreg.get("/healthz").status == 503);
    const http::Response stale = servreg.post(
        "/api", R"({"jsonrpc":"2.0","method":"locate_service","params":["a"],"id":1})");
    CHECK(codec::find(stale.body, "result") == R"([{"host": "h", "port": 1}])");
    CHECK(stale.headers.find("Registry-Stale"));
    CHECK(servreg.process().wait_for_err("servreg: the database is away: " + std::string{why}));
}

void check_back(Servreg& servreg) {
    CHECK(eventually(10s, [&] { return servreg.post("/rpc", ping).status == 200; }));
    CHECK(servreg.get("/healthz").status == 200);
    CHECK_FALSE(servreg.post("/rpc", stats).headers.find("Registry-Stale"));
    CHECK(servreg.process().wait_for_err("servreg: the database is back\n"));
}

/// What the owner may do with a file or a directory, as long as this lives.
class Mode {
public:
    Mode(std::filesystem::path path, unsigned mode)
        : path_(std::move(path)), before_(std::filesystem::status(path_).permissions()) {
        std::filesystem::permissions(path_, std::filesystem::perms{mode});
    }
    ~Mode() { std::filesystem::permissions(path_, before_); }
    Mode(const Mode&) = delete;
    Mode& operator=(const Mode&) = delete;

private:
    std::filesystem::path path_;
    std::filesystem::perms before_;
};

constexpr std::string_view read_only = "attempt to write a readonly database";

} // namespace

TEST_CASE("servreg: while the storage is locked, questions are answered and changes are not") {
    Servreg servreg;
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    Locker locker{servreg.database()};
    check_unavailable(servreg, "database is locked");
    locker.release();
    check_back(servreg);
}

TEST_CASE("servreg: a file that becomes read-only, and writable again, needs no restart") {
    Servreg servreg;
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    {
        const Mode mode{servreg.database(), 0400};
        // An open file stays writable; a lock makes it open the file anew.
        Locker locker{servreg.database()};
        CHECK(servreg.post("/rpc", ping).status == 503);
        locker.release();
        CHECK(eventually(10s, [&] {
            return codec::find_text(servreg.post("/rpc", ping).body, "error.data") == read_only;
        }));
        check_unavailable(servreg, read_only);
    }
    check_back(servreg);
}

TEST_CASE("servreg: started on a file that is read-only, it answers questions") {
    Servreg servreg;
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    servreg.stop();
    {
        const Mode mode{servreg.database(), 0400};
        servreg.start();
        CHECK(eventually(10s, [&] { return servreg.get("/healthz").status == 503; }));
        check_unavailable(servreg, read_only);
    }
    check_back(servreg);
}

TEST_CASE("servreg: a read-only directory, where SQLite reads nothing, is said at once") {
    Servreg servreg;
    servreg.stop();
    const Mode mode{servreg.database().parent_path(), 0500};
    try {
        servreg.start();
        FAIL("it started");
    } catch (const std::runtime_error& error) {
        const std::string text = error.what();
        CAPTURE(text);
        CHECK(text.find("the file and its directory must be writable") != std::string::npos);
    }
    CHECK(servreg.process().wait() == 78);
}

TEST_CASE("servreg: at SIGTERM under load everything accepted is answered, and it ends with 0") {
    Servreg servreg;
    std::atomic<int> answered = 0;
    std::atomic<int> failed = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&] {
            try {
                while (true) {
                    RawClient client{servreg.address()}; // throws when nobody listens any more
                    bool open = true;
                    while (open) {
                        client.forget();
                        if (client.send(raw_post(ping)) && client.read_until("\"id\": 1}"))
                            ++answered;
                        else
                            ++failed;
                        open = failed == 0 && client.count("Connection: close") == 0;
                    }
                }
            } catch (const std::runtime_error&) {
            }
        });
    REQUIRE(eventually(20s, [&] { return answered > 200; }));
    servreg.process().signal(SIGTERM);
    for (std::thread& client : clients)
        client.join();
    CHECK(servreg.process().wait(10s) == 0);
    CHECK(failed == 0);
}

TEST_CASE("servreg: a stop does not wait for those who watch") {
    Servreg servreg;
    RawClient watcher{servreg.address()};
    const std::string now = servreg.result("watch", R"(["*"])");
    const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"watch","params":["*",)" +
                             std::string{*codec::find(now, "version")} + ",300]}";
    REQUIRE(watcher.send(raw_post(body)));
    REQUIRE(eventually(
        10s, [&] { return codec::find(servreg.result("stats", "{}"), "watches") == "1"; }));
    servreg.process().signal(SIGTERM);
    CHECK(watcher.read_until("\"instances\": []"));
    CHECK(servreg.process().wait(4s) == 0);
}

TEST_CASE("servreg: ten thousand idle connections fit, and others are served beside them") {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    const std::size_t count = std::min<std::size_t>(10'000, (limit.rlim_cur - 200) / 2);
    Servreg servreg;
    std::vector<std::unique_ptr<RawClient>> idle;
    for (std::size_t i = 0; i < count; ++i)
        idle.push_back(std::make_unique<RawClient>(servreg.address()));
    const auto connections = [&] {
        const std::string text = servreg.get("/metrics").body;
        const auto at = text.find("\nservreg_connections ");
        return at == std::string::npos ? 0 : std::stoul(text.substr(at + 21));
    };
    CHECK(eventually(20s, [&] { return connections() > count; }));
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
    REQUIRE(idle.back()->send(raw_post(stats)));
    CHECK(idle.back()->read_until("\"alive\": 1"));
    CHECK(resident_kib(servreg.process().pid()) < 150u * 1024);
}

TEST_CASE("servreg: a full disk under the access log costs lines, which are counted") {
    Servreg servreg{{"--accesslog", "/dev/full"}};
    CHECK(servreg.get("/healthz").status == 200);
    CHECK(eventually(10s, [&] {
        const std::string figures = servreg.get("/metrics").body;
        return figures.find("servreg_log_lines_dropped_total ") != std::string::npos &&
               figures.find("servreg_log_lines_dropped_total 0\n") == std::string::npos;
    }));
    CHECK(servreg.result("ping", R"(["a","h",1])") == "true");
}

TEST_CASE("servreg: the common routes") {
    Servreg servreg;
    CHECK(servreg.get("/home").headers.find("Location") == "/");
    CHECK(servreg.get("/nothing").status == 404);
    const http::Response page = servreg.get("/");
    CHECK(page.headers.find("Content-Security-Policy")->starts_with("default-src 'self'"));
    CHECK(page.headers.find("X-Frame-Options") == "DENY");
    CHECK(page.headers.find("X-Content-Type-Options") == "nosniff");
    CHECK(servreg.get("/page.js").headers.find("Content-Type") == "text/javascript; charset=utf-8");
    CHECK(servreg.send({.method = "PUT", .target = "/api"}).status == 405);
    CHECK(servreg.send({.method = "DELETE", .target = "/rpc"}).status == 405);
    const std::string figures = servreg.get("/metrics").body;
    CHECK(figures.find("servreg_http_requests_total{status=\"404\"} 1\n") != std::string::npos);
    CHECK(figures.find("servreg_storage_up 1\n") != std::string::npos);
}
