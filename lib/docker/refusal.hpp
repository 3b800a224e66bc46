#pragma once

#include "base/error.hpp"
#include "http/message.hpp"

#include <string>

namespace docker {

/// The text of the Engine's error answer, {"message": …}, fit to be shown.
std::string engine_message(const http::Response& response);

/// What an answer that was not hoped for becomes: Error(no), of a registry or an access rule that
/// says no Error(no_permission).
base::Error refusal(std::string subject, const http::Response& response);

} // namespace docker
