#include "director/status_report.hpp"

#include "codec/json_elements.hpp"
#include "codec/json_path.hpp"

namespace director {

namespace {

// What a service can make us keep.
constexpr std::size_t most_methods = 1000;
constexpr std::size_t longest_word = 128;

void add(std::vector<host::Method>& methods, std::string name, std::string role) {
    if (name.empty() || name.size() > longest_word || role.size() > longest_word ||
        methods.size() == most_methods)
        return;
    methods.push_back({std::move(name), std::move(role)});
}

/// [["echo","none"],["add","handler"]]
void read_pairs(std::string_view pairs, std::vector<host::Method>& methods) {
    for (codec::JsonElements elements{pairs}; elements.next();)
        add(methods, codec::find_text(elements.value(), "0").value_or(""),
            codec::find_text(elements.value(), "1").value_or("none"));
}

/// [{"method":"add","role":"handler","options":{…}}]
void read_register(std::string_view entries, std::vector<host::Method>& methods) {
    for (codec::JsonElements elements{entries}; elements.next();)
        add(methods, codec::find_text(elements.value(), "method").value_or(""),
            codec::find_text(elements.value(), "role").value_or("none"));
}

} // namespace

std::optional<StatusReport> parse_status(std::string_view result) {
    std::string_view fields = result;
    if (codec::find_text(result, "type__") == "data")
        fields = codec::find(result, "data").value_or(std::string_view{});
    if (!fields.starts_with('{'))
        return std::nullopt;
    StatusReport report{.fields = std::string(fields)};
    if (const auto pairs = codec::find(fields, "methods"); pairs && pairs->starts_with('['))
        read_pairs(*pairs, report.methods);
    if (const auto entries = codec::find(fields, "register");
        entries && entries->starts_with('[')) {
        report.registered = *entries;
        if (report.methods.empty())
            read_register(*entries, report.methods);
    }
    return report;
}

} // namespace director
