#include "codec/json_members.hpp"

#include "codec/json_string.hpp"

namespace codec {

bool JsonMembers::next() {
    if (!more_)
        return false;
    cursor_.skip_space();
    more_ = cursor_.peek() == '"';
    if (!more_)
        return false;
    key_ = cursor_.string();
    if (key_.find('\\') != std::string_view::npos) {
        unescaped_.clear();
        append_unescaped(unescaped_, key_);
        key_ = unescaped_;
    }
    more_ = cursor_.take(':');
    if (!more_)
        return false;
    value_ = cursor_.value();
    more_ = cursor_.take(',');
    return true;
}

} // namespace codec
