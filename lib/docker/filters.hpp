#pragma once

#include "codec/json_writer.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace docker {

/// The Engine's filters as its query parameter holds them: {"label": ["inband=inband"]}. Those
/// without a value are left out.
inline std::string
filters(std::initializer_list<std::pair<std::string_view, std::string_view>> wanted) {
    std::string out;
    codec::JsonWriter json{out};
    json.begin_object();
    for (const auto& [name, value] : wanted) {
        if (value.empty())
            continue;
        json.key(name);
        json.begin_array();
        json.value(value);
        json.end_array();
    }
    json.end_object();
    return out;
}

} // namespace docker
