// What the original implementations were seen to send, against ours. tests/fixtures holds a message
// a line, in the order in which a subscriber to all channels saw them; `lab` is the one who asks.
#include "codec/json_path.hpp"
#include "rpc/generation.hpp"
#include "rpc/parameters.hpp"
#include "rpc_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <sstream>

using namespace rpc_test;

namespace {

struct Line {
    std::string channel;
    std::string payload;
};

std::vector<Line> fixture(const std::string& name) {
    const char* const folder = std::getenv("FIXTURES");
    REQUIRE(folder != nullptr);
    std::istringstream file{read_file(std::string(folder) + "/" + name)};
    std::vector<Line> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back({*codec::find_text(line, "channel"), *codec::find_text(line, "payload")});
    return lines;
}

std::string id_of(const std::string& message) {
    return std::string(codec::find(message, "id").value_or("none"));
}

/// The last one: the id stands behind what may look like it.
std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.rfind(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

/// Times differ from run to run.
std::string without_numbers(std::string text) {
    std::erase_if(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    return text;
}

void add(const rpc::IncomingCall& call, rpc::Answer answer) {
    static constexpr std::array<std::string_view, 2> names{"a", "b"};
    const rpc::Parameters given{call.params, names};
    const auto a = given.integer("a");
    const auto b = given.integer("b");
    if (!given.fault().empty() || !a || !b)
        return answer.error(rpc::Failure::of(rpc::code::invalid_params));
    answer.result(std::to_string(*a + *b));
}

void boom(const rpc::IncomingCall&, rpc::Answer) {
    throw std::runtime_error("boom");
}

rpc::Callee::Handler always(std::string json) {
    return [json = std::move(json)](const rpc::IncomingCall&, rpc::Answer answer) {
        answer.result(json);
    };
}

/// Sends to our service what was sent to the original, and gives what `lab` hears, by id.
std::map<std::string, std::string> replay(const RedisServer& server, const std::vector<Line>& lines,
                                          const std::string& service) {
    Redis lab{server};
    lab.command({"SUBSCRIBE", "lab"});
    Redis sender{server};
    for (const Line& line : lines)
        if (line.channel == service || line.channel == "broadcast" || line.channel == "enrich" ||
            line.channel == "any")
            sender.command({"PUBLISH", line.channel, line.payload});
    sender.command(
        {"PUBLISH", service,
         R"({"jsonrpc":"2.0","method":")" + service + R"(:echo:lab","params":{},"id":"the end"})"});
    std::map<std::string, std::string> answers;
    while (true) {
        const std::string message = lab.next_message();
        if (id_of(message) == "\"the end\"")
            return answers;
        CHECK(answers.emplace(id_of(message), message).second);
    }
}

std::map<std::string, std::string> captured_answers(const std::vector<Line>& lines) {
    std::map<std::string, std::string> answers;
    for (const Line& line : lines)
        if (line.channel == "lab")
            answers.emplace(id_of(line.payload), line.payload);
    return answers;
}

/// Those that only ours gives are taken out of `ours` by the caller before.
void check_same(const std::map<std::string, std::string>& ours,
                const std::map<std::string, std::string>& captured, const std::string& status_id) {
    CHECK(ours.size() == captured.size());
    for (const auto& [id, answer] : captured) {
        CAPTURE(id);
        REQUIRE(ours.contains(id));
        if (id == status_id)
            CHECK(without_numbers(ours.at(id)) == without_numbers(answer));
        else
            CHECK(ours.at(id) == answer);
    }
}

} // namespace

TEST_CASE("replay: answers to what a service of the first generation was asked") {
    const RedisServer server;
    EchoService service{config_of(server),
                        {.name = "tsvc", .answers = rpc::Generation::first, .announce = true}};
    service.callee.expose({"echo", "none"}, echo);
    service.callee.expose({"add"}, add);
    service.callee.expose({"boom", "none"}, boom);
    service.callee.expose({"relay", "none"}, echo);
    service.open();
    const auto lines = fixture("band-v1-service.jsonl");
    auto ours = replay(server, lines, "tsvc");
    // A request without params was ignored; ours answers it.
    CHECK(without_numbers(ours["\"8\""]).starts_with(R"({"jsonrpc":"","result":{"app_started":)"));
    ours.erase("\"8\"");
    check_same(ours, captured_answers(lines), "\"7\"");
    service.stage.run([&] {
        CHECK(service.record.faults == std::vector<std::string>{"boom: boom"});
        CHECK(service.record.garbage.size() == 3); // no address, no JSON, a batch
    });
}

TEST_CASE("replay: answers to what a service of the second generation was asked") {
    const RedisServer server;
    EchoService service{config_of(server),
                        {.name = "fsvc", .aliases = {"enrich"}, .broadcast = true}};
    service.callee.expose({"echo", "none"}, echo);
    service.callee.expose({"add", "handler", R"({"timeout":100})"}, add);
    service.callee.expose({"boom", "none"}, boom);
    service.callee.expose({"rerr", "none"}, always(rpc::error_result(404, "nope")));
    service.callee.expose({"redir", "none"}, always(rpc::redirect_result("http://x/y")));
    service.callee.expose({"pix", "none"}, always(rpc::pixel_result()));
    service.callee.expose({"dat", "none"}, always(rpc::data_result(R"({"k":1})")));
    service.callee.expose({"enr", "enricher", R"({"keys":["in.gif"],"props":{"x":"td.x"}})"},
                          always(R"({"enriched":1})"));
    service.callee.expose({"lis", "listener"}, echo);
    service.callee.expose({"__status", "none"}, [&](const rpc::IncomingCall&, rpc::Answer answer) {
        answer.result(rpc::status_result(service.callee.status(), rpc::Generation::second));
    });
    service.open();
    const auto lines = fixture("band-v2-service.jsonl");
    auto ours = replay(server, lines, "fsvc");
    // Both were ignored; the first generation answers to "any".
    CHECK(ours.erase("\"any\"") == 1);
    CHECK(ours.erase("\"noparams\"") == 1);
    check_same(ours, captured_answers(lines), "\"st\"");
}

TEST_CASE("replay: our calls are those of a caller of either generation, and its answers fit") {
    for (const std::string generation : {"1", "2"}) {
        CAPTURE(generation);
        const std::string name = generation == "1" ? "tsvc" : "fsvc";
        const auto lines = fixture("band-v" + generation + "-service.jsonl");
        const RedisServer server;
        Redis lab{server};
        lab.command({"SUBSCRIBE", "lab2"});
        Redis sender{server};
        TestCaller caller{config_of(server), name};
        std::map<std::string, rpc::Result> results;
        for (const Line& request : lines) {
            if (request.channel != "lab2")
                continue;
            const std::string id = id_of(request.payload);
            auto result = caller.begin("lab2", "hello", R"({"q":"1"})");
            const std::string sent = lab.next_message();
            CHECK(sent == replaced(request.payload, id, id_of(sent)));
            for (const Line& answer : lines)
                if (answer.channel == name && id_of(answer.payload) == id &&
                    !codec::find(answer.payload, "method")) {
                    sender.command({"PUBLISH", name, replaced(answer.payload, id, id_of(sent))});
                    results.emplace(id, result.get());
                }
        }
        CHECK(results.at("\"1\"").json == R"({"ok":true})");
        CHECK(results.at("\"2\"").failure.code == rpc::code::method_not_found);
        if (generation == "2") {
            CHECK(results.at("\"1\"").from == "lab2");
            CHECK(results.at("\"4\"").status == rpc::Result::Status::refused);
            CHECK(results.at("\"4\"").failure.code == 404);
            CHECK(results.at("\"4\"").failure.message == "nf");
        }
    }
}

TEST_CASE("replay: announcements to directors of both generations, and a director's words") {
    const RedisServer server;
    Redis directors{server};
    directors.command({"SUBSCRIBE", "director"});
    Redis others{server};
    others.command({"SUBSCRIBE", "band"});
    EchoService first{config_of(server), {.name = "tsvc"}};
    first.open();
    const auto by_director = fixture("band-v1-director.jsonl");
    CHECK(others.next_message() == by_director.at(0).payload);
    CHECK(
        directors.next_message() ==
        R"({"jsonrpc": "2.0", "method": "director:__iamalive:tsvc", "params": {"name": "tsvc"}})");

    Redis kernel{server};
    kernel.command({"SUBSCRIBE", "kernel"});
    TestCaller director{config_of(server), "band"};
    REQUIRE(director.stage.eventually([&] { return director.caller.ready(); }));
    const std::string change = by_director.at(3).payload;
    director.stage.run([&] {
        director.caller.notify("kernel", "services", *codec::find(change, "params"), 10s,
                               [](rpc::Result&&) {});
    });
    CHECK(kernel.next_message() == change);
}
