#include "registry/classic_dialect.hpp"

#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"

#include <algorithm>
#include <vector>

namespace registry::classic {

namespace {

using rpc::Failure;

Failure internal_error(std::string_view python_class, std::string_view info) {
    std::string data;
    codec::JsonWriter json{data};
    json.begin_object();
    json.member("class", python_class);
    json.member("info", info);
    json.end_object();
    return Failure::of(rpc::code::internal_error, std::move(data));
}

Failure type_error(const Method& method, std::string_view why) {
    return internal_error("TypeError",
                          "ServiceRegistry." + std::string{method.name} + "() " + std::string{why});
}

/// 'a', 'a' and 'b', 'a', 'b', and 'c'.
std::string listed(const std::vector<std::string_view>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0)
            text += names.size() == 2 ? " and " : i + 1 == names.size() ? ", and " : ", ";
        text.append("'").append(names[i]).append("'");
    }
    return text;
}

std::size_t count_of(std::string_view array) {
    std::size_t count = 0;
    for (codec::JsonElements elements{array}; elements.next();)
        ++count;
    return count;
}

/// Which of a method's parameters must be given.
std::vector<std::string_view> needed(const Method& method, bool with_url) {
    if (method.name == "ping" || method.name == "deregister")
        return with_url ? std::vector<std::string_view>{"name"}
                        : std::vector<std::string_view>{"name", "host", "port"};
    if (method.name == "locate_service" || method.name == "watch")
        return {"name"};
    return {};
}

std::string_view python_type(std::string_view json) {
    switch (json.front()) {
    case '"':
        return "str";
    case '[':
        return "list";
    case 'n':
        return "NoneType";
    case 't':
    case 'f':
        return "bool";
    default:
        return json.find_first_of(".eE") == std::string_view::npos ? "int" : "float";
    }
}

Failure missing(const Method& method, const std::vector<std::string_view>& names) {
    return type_error(method, "missing " + std::to_string(names.size()) +
                                  " required positional argument" + (names.size() == 1 ? "" : "s") +
                                  ": " + listed(names));
}

std::optional<Failure> positions_error(const Method& method, std::string_view params) {
    const std::size_t count = count_of(params);
    if (count > method.parameters.size())
        // Python counts the object itself.
        return type_error(method, "takes " + std::to_string(method.parameters.size() + 1) +
                                      " positional argument" +
                                      (method.parameters.empty() ? "" : "s") + " but " +
                                      std::to_string(count + 1) + " were given");
    const auto second = codec::find_text(params, "1");
    const bool with_url = count == 2 && second && second->find("://") != std::string::npos;
    auto names = needed(method, with_url);
    names.erase(names.begin(),
                names.begin() + static_cast<std::ptrdiff_t>(std::min(count, names.size())));
    return names.empty() ? std::nullopt : std::optional{missing(method, names)};
}

std::optional<Failure> names_error(const Method& method, std::string_view params) {
    std::vector<std::string> given;
    for (codec::JsonMembers members{params}; members.next();) {
        if (std::ranges::find(method.parameters, members.key()) == method.parameters.end())
            return type_error(method, "got an unexpected keyword argument '" +
                                          std::string{members.key()} + "'");
        given.emplace_back(members.key());
    }
    const auto has = [&](std::string_view name) {
        return std::ranges::find(given, name) != given.end();
    };
    auto names = needed(method, has("url"));
    std::erase_if(names, has);
    return names.empty() ? std::nullopt : std::optional{missing(method, names)};
}

} // namespace

const rpc::AnswerForm& form() noexcept {
    static const rpc::AnswerForm form{.style = {.blanks = true, .ascii = true},
                                      .both_members = true};
    return form;
}

std::string_view answered_id(std::string_view id) noexcept {
    return id == "0" || id == "null" ? std::string_view{} : id;
}

std::optional<Failure> call_error(const Method& method, std::string_view params) {
    return params.starts_with('[') ? positions_error(method, params) : names_error(method, params);
}

std::optional<Failure> batch_error(std::string_view batch) {
    for (codec::JsonElements elements{batch}; elements.next();)
        if (!elements.value().starts_with('{'))
            return internal_error("AttributeError", "'" +
                                                        std::string{python_type(elements.value())} +
                                                        "' object has no attribute 'get'");
    return std::nullopt;
}

std::string received() {
    std::string text;
    rpc::append_result(text, "\"received\"", {}, form());
    return text;
}

std::string method_not_allowed() {
    return R"({"jsonrpc": "2.0", "result": null, "error": {"message": "Method not allowed"}})";
}

} // namespace registry::classic
