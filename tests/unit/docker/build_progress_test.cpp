#include "docker/build_progress.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_CASE("build: steps, output, the image's id") {
    std::vector<std::string> seen;
    const docker::Progress progress = [&](std::string_view phase, std::string_view line) {
        seen.push_back(std::string{phase} + "|" + std::string{line});
    };
    docker::BuildProgress reader{progress};
    const std::string bytes = "{\"stream\":\"Step 1/2 : FROM scratch\"}\r\n{\"stream\":\"\\n\"}\r\n"
                              "{\"stream\":\" ---\\u003e \\n\"}\n{\"stream\":\"half \"}\n"
                              "{\"stream\":\"line\\n\"}\n{\"aux\":{\"ID\":\"sha256:15ad\"}}\n";
    for (const char c : bytes)
        reader.feed({&c, 1});
    reader.finish();
    CHECK(seen == std::vector<std::string>{"step 1/2: FROM scratch|Step 1/2 : FROM scratch",
                                           "step 1/2: FROM scratch| ---> ",
                                           "step 1/2: FROM scratch|half line"});
    CHECK(reader.image_id() == "sha256:15ad");
    CHECK(reader.error().empty());
}

TEST_CASE("build: a failure keeps the step and the last fifty lines") {
    const docker::Progress none;
    docker::BuildProgress reader{none};
    reader.feed("{\"stream\":\"Step 2/3 : RUN make\\n\"}\n");
    for (int i = 0; i < 200; ++i)
        reader.feed("{\"stream\":\"line " + std::to_string(i) + "\\n\"}\n");
    reader.feed("{\"errorDetail\":{\"code\":2},\"error\":\"returned \\u001b[31m2\"}\n");
    reader.finish();
    CHECK(reader.step() == "step 2/3: RUN make");
    CHECK(reader.error() == "returned \\x1b[31m2");
    REQUIRE(reader.last_lines().size() == 50);
    CHECK(reader.last_lines().back() == "line 199");
}

TEST_CASE(
    "build: what failed is told by the output of its own step, without the Engine's colours") {
    const docker::Progress none;
    docker::BuildProgress reader{none};
    reader.feed(R"({"stream":"Step 1/2 : FROM base\n"}
{"stream":" ---\u003e a3a51912dba9\n"}
{"stream":"Step 2/2 : RUN make\n"}
{"stream":" ---\u003e Running in 643e3a24bcc9\n"}
{"stream":"compiling\n"}
{"stream":"\u001b[91mno such file\n\u001b[0m"}
{"stream":"Removing intermediate container 643e3a24bcc9\n"}
{"stream":"ESC \u001b]0;title\n"}
)");
    reader.finish();
    CHECK(std::vector<std::string>(reader.last_lines().begin(), reader.last_lines().end()) ==
          std::vector<std::string>{"compiling", "no such file", "ESC \x1b]0;title"});
}

TEST_CASE("build: what is no JSON is passed over") {
    const docker::Progress none;
    docker::BuildProgress reader{none};
    reader.feed("garbage\n[1,2]\n{\"stream\":5}\n{\"stream\"\n" + std::string(3'000'000, 'x'));
    reader.finish();
    CHECK(reader.error().empty());
}
