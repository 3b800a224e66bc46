#pragma once

#include "base/error.hpp"
#include "rpc/json_rpc.hpp"

#include <string>
#include <string_view>

namespace rpc {

/// How a call ended.
struct Result {
    enum class Status : std::uint8_t {
        answered,
        refused,   // the answer is an error
        nobody,    // nobody listens to that name
        timed_out, // sent, and not answered in time
        away,      // Redis is; whether the call was carried out is not known
    };

    Status status = Status::answered;
    std::string json; // answered: JSON text
    Failure failure;  // refused
    std::string why;  // away: for people
    std::string from; // who answered, where that is said

    [[nodiscard]] bool ok() const noexcept { return status == Status::answered; }
};

/// What `response` means to the caller. Of the typed results of Band's second generation (WIRE.md
/// 1.2) "data" is what is in it, "error" is a refusal with its status code, and the others, which
/// are for a browser, stay as they are.
Result result_of(const Response& response);

/// An error answer, as an exception (kind no).
class Refused : public base::Error {
public:
    Refused(std::string subject, Failure failure);
    [[nodiscard]] const Failure& failure() const noexcept { return failure_; }

private:
    Failure failure_;
};

/// Nobody listens to that name (kind unavailable).
class Nobody : public base::Error {
public:
    Nobody(std::string subject, std::string_view service);
};

/// The JSON text of an answer. Throws Refused, Nobody, or Error(unavailable | timeout), for all
/// else; the subject is "SERVICE.METHOD".
std::string take_json(Result&& result, std::string_view service, std::string_view method);

// ---- typed results, for those who answer

/// {"type__":"data","statusCode":200,"data":…}
std::string data_result(std::string_view json, int status = 200);
/// {"type__":"error","statusCode":…,"errorMessage":…,"data":{}}
std::string error_result(int status, std::string_view message);
/// {"type__":"redirect","location":…,"statusCode":302,"data":{}}
std::string redirect_result(std::string_view location, int status = 302);
/// {"type__":"pixel","data":{}}
std::string pixel_result();

} // namespace rpc
