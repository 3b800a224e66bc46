// The Engine's client against a real Engine.
#include "base/error.hpp"
#include "integration/docker_fixture.hpp"
#include "support/eventually.hpp"
#include "support/raw_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <thread>

using namespace support;
using base::Deadline;
using base::ErrorKind;
using docker::Change;
using namespace std::chrono_literals;

namespace {

/// Removes its container, whatever the case ends with.
class Made {
public:
    Made(const std::string& name, const std::string& image, docker::ContainerSpec spec = {}) {
        client_.remove(name, soon());
        spec.image = image;
        spec.labels.emplace_back("test", name);
        id = client_.create(name, spec, soon());
    }
    ~Made() { client_.remove(id, soon()); }
    Made(const Made&) = delete;
    Made& operator=(const Made&) = delete;

    std::string id;

private:
    docker::Client client_ = connect();
};

std::string build(const std::string& name, const std::string& rest) {
    const TempDirectory directory;
    auto client = connect();
    const auto folder = make_service(directory.path(), name, rest);
    const auto result =
        client.build({.folder = folder, .image = "bandkit-test/" + name}, {}, soon());
    REQUIRE_MESSAGE(result.ok, result.error);
    return "bandkit-test/" + name;
}

std::vector<std::string> log_of(docker::Client& client, const std::string& id,
                                const docker::LogRequest& request = {}) {
    std::vector<std::string> lines;
    CHECK(client.logs(
        id, request,
        [&](std::string_view line, bool err, std::int64_t time_ms) {
            CHECK(time_ms > 1'700'000'000'000);
            lines.push_back((err ? "2 " : "1 ") + std::string{line});
            return true;
        },
        soon()));
    return lines;
}

template <class Work> std::optional<base::Error> failure(Work work) {
    try {
        work();
    } catch (const base::Error& error) {
        return error;
    }
    return std::nullopt;
}

} // namespace

TEST_CASE("docker: a container's life, and what is nothing new is a value") {
    auto client = connect();
    const auto image = build("life", shell(forever));
    const Made made{"bandkit-life", image};
    CHECK(client.start(made.id, soon()) == Change::done);
    CHECK(client.start(made.id, soon()) == Change::already);
    auto detail = client.inspect(made.id, soon());
    REQUIRE(detail);
    CHECK(detail->name == "bandkit-life");
    CHECK(detail->state == "running");
    CHECK(detail->started_ms > 1'700'000'000'000);
    const auto rows = client.list("test=bandkit-life", soon());
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].id == made.id);
    CHECK(rows[0].status.starts_with("Up"));
    CHECK(client.rename(made.id, "bandkit-renamed", soon()) == Change::done);
    CHECK(client.restart(made.id, 5s, soon()) == Change::done);
    CHECK(client.usage(made.id, soon())->memory_limit > 0);
    CHECK(client.stop(made.id, 5s, soon()) == Change::done);
    CHECK(client.stop(made.id, 5s, soon()) == Change::already);
    CHECK(client.kill(made.id, "KILL", soon()) == Change::already);
    CHECK(client.wait(made.id, soon()) == 0);
    CHECK_FALSE(client.usage(made.id, soon()));
    CHECK(client.inspect(made.id, soon())->finished_ms > detail->started_ms);
    CHECK(client.remove(made.id, soon()) == Change::done);
    CHECK(client.remove(made.id, soon()) == Change::unknown);
    CHECK(client.start(made.id, soon()) == Change::unknown);
    CHECK_FALSE(client.inspect(made.id, soon()));
    CHECK_FALSE(client.logs(
        made.id, {}, [](auto...) { return true; }, soon()));
}

TEST_CASE("docker: logs of both streams, the last ones, and those that come") {
    auto client = connect();
    const auto image = build("logs", shell("for i in 1 2 3; do echo out $i; echo err $i >&2; "
                                           "/bin/busybox sleep 0.02; done; exit 3"));
    const Made made{"bandkit-logs", image};
    client.start(made.id, soon());
    const auto followed = log_of(client, made.id, {.follow = true});
    CHECK(client.wait(made.id, soon()) == 3);
    CHECK(followed.size() == 6);
    CHECK(std::ranges::count(followed, "2 err 2") == 1);
    CHECK(log_of(client, made.id).size() == 6);
    CHECK(log_of(client, made.id, {.last_lines = 2}).size() == 2);
    CHECK(log_of(client, made.id, {.since_ms = 4'000'000'000'000}).empty());
}

TEST_CASE("docker: following a silent log ends at the deadline, or when told to") {
    auto client = connect();
    const Made made{"bandkit-silent", build("silent", shell(forever))};
    client.start(made.id, soon());
    const auto late = failure([&] {
        client.logs(
            made.id, {.follow = true}, [](auto...) { return true; }, Deadline::after(100ms));
    });
    REQUIRE(late);
    CHECK(late->kind() == ErrorKind::timeout);
    CHECK(client.inspect(made.id, soon())); // and the client is as good as new
}

TEST_CASE("docker: events of containers with a label") {
    auto client = connect();
    auto watcher = connect();
    std::vector<std::string> actions;
    const auto since = base::unix_ms() - 1000;
    const Made made{"bandkit-events", build("events", shell("exit 7"))};
    client.start(made.id, soon());
    watcher.events(
        "test=bandkit-events", since,
        [&](const docker::Event& event) {
            actions.push_back(event.action);
            CHECK(event.id == made.id);
            return event.action != "die";
        },
        soon());
    CHECK(std::ranges::count(actions, "start") == 1);
    CHECK(actions.back() == "die");
}

