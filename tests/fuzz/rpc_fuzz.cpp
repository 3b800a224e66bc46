#include "codec/json_scanner.hpp"
#include "codec/parse_error.hpp"
#include "rpc/address.hpp"
#include "rpc/json_rpc.hpp"
#include "rpc/parameters.hpp"
#include "rpc/result.hpp"
#include "rpc/status.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr codec::JsonLimits limits{.max_depth = 520, .allow_big_integers = true};

void require(bool condition) {
    if (!condition)
        std::abort();
}

void require_json(const std::string& text) {
    codec::validate_json(text, limits);
}

/// What is sent on is what was received.
void check(const rpc::Request& request) {
    static constexpr std::array<std::string_view, 2> names{"a", "b"};
    const rpc::Parameters given{request.params, names};
    static_cast<void>(given.text("a"));
    static_cast<void>(given.integer("b"));
    if (const auto address = rpc::Address::parse(request.method))
        require(address->text() == request.method);
    for (const codec::JsonStyle& style : {codec::JsonStyle{}, codec::JsonStyle{true, true, true}}) {
        std::string text;
        rpc::append_request(text, request.method, request.params, request.id, style);
        require_json(text);
        const rpc::Document again = rpc::parse(text);
        const auto& same = std::get<rpc::Request>(again.items.at(0));
        require(same.method == request.method);
        require(same.params.empty() == request.params.empty());
        require(same.id.empty() == request.id.empty());
    }
}

void check(const rpc::Response& response) {
    const rpc::Result result = rpc::result_of(response);
    std::string text;
    if (response.is_error()) {
        rpc::append_error(text, response.error, response.id, {.both_members = true});
    } else {
        static_cast<void>(rpc::parse_status(response.result));
        rpc::append_result(
            text, response.result, response.id,
            {.style = {.escape_slash = true, .ascii = true}, .from = "a", .to = "b"});
        require(result.ok() || result.status == rpc::Result::Status::refused);
    }
    require_json(text);
    const rpc::Document again = rpc::parse(text);
    require(std::get<rpc::Response>(again.items.at(0)).is_error() == response.is_error());
}

void check(const rpc::Malformed& malformed) {
    require(!malformed.why.empty());
}

} // namespace

/// Whatever text comes, it is taken apart or refused, and what is made of its parts is JSON that
/// means the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view json(reinterpret_cast<const char*>(data), size);
    static_cast<void>(rpc::parse_status(json)); // need not be valid
    std::string styled;
    codec::append_styled(styled, json, {true, true, true});
    try {
        const rpc::Document document = rpc::parse(json);
        require(document.batch || document.items.size() == 1);
        for (const rpc::Item& item : document.items)
            std::visit([](const auto& message) { check(message); }, item);
    } catch (const codec::ParseError&) { // refused
        return 0;
    }
    require_json(styled);
    return 0;
}
