#pragma once

#include "codec/json_style.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// JSON-RPC 2.0 (jsonrpc.org/specification, of 2013-01-04), for whatever carries its texts.
namespace rpc {

/// Section 5.1 of the specification; from -32000 down to -32099 a server's own.
namespace code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int server_error = -32000;
} // namespace code

/// The specification's name of a code, "Method not found"; "Server error" for all that is none.
std::string_view standard_message(std::int64_t code) noexcept;

/// The error object of an answer.
struct Failure {
    std::int64_t code = code::server_error;
    std::string message;
    std::string data; // JSON text; empty: none

    /// With the standard message.
    static Failure of(std::int64_t code, std::string data = {}) {
        return {code, std::string(standard_message(code)), std::move(data)};
    }
};

// ---- What was received. Views point into the text that was parsed; JSON text is valid and stands
// there exactly as it was sent.

struct Request {
    std::string method;
    std::string_view params; // an object or an array; empty: none were sent, or null
    std::string_view id;     // a string, a number or null; empty: none was sent

    [[nodiscard]] bool is_notification() const noexcept { return id.empty(); }
    /// Allowed and discouraged; some peers mean a notification by it.
    [[nodiscard]] bool has_null_id() const noexcept { return id == "null"; }
};

struct Response {
    std::string_view result; // empty in an answer that is an error
    Failure error;           // only then
    std::string_view id;     // as in Request
    std::string from;        // who says so, where that is said (AnswerForm::from)

    [[nodiscard]] bool is_error() const noexcept { return result.empty(); }
};

/// JSON, but no message of the protocol: to be answered with code::invalid_request.
struct Malformed {
    std::string why;
    std::string method;  // where it is a string
    std::string_view id; // where it is one that an id may be; else empty
};

using Item = std::variant<Request, Response, Malformed>;

struct Document {
    /// An array of messages was sent; an answer to it is an array as well. Where it is empty, the
    /// specification asks for one answer of code::invalid_request, not in an array.
    bool batch = false;
    std::vector<Item> items;
};

inline constexpr std::size_t most_in_batch = 1000;

/// Takes a document apart. An array longer than `most_in_batch` is one Malformed item and no batch.
/// Throws codec::ParseError for text that is no JSON or nested deeper than 512 levels: to be
/// answered with code::parse_error. Of a repeated member the last one counts. An answer may hold
/// both `result` and `error` as long as one of them is null.
Document parse(std::string_view json);

// ---- What is sent. `params`, `result`, `id` and `Failure::data` are JSON text that is not checked
// again. All functions append one JSON text to `out`, without a newline.

/// Empty `params` are left out.
void append_request(std::string& out, std::string_view method, std::string_view params,
                    std::string_view id, const codec::JsonStyle& style = {});
void append_notification(std::string& out, std::string_view method, std::string_view params,
                         const codec::JsonStyle& style = {});

/// What differs between those who answer.
struct AnswerForm {
    codec::JsonStyle style;
    /// `result` and `error` in every answer, null where unused (WIRE.md section 5), which the
    /// specification forbids.
    bool both_members = false;
    /// Members that Band's second generation adds (WIRE.md 1.2); empty: left out.
    std::string_view from = {};
    std::string_view to = {};
};

/// An empty `id` is left out; the specification wants null where it is not known.
void append_result(std::string& out, std::string_view result, std::string_view id,
                   const AnswerForm& form = {});
void append_error(std::string& out, const Failure& failure, std::string_view id,
                  const AnswerForm& form = {});

} // namespace rpc