TEST_CASE("docker: a build sends what .dockerignore leaves, and links as links") {
    auto client = connect();
    const TempDirectory directory;
    const auto folder = make_service(
        directory.path(), "ctx", "COPY . /ctx\nENTRYPOINT [\"/bin/busybox\", \"find\", \"/ctx\"]\n",
        "*.log\nsecret\n!keep.log\n**/cache\nDockerfile\n");
    std::filesystem::create_directories(folder / "secret/deep");
    std::filesystem::create_directories(folder / "a/cache");
    const std::string long_name(180, 'n');
    for (const auto& file :
         std::vector<std::string>{"x.log", "keep.log", "secret/deep/key", "a/cache/c", "a/b",
                                  "w\xc3\xb6rter", "a/" + long_name})
        std::ofstream{folder / file} << file;
    std::filesystem::create_symlink("/etc/passwd", folder / "link");
    std::filesystem::create_symlink(".", folder / "loop");
    const auto result = client.build({.folder = folder, .image = "bandkit-test/ctx"}, {}, soon());
    REQUIRE_MESSAGE(result.ok, result.error);
    CHECK(result.image_id.starts_with("sha256:"));
    const Made made{"bandkit-ctx", "bandkit-test/ctx"};
    client.start(made.id, soon());
    client.wait(made.id, soon());
    auto found = log_of(client, made.id);
    std::ranges::sort(found);
    const auto has = [&](const std::string& path) {
        return std::ranges::count(found, "1 /ctx/" + path) == 1;
    };
    CHECK(has("keep.log"));
    CHECK(has("a/b"));
    CHECK(has("a/" + long_name));
    CHECK(has("w\xc3\xb6rter"));
    CHECK(has("link"));
    CHECK(has("loop"));
    CHECK_FALSE(has("x.log"));
    CHECK_FALSE(has("secret"));
    CHECK_FALSE(has("a/cache"));
}

TEST_CASE("docker: a build that fails says where, with its last lines") {
    auto client = connect();
    const TempDirectory directory;
    std::vector<std::string> phases;
    const docker::Progress progress = [&](std::string_view phase, std::string_view) {
        phases.emplace_back(phase);
    };
    const auto folder =
        make_service(directory.path(), "bad",
                     "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"echo almost; exit 9\"]\n");
    const auto result =
        client.build({.folder = folder, .image = "bandkit-test/bad"}, progress, soon());
    CHECK_FALSE(result.ok);
    CHECK(result.failed_step.starts_with("step 3/3: RUN"));
    CHECK(result.error.find("9") != std::string::npos);
    CHECK(std::ranges::count(result.last_lines, "almost") == 1);
    CHECK(std::ranges::count(phases, result.failed_step) > 0);

    std::ofstream{folder / "Dockerfile"} << "FROM scratch\nNONSENSE\n";
    const auto unreadable =
        client.build({.folder = folder, .image = "bandkit-test/bad"}, {}, soon());
    CHECK_FALSE(unreadable.ok);
    CHECK(unreadable.error.find("NONSENSE") != std::string::npos);

    const auto none = failure(
        [&] { client.build({.folder = "/nowhere", .image = "bandkit-test/bad"}, {}, soon()); });
    REQUIRE(none);
    CHECK(none->kind() == ErrorKind::no_input);
}

TEST_CASE("docker: images are listed, inspected and removed") {
    auto client = connect();
    const auto name = build("image", "EXPOSE 8080 9090 53/udp\nCMD [\"/bin/busybox\"]\n");
    const auto detail = client.inspect_image(name, soon());
    REQUIRE(detail);
    CHECK(detail->tcp_ports == std::vector<std::uint16_t>{8080, 9090});
    CHECK(detail->command == std::vector<std::string>{"/bin/busybox"});
    CHECK(detail->bytes > 100'000);
    const auto all = client.images(soon());
    CHECK(std::ranges::count_if(all, [&](const docker::Image& image) {
              return std::ranges::count(image.names, name + ":latest") == 1;
          }) == 1);
    CHECK(client.remove_image(name, soon()) == Change::done);
    CHECK(client.remove_image(name, soon()) == Change::unknown);
    CHECK_FALSE(client.inspect_image(name, soon()));
}

TEST_CASE("docker: an image that cannot be pulled") {
    auto client = connect();
    const auto error = failure([&] { client.pull("127.0.0.1:1/nobody/nothing:1", {}, soon()); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::no);
    CHECK(error->why().starts_with("is not here and cannot be pulled: "));
}

TEST_CASE("docker: what the Engine refuses comes in its own words") {
    auto client = connect();
    const auto image = build("refuse", shell(forever));
    const Made made{"bandkit-refuse", image};
    const auto taken = failure([&] { client.create("bandkit-refuse", {.image = image}, soon()); });
    REQUIRE(taken);
    CHECK(taken->kind() == ErrorKind::no);
    CHECK(taken->why().find("in use") != std::string::npos);
    CHECK(failure([&] { client.create("bandkit-none", {.image = "bandkit-test/none"}, soon()); }));
}

TEST_CASE("docker: no Engine, and something else in its place") {
    docker::Client nobody{{.address = {.unix_path = "/nowhere/docker.sock"}}};
    const auto away = failure([&] { nobody.list("", soon()); });
    REQUIRE(away);
    CHECK(away->kind() == ErrorKind::unavailable);
    CHECK(away->hint().find("systemctl start docker") != std::string::npos);
    const RawServer other{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"};
    docker::Client wrong{{.address = {.unix_path = other.socket_path()}}};
    const auto strange = failure([&] { wrong.start("x", soon()); });
    REQUIRE(strange);
    CHECK(strange->kind() == ErrorKind::protocol);
    CHECK(wrong.list("", soon()).empty()); // "hi" holds no container, and does no harm
}
