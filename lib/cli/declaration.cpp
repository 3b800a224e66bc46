#include "cli/declaration.hpp"

#include "cli/help.hpp"
#include "cli/option_table.hpp"

#include <initializer_list>

namespace cli {

namespace {

void append_line(std::string& out, std::initializer_list<std::string_view> fields) {
    for (const auto field : fields)
        out.append(field.empty() ? "-" : field).append(1, '\t');
    out.back() = '\n';
}

std::string_view kind_name(Kind kind) {
    switch (kind) {
    case Kind::flag:
        return "flag";
    case Kind::text:
        return "text";
    case Kind::integer:
        return "integer";
    case Kind::duration:
        return "duration";
    case Kind::size:
        return "size";
    case Kind::choice:
        return "choice";
    case Kind::list:
        return "list";
    case Kind::pairs:
        return "pairs";
    case Kind::file:
        return "file";
    }
    return "";
}

void append_option(std::string& out, const Option& option) {
    const std::string letter = option.letter == 0 ? "" : std::string(1, option.letter);
    append_line(out, {"option", option.name, letter, placeholder(option), kind_name(option.kind),
                      option.fallback, variable_of(option), option.alias,
                      option.negatable ? "negatable" : "", option.help});
}

void append_paragraphs(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (const auto paragraph = text.substr(0, end); !paragraph.empty())
            append_line(out, {"paragraph", paragraph});
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

} // namespace

std::string declaration_of(const Command& command, std::string_view program) {
    std::string out;
    append_line(
        out, {"program", program, BANDKIT_VERSION, usage_line(command, program), command.summary});
    append_paragraphs(out, command.description);
    for (const Example& example : command.examples)
        append_line(out, {"example", example.comment, example_line(command, example, program)});
    const OptionTable table{command};
    for (const auto& section : table.sections()) {
        append_line(out, {"section", section.title});
        for (const Option& option : section.options)
            append_option(out, option);
    }
    for (const auto& [code, name, meaning] : exit_codes())
        append_line(out, {"exit", std::to_string(static_cast<int>(code)), name, meaning});
    return out;
}

} // namespace cli
