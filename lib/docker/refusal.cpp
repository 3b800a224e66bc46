#include "docker/refusal.hpp"

#include "base/printable.hpp"
#include "codec/json_path.hpp"

namespace docker {

std::string engine_message(const http::Response& response) {
    std::string text = codec::find_text(response.body, "message").value_or(response.body);
    while (text.ends_with('\n') || text.ends_with('.'))
        text.pop_back();
    if (text.empty())
        text = "HTTP status " + std::to_string(response.status);
    return base::printable_start(text, 500);
}

base::Error refusal(std::string subject, const http::Response& response) {
    const bool access = response.status == 401 || response.status == 403;
    return {access ? base::ErrorKind::no_permission : base::ErrorKind::no, std::move(subject),
            engine_message(response)};
}

} // namespace docker
