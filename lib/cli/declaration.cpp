#include "cli/declaration.hpp"

#include "cli/help.hpp"
#include "cli/option_table.hpp"
#include "cli/shared_options.hpp"

#include <algorithm>
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

void append_examples(std::string& out, std::span<const Example> examples, const CalledAs& called) {
    for (const Example& example : examples)
        append_line(out, {"example", example.comment, example_line(example, called)});
}

void append_section(std::string& out, std::string_view title, std::span<const Option> options) {
    if (!options.empty())
        append_line(out, {"section", title});
    for (const Option& option : options)
        append_option(out, option);
}

void append_exit_codes(std::string& out) {
    for (const auto& [code, name, meaning] : exit_codes())
        append_line(out, {"exit", std::to_string(static_cast<int>(code)), name, meaning});
}

/// Leaves out what every command of the set takes.
void append_subcommand(std::string& out, const CommandSet& set, const Command& command,
                       std::string_view program) {
    const CalledAs called{set.name, std::string{program}, command.name};
    append_line(out, {"command", command.name, command.alias, command.group,
                      usage_line(command, called), command.summary});
    append_paragraphs(out, command.description);
    append_examples(out, command.examples, called);
    for (const OptionGroup& group : command.options) {
        const bool shared = std::ranges::any_of(set.options, [&group](const OptionGroup& other) {
            return other.options.data() == group.options.data();
        });
        if (!shared)
            append_section(out, group.title, group.options);
    }
    if (!command.formats.empty()) {
        Option output = output_option_table.front();
        output.choices = command.formats;
        append_section(out, "Output", {&output, 1});
    }
}

} // namespace

std::string declaration_of(const Command& command, std::string_view program) {
    const CalledAs called{command.name, std::string{program}, {}};
    std::string out;
    append_line(
        out, {"program", program, BANDKIT_VERSION, usage_line(command, called), command.summary});
    append_paragraphs(out, command.description);
    append_examples(out, command.examples, called);
    const OptionTable table{command};
    for (const auto& section : table.sections())
        append_section(out, section.title, section.options);
    append_exit_codes(out);
    return out;
}

std::string declaration_of(const CommandSet& set, std::string_view program) {
    const CalledAs called{set.name, std::string{program}, {}};
    std::string out;
    const Command top = set.top();
    append_line(out, {"program", program, BANDKIT_VERSION, usage_line(top, called), set.summary});
    append_paragraphs(out, set.description);
    append_examples(out, set.examples, called);
    const OptionTable table{top};
    for (const auto& section : table.sections())
        append_section(out, section.title, section.options);
    append_exit_codes(out);
    for (const Command* command : set.commands)
        append_subcommand(out, set, *command, program);
    return out;
}

} // namespace cli
