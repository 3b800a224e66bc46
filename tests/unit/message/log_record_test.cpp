#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "message/log_record.hpp"

#include <doctest/doctest.h>

using message::LogRecord;
using message::Message;
using message::Severity;

namespace {

Message log(std::string key, std::string body) {
    return {.kind = message::Kind::log,
            .routing_key = std::move(key),
            .body = std::move(body),
            .timestamp_ms = 1000};
}

} // namespace

TEST_CASE("log record: the GELF object has eventail's keys in eventail's order") {
    LogRecord record{.service = "pong",
                     .severity = Severity::info,
                     .short_message = "Echoing",
                     .full_message = "Sending back HÉLLO",
                     .host = "pong@vm",
                     .timestamp_ms = 1795218620053,
                     .conversation_id = "debug",
                     .pid = 2439};
    record.add("order", std::string_view{"a\"b"});
    record.add("tries", 3);
    const Message message = to_message(record);
    CHECK(message.kind == message::Kind::log);
    CHECK(message.routing_key == "pong.INFO");
    CHECK(message.conversation_id == "debug");
    CHECK(message.body ==
          R"({"version":"1.1","short_message":"Echoing","full_message":"Sending back HÉLLO",)"
          R"("level":6,"_levelname":"INFO","host":"pong@vm","timestamp":1795218620.053,)"
          R"("_conversation_id":"debug","_logical_service":"pong","_worker_pid":2439,)"
          R"("_order":"a\"b","_tries":3})");
}

TEST_CASE("log record: what is written comes back") {
    LogRecord record{.service = "a.b",
                     .severity = Severity::emergency,
                     .short_message = "x\n\x1b",
                     .timestamp_ms = 1795218620999,
                     .conversation_id = "c"};
    record.add("k", "v");
    const LogRecord back = parse_log(to_message(record));
    CHECK(back.service == record.service);
    CHECK(back.severity == record.severity);
    CHECK(back.short_message == record.short_message);
    CHECK(back.timestamp_ms == record.timestamp_ms);
    CHECK(back.host.starts_with("a.b@"));
    CHECK(back.extra == record.extra);
}

TEST_CASE("log record: a line captured from eventail is read") {
    const LogRecord record = parse_log(log(
        "pong.INFO",
        R"({"version": "1.1", "short_message": "Echoing", "full_message": "Sending back H\u00c9LLO", )"
        R"("level": 6, "_levelname": "INFO", "host": "pong@vm", "timestamp": 1795218620.53827, )"
        R"("_conversation_id": "debug", "_logical_service": "pong", "_worker_pid": 2439})"));
    CHECK(record.full_message == "Sending back HÉLLO");
    CHECK(record.timestamp_ms == 1795218620538);
    CHECK(record.pid == 2439);
    CHECK(record.extra.empty());
}

TEST_CASE("log record: the text of eventail's first version is read") {
    const LogRecord record = parse_log(log("pong.warning", "[pong-2-4711] it's late"));
    CHECK(record.service == "pong-2");
    CHECK(record.pid == 4711);
    CHECK(record.severity == Severity::warning);
    CHECK(record.short_message == "it's late");
    CHECK(record.timestamp_ms == 1000);
}

TEST_CASE("log record: anything else is a short message as it stands") {
    for (const char* body : {"plain text", "", "[x] y", "[-1] y", "[1,2]",
                             "{\"short_message\": \"cut", R"({"a":1})", "\xff\xfe"}) {
        const LogRecord record = parse_log(log("svc.ERROR", body));
        CHECK(record.service == "svc");
        CHECK(record.severity == Severity::error);
        CHECK(record.short_message == body);
    }
    CHECK(parse_log(log("svc.ERROR", "\"quoted\\n\"")).short_message == "quoted\n");
    Message cbor = log("svc.INFO", "\xa1\x61\x61\x01");
    cbor.content_type = "application/cbor";
    CHECK(parse_log(cbor).short_message == R"({"a":1})");
}

TEST_CASE("log record: null and values of the wrong type do no harm") {
    const LogRecord record = parse_log(log(
        "svc.DEBUG", R"({"short_message":5,"full_message":null,"level":"x","timestamp":"soon"})"));
    CHECK(record.short_message == "5");
    CHECK(record.full_message.empty());
    CHECK(record.severity == Severity::debug);
    CHECK(record.timestamp_ms == 1000);
}

TEST_CASE("log record: a routing key without a severity is the service") {
    CHECK(parse_log(log("a.b", "x")).service == "a.b");
    CHECK(parse_log(log("a", "x")).service == "a");
    CHECK(parse_log(log("a.b.critical", "x")).service == "a.b");
    CHECK(parse_log(log("a", "x")).severity == Severity::info);
}

TEST_CASE("severity: names in any case, short ones, and syslog's numbers") {
    CHECK(message::find_severity("Warning") == Severity::warning);
    CHECK(message::find_severity("err") == Severity::error);
    CHECK(message::find_severity("0") == Severity::emergency);
    CHECK(message::find_severity("7") == Severity::debug);
    CHECK_FALSE(message::find_severity("8"));
    CHECK_FALSE(message::find_severity(""));
    CHECK_FALSE(message::find_severity("INFORMATION"));
}
