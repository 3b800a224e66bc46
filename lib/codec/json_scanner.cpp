#include "codec/json_scanner.hpp"

#include "codec/json_walk.hpp"

#include <algorithm>
#include <forward_list>
#include <vector>

namespace codec {

namespace {

class DuplicateFinder : public NullHandler {
public:
    explicit DuplicateFinder(const char* begin) : begin_(begin) {
        keys_.reserve(32);
        firsts_.reserve(16);
    }

    void begin_object() { firsts_.push_back(keys_.size()); }

    void key(std::string_view raw, bool escaped) {
        const auto offset = static_cast<std::size_t>(raw.data() - begin_);
        if (found_)
            return;
        if (escaped) {
            std::string& text = unescaped_.emplace_front();
            append_unescaped(text, raw);
            raw = text;
        }
        keys_.push_back({raw, offset});
    }

    void end_object() {
        const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(firsts_.back());
        firsts_.pop_back();
        if (found_)
            return;
        std::sort(first, keys_.end(), [](const Key& a, const Key& b) {
            return a.text != b.text ? a.text < b.text : a.offset < b.offset;
        });
        const auto twin = std::adjacent_find(
            first, keys_.end(), [](const Key& a, const Key& b) { return a.text == b.text; });
        if (twin != keys_.end())
            found_ = DuplicateKey{std::string(twin->text), std::next(twin)->offset};
        keys_.erase(first, keys_.end());
    }

    [[nodiscard]] std::optional<DuplicateKey> found() && { return std::move(found_); }

private:
    struct Key {
        std::string_view text;
        std::size_t offset;
    };

    const char* begin_;
    std::vector<Key> keys_;           // of all open objects, innermost last
    std::vector<std::size_t> firsts_; // where each open object's keys begin
    std::forward_list<std::string> unescaped_;
    std::optional<DuplicateKey> found_;
};

} // namespace

void validate_json(std::string_view json, const JsonLimits& limits) {
    NullHandler handler;
    walk_json(json, handler, limits);
}

std::optional<DuplicateKey> find_duplicate_key(std::string_view json, const JsonLimits& limits) {
    DuplicateFinder finder(json.data());
    walk_json(json, finder, limits);
    return std::move(finder).found();
}

} // namespace codec
