#include "message/message.hpp"

namespace message {

std::string_view kind_name(Kind kind) noexcept {
    switch (kind) {
    case Kind::event:
        return "event";
    case Kind::command:
        return "command";
    case Kind::result:
        return "result";
    case Kind::configuration:
        return "configuration";
    case Kind::log:
        return "log";
    }
    return "";
}

} // namespace message
