// What the director says and answers on the bus, against what the original was seen to say.
#include "codec/json_members.hpp"
#include "director_fixture.hpp"
#include "rpc_fixture.hpp"

#include <doctest/doctest.h>

#include <sstream>

using integration::answering;
using integration::Directed;
using rpc_test::Stage;
using namespace std::chrono_literals;

namespace {

struct Silent final : rpc::CalleeObserver {};

std::vector<std::string> fixture(const std::string& channel) {
    std::istringstream file{
        support::read_file(std::string(std::getenv("FIXTURES")) + "/band-v1-director.jsonl")};
    std::vector<std::string> payloads;
    for (std::string line; std::getline(file, line);)
        if (codec::find_text(line, "channel") == channel)
            payloads.push_back(*codec::find_text(line, "payload"));
    return payloads;
}

/// Hears everything on all channels.
struct Ear {
    explicit Ear(const support::RedisServer& redis)
        : process({"redis-cli", "-s", redis.socket_path(), "PSUBSCRIBE", "*"}) {
        REQUIRE(process.wait_for_out("psubscribe"));
    }
    bool hears(const std::string& channel, const std::string& payload) {
        return process.wait_for_out("\n" + channel + "\n" + payload + "\n", 10s);
    }
    support::Process process;
};

/// A service like the one that the fixture was recorded with.
class OriginalService {
public:
    OriginalService(const support::RedisServer& redis, const std::string& name,
                    rpc::Generation generation)
        : callee_(stage_.loop, rpc_test::config_of(redis),
                  {.name = name, .answers = generation, .announce = true}, observer_) {
        const bool first = generation == rpc::Generation::first;
        for (const auto& [method, role] : {std::pair{"echo", "none"}, std::pair{"add", "handler"},
                                           std::pair{"boom", "none"}, std::pair{"relay", "none"}})
            callee_.expose({.name = method, .role = first ? role : "handler"},
                           [](const rpc::IncomingCall& call, rpc::Answer answer) {
                               answer.result(call.params);
                           });
        callee_.open();
        stage_.start();
    }
    ~OriginalService() { stage_.stop(); }
    OriginalService(const OriginalService&) = delete;
    OriginalService& operator=(const OriginalService&) = delete;

private:
    Stage stage_;
    Silent observer_;
    rpc::Callee callee_;
};

std::vector<std::string> keys(std::string_view object) {
    std::vector<std::string> names;
    for (codec::JsonMembers members{object}; members.next();)
        names.emplace_back(members.key());
    return names;
}

} // namespace

TEST_CASE("director on the bus: a service of the first generation is asked, listed and called") {
    Directed machine;
    Ear ear{machine.redis};
    OriginalService service{machine.redis, "tsvc", rpc::Generation::first};
    CHECK(ear.process.wait_for_out(R"("method": "tsvc:__status:band", "params": {}, "id": )"));
    CHECK(ear.hears("kernel", fixture("kernel").front()));

    support::Redis redis{machine.redis};
    redis.command(
        {"PUBLISH", "band", R"({"jsonrpc":"2.0","method":"band:list:lab","params":{},"id":"L1"})"});
    REQUIRE(ear.process.wait_for_out("\nlab\n{\"jsonrpc\":\"2.0\",\"result\":[{\"name\":\"tsvc\""));
    const std::string item = machine.listed("tsvc");
    const std::string original = fixture("lab").front();
    const auto wanted = keys(*codec::find(original, "result.0"));
    auto got = keys(item);
    got.resize(wanted.size());
    CAPTURE(item);
    CAPTURE(original);
    CHECK(got == wanted);
    CHECK(codec::find(item, "methods") == codec::find(original, "result.0.methods"));

    redis.command({"PUBLISH", "band",
                   R"({"jsonrpc":"2.0","method":"band:call:lab","params":)"
                   R"({"name":"tsvc","method":"echo","q":1},"id":"L2"})"});
    CHECK(ear.hears("lab", R"({"jsonrpc":"2.0","result":{"q":1},"id":"L2"})"));
    redis.command({"PUBLISH", "band",
                   R"({"jsonrpc":"2.0","method":"band:__iamalive:lab","params":{"name":"tsvc"},)"
                   R"("id":"L3"})"});
    CHECK(ear.hears("lab", R"({"jsonrpc":"2.0","result":{"result":"ok"},"id":"L3"})"));
    redis.command(
        {"PUBLISH", "band",
         R"({"jsonrpc":"2.0","method":"band:stop:lab","params":{"name":"../x"},"id":"L4"})"});
    CHECK(ear.process.wait_for_out(R"("error":{"code":-32602)"));
}

