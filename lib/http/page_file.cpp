#include "http/page_file.hpp"

#include "http/browser_rules.hpp"

#include <string>

namespace http {

namespace {

std::string_view type_of(std::string_view name) noexcept {
    if (name.ends_with(".html"))
        return "text/html; charset=utf-8";
    if (name.ends_with(".css"))
        return "text/css; charset=utf-8";
    if (name.ends_with(".js"))
        return "text/javascript; charset=utf-8";
    if (name.ends_with(".svg"))
        return "image/svg+xml";
    return "application/octet-stream";
}

} // namespace

Response page_response(const PageFile& file) {
    Response response{.body = std::string{file.content}};
    response.headers.add("Content-Type", std::string{type_of(file.name)});
    response.headers.add("Cache-Control", "no-cache"); // another version may run tomorrow
    add_page_headers(response);
    return response;
}

} // namespace http
