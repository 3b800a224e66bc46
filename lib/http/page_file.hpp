#pragma once

#include "http/message.hpp"

#include <string_view>

namespace http {

/// A file of a page that is part of the program; scripts/embed makes tables of them.
struct PageFile {
    std::string_view name; // "index.html"
    std::string_view content;
};

/// The answer to a GET of it: its type by the end of its name, and the headers of a page.
Response page_response(const PageFile& file);

} // namespace http
