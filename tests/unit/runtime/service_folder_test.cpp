#include "base/error.hpp"
#include "runtime/service_folder.hpp"
#include "support/temp_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace fs = std::filesystem;

namespace {

struct Services {
    support::TempDirectory directory;

    void add(const std::string& name, const std::string& file, bool executable = false) const {
        fs::create_directories(directory.path() / name);
        const std::string path = directory.write(name + "/" + file, "#!/bin/sh\n");
        if (executable)
            fs::permissions(path, fs::perms::owner_all);
    }
    [[nodiscard]] runtime::ServicePath path() const {
        return runtime::ServicePath{directory.path().string()};
    }
};

} // namespace

TEST_CASE("service folder: tells what it holds") {
    const Services services;
    services.add("hello", "run", true);
    services.add("boxed", "Dockerfile");
    const auto hello = services.path().require("hello");
    CHECK(hello.has_program);
    CHECK(!hello.has_dockerfile);
    CHECK(hello.path == fs::canonical(services.directory.path()) / "hello");
    CHECK(services.path().require("boxed").has_dockerfile);
    CHECK(services.path().names() == std::vector<std::string>{"boxed", "hello"});
}

TEST_CASE("service folder: the first folder of the path wins, and missing ones are skipped") {
    const Services first;
    const Services second;
    first.add("hello", "run", true);
    second.add("hello", "run", true);
    second.add("other", "run", true);
    const runtime::ServicePath path{"/nonexistent::" + first.directory.path().string() + ":" +
                                    second.directory.path().string()};
    CHECK(path.require("hello").path.parent_path() == fs::canonical(first.directory.path()));
    CHECK(path.require("other").path.parent_path() == fs::canonical(second.directory.path()));
    CHECK(path.names() == std::vector<std::string>{"hello", "other"});
}

TEST_CASE("service folder: an unknown name is told with what is near it") {
    const Services services;
    services.add("hello", "run", true);
    CHECK(!services.path().find("helo"));
    CHECK_THROWS_WITH_AS(services.path().require("helo"), doctest::Contains("did you mean hello?"),
                         base::Error);
}

TEST_CASE("service folder: one without anything to run says what is missing") {
    const Services services;
    services.add("empty", "README");
    services.add("plain", "run");
    CHECK_THROWS_WITH_AS(services.path().find("empty"), doctest::Contains("neither"), base::Error);
    CHECK_THROWS_WITH_AS(services.path().find("plain"), doctest::Contains("chmod +x"), base::Error);
}

TEST_CASE("service folder: a link may not lead out of the folder of services") {
    const Services services;
    const Services elsewhere;
    elsewhere.add("secret", "run", true);
    services.add("hello", "run", true);
    fs::create_symlink(elsewhere.directory.path() / "secret", services.directory.path() / "out");
    fs::create_symlink("hello", services.directory.path() / "again");
    fs::create_symlink(".", services.directory.path() / "self");
    CHECK_THROWS_WITH_AS(services.path().find("out"), doctest::Contains("leads out"), base::Error);
    CHECK_THROWS_WITH_AS(services.path().find("self"), doctest::Contains("leads out"), base::Error);
    CHECK(services.path().require("again").path.filename() == "hello");
    CHECK_THROWS_AS(services.path().find(".."), base::Error);
}
