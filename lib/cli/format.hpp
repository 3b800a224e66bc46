#pragma once

#include <string_view>

namespace cli {

/// What -o asks for.
enum class Format { table, json, ndjson, raw, name, templated };

/// `word` is one of the names above; the parser has refused all others.
constexpr Format format_of(std::string_view word) noexcept {
    return word == "json"                  ? Format::json
           : word == "ndjson"              ? Format::ndjson
           : word == "raw"                 ? Format::raw
           : word == "name"                ? Format::name
           : word.starts_with("template=") ? Format::templated
                                           : Format::table;
}

} // namespace cli
