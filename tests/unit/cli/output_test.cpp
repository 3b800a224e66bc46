#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "cli/output.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace {

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
        reader.reset(ends[0]);
        writer.reset(ends[1]);
    }

    /// What has arrived by now.
    std::string arrived() {
        std::string text(1 << 20, '\0');
        const auto size = ::read(reader.get(), text.data(), text.size());
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }

    base::UniqueFd reader;
    base::UniqueFd writer;
};

} // namespace

TEST_CASE("output: keeps lines back until it is flushed") {
    Pipe pipe;
    cli::Output out{pipe.writer.get()};
    out.line("one");
    CHECK(pipe.arrived().empty());
    out.flush();
    CHECK(pipe.arrived() == "one\n");
}

TEST_CASE("output: hands every line on at once when following") {
    Pipe pipe;
    cli::Output out{pipe.writer.get()};
    out.set_following(true);
    out.write("half");
    CHECK(pipe.arrived().empty());
    out.line(" whole");
    CHECK(pipe.arrived() == "half whole\n");
}

TEST_CASE("output: keeps the order of texts larger than its buffer") {
    Pipe pipe;
    ::fcntl(pipe.writer.get(), F_SETPIPE_SZ, 1 << 20);
    cli::Output out{pipe.writer.get()};
    const std::string large(200'000, 'x');
    out.write("before");
    out.write(large);
    out.write("after");
    out.flush();
    CHECK(pipe.arrived() == "before" + large + "after");
}

TEST_CASE("output: a reader that is gone is no error of ours") {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    cli::Output out{pipe.writer.get()};
    CHECK_FALSE(out.reader_gone());
    pipe.reader.reset();
    CHECK(out.reader_gone());
    out.line("too late");
    CHECK_THROWS_AS(out.flush(), cli::ClosedPipe);
}

TEST_CASE("output: a full disk is an error, once") {
    const base::UniqueFd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    cli::Output out{full.get()};
    out.line("x");
    CHECK_THROWS_AS(out.flush(), base::Error);
    CHECK_NOTHROW(out.flush());
}