TEST_CASE(
    "director on the bus: front learns of the methods of a service of the second generation") {
    Directed machine;
    Ear ear{machine.redis};
    OriginalService service{machine.redis, "fsvc", rpc::Generation::second};
    CHECK(ear.process.wait_for_out(R"("method": "fsvc:__status:director")"));
    CHECK(ear.process.wait_for_out(R"("method": "front:__status:director", "params": {"register": )"
                                   R"([{"service": "fsvc", "method": "echo", "role": "handler")"));
    CHECK(ear.process.wait_for_out(R"("state_hash": ")"));
    support::Redis redis{machine.redis};
    redis.command({"PUBLISH", "director",
                   R"({"jsonrpc":"2.0","method":"director:call:lab","params":)"
                   R"({"name":"fsvc","method":"echo","q":1},"id":7})"});
    CHECK(ear.hears("lab",
                    R"({"jsonrpc":"2.0","result":{"q":1},"id":7,"from":"director","to":"lab"})"));
}

TEST_CASE("director on the bus: who announces itself many times is asked once at a time") {
    Directed machine;
    Ear ear{machine.redis}; // on all channels, and so also one that listens to the name
    support::Redis redis{machine.redis};
    for (int i = 0; i < 30; ++i)
        redis.command({"PUBLISH", "band",
                       R"({"jsonrpc":"2.0","method":"band:__iamalive:mute",)"
                       R"("params":{"name":"mute"}})"});
    for (const std::string id : {"A", "B"}) { // all of it has been read, and answered
        redis.command(
            {"PUBLISH", "band",
             R"({"jsonrpc":"2.0","method":"band:ls:lab","params":{},"id":")" + id + R"("})"});
        CHECK(ear.process.wait_for_out(R"("id":")" + id + R"("})"));
    }
    const std::string& heard = ear.process.out();
    std::size_t asked = 0;
    for (std::size_t at = 0; (at = heard.find("mute:__status:band", at)) != heard.npos; ++at)
        ++asked;
    CHECK(asked >= 1);
    CHECK(asked < 5); // again only when an answer has not come in time
}

TEST_CASE("director on the bus: what is stopped is told at once") {
    Directed machine;
    machine.add_service("tsvc", answering);
    Ear ear{machine.redis};
    support::Redis redis{machine.redis};
    redis.command(
        {"PUBLISH", "band",
         R"({"jsonrpc":"2.0","method":"band:run:lab","params":{"name":"tsvc"},"id":"1"})"});
    CHECK(ear.process.wait_for_out(R"("status":"running")", 20s));
    CHECK(ear.process.wait_for_out(R"({"methods": [["tsvc", "echo", "handler"]]})"));
    CHECK(redis.command({"SMEMBERS", "band-set-started"}).texts() ==
          std::vector<std::string>{"tsvc"});
    redis.command(
        {"PUBLISH", "band",
         R"({"jsonrpc":"2.0","method":"band:stop:lab","params":{"name":"tsvc"},"id":"2"})"});
    CHECK(ear.hears("lab", R"({"jsonrpc":"2.0","result":true,"id":"2"})"));
    CHECK(ear.hears("kernel", fixture("kernel").back()));
    CHECK(redis.command({"SMEMBERS", "band-set-started"}).size() == 0);
}
