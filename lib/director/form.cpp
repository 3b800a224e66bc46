#include "director/form.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "codec/utf8.hpp"

#include <algorithm>

namespace director {

using base::Error;
using base::ErrorKind;

namespace {

std::string decoded(std::string_view part) {
    std::string blanks{part};
    std::ranges::replace(blanks, '+', ' ');
    auto text = base::percent_decoded(blanks);
    if (!text)
        throw Error(ErrorKind::usage, "arguments", "a bad percent-encoding");
    if (!codec::is_utf8(*text))
        throw Error(ErrorKind::usage, "arguments", "text that is not UTF-8");
    return *std::move(text);
}

} // namespace

FormFields parse_form(std::string_view text) {
    FormFields fields;
    while (!text.empty()) {
        const auto end = text.find('&');
        const std::string_view field = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (field.empty())
            continue;
        const auto equals = field.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view{} : field.substr(equals + 1);
        fields.emplace_back(decoded(field.substr(0, equals)), decoded(value));
    }
    return fields;
}

} // namespace director
