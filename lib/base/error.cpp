#include "base/error.hpp"

#include <system_error>

namespace base {

namespace {

std::string joined(const std::string& subject, const std::string& why, const std::string& hint) {
    std::string text = subject;
    if (!why.empty())
        text += (text.empty() ? "" : ": ") + why;
    if (!hint.empty())
        text += "; " + hint;
    return text;
}

} // namespace

Error::Error(ErrorKind kind, std::string subject, std::string why, std::string hint,
             std::vector<std::string> output)
    : std::runtime_error(joined(subject, why, hint)), kind_(kind), subject_(std::move(subject)),
      why_(std::move(why)), hint_(std::move(hint)), output_(std::move(output)) {}

std::string errno_text(int number) {
    return std::generic_category().message(number);
}

} // namespace base
