#include "cli/help.hpp"

#include <algorithm>

namespace cli {

namespace {

constexpr std::size_t text_width = 80;

/// Words of `text` in lines of at most `text_width`, each but the first behind `indent` spaces;
/// the first begins at `column`.
void append_wrapped(std::string& out, std::string_view text, std::size_t column,
                    std::size_t indent) {
    bool first = true;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (!first && column + 1 + word.size() > text_width) {
            out.append(1, '\n').append(indent, ' ');
            column = indent;
        } else if (!first) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
        first = false;
    }
    out += '\n';
}

void append_paragraphs(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        append_wrapped(out, text.substr(0, end), 0, 0);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

/// "-o, --output table|json"; a list shows that it repeats.
std::string option_usage(const Option& option) {
    std::string text = "      ";
    if (option.letter != 0) {
        text[2] = '-';
        text[3] = option.letter;
        if (!option.name.empty())
            text[4] = ',';
    }
    if (!option.name.empty())
        text += option.negatable ? "--[no-]" : "--";
    text += option.name;
    if (const auto value = placeholder(option); !value.empty())
        text.append(1, ' ').append(value);
    if (option.kind == Kind::list || option.kind == Kind::pairs)
        text += "...";
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

/// The help with the fallback and the variable behind it.
std::string option_text(const Option& option, bool with_variable) {
    std::string text{option.help};
    if (!option.fallback.empty())
        text.append(" [").append(option.fallback).append("]");
    if (const auto variable = variable_of(option); with_variable && !variable.empty())
        text.append(" ($").append(variable).append(")");
    return text;
}

void append_section(std::string& out, const OptionTable::Section& section, bool with_variable) {
    constexpr std::size_t help_column = 30;
    out.append(1, '\n').append(section.title).append(":\n");
    for (const Option& option : section.options) {
        auto usage = option_usage(option);
        out += usage;
        if (usage.size() + 2 > help_column)
            out.append(1, '\n').append(help_column, ' ');
        else
            out.append(help_column - usage.size(), ' ');
        append_wrapped(out, option_text(option, with_variable), help_column, help_column);
    }
}

void append_examples(std::string& out, std::span<const Example> examples, const CalledAs& called) {
    if (examples.empty())
        return;
    out += "\nExamples:\n";
    for (const Example& example : examples) {
        out.append("  # ").append(example.comment).append(1, '\n');
        out.append("  ").append(example_line(example, called)).append(1, '\n');
    }
}

void append_summary(std::string& out, std::string_view summary, const CalledAs& called) {
    out.append(called.line()).append(": ").append(summary).append(1, '\n');
}

void append_exit_codes(std::string& out) {
    out += "\nExit status:\n";
    for (const auto& [code, name, meaning] : exit_codes()) {
        const auto number = std::to_string(static_cast<int>(code));
        out.append(5 - number.size(), ' ').append(number).append("  ");
        append_wrapped(out, meaning, 7, 7);
    }
}

void append_commands(std::string& out, const CommandSet& set) {
    constexpr std::size_t summary_column = 18;
    std::string_view group;
    for (const Command* command : set.commands) {
        if (command->group != group)
            out.append(1, '\n').append(group = command->group).append(":\n");
        std::string names = "  " + std::string{command->name};
        if (!command->alias.empty())
            names.append(", ").append(command->alias);
        names.resize(std::max(names.size() + 2, summary_column), ' ');
        out.append(names).append(command->summary).append(1, '\n');
    }
}

} // namespace

std::string example_line(const Example& example, const CalledAs& called) {
    std::string line{example.line};
    std::size_t at = 0;
    while ((at = line.find(called.declared, at)) != std::string::npos) {
        const auto end = at + called.declared.size();
        const bool starts = at == 0 || line.substr(0, at).ends_with("| ");
        const bool ends = end == line.size() || line[end] == ' ';
        if (starts && ends)
            line.replace(at, called.declared.size(), called.program);
        at += starts && ends ? called.program.size() : called.declared.size();
    }
    return line;
}

std::string short_help(const Command& command, const OptionTable& table, const CalledAs& called) {
    std::string out;
    append_summary(out, command.summary, called);
    append_examples(out, command.examples, called);
    out.append("\nUsage: ").append(usage_line(command, called)).append(1, '\n');
    for (const auto& section : table.sections()) {
        const bool own = std::ranges::any_of(command.options, [&section](const OptionGroup& group) {
            return group.title == section.title && !group.shared;
        });
        if (own)
            append_section(out, section, false);
    }
    out += "\n--help shows all of it.\n";
    return out;
}

std::string full_help(const Command& command, const OptionTable& table, const CalledAs& called) {
    std::string out;
    append_summary(out, command.summary, called);
    out.append("\nUsage: ").append(usage_line(command, called)).append(1, '\n');
    if (!command.description.empty())
        append_paragraphs(out.append(1, '\n'), command.description);
    append_examples(out, command.examples, called);
    for (const auto& section : table.sections())
        append_section(out, section, true);
    append_exit_codes(out);
    return out;
}

std::string short_help(const CommandSet& set, const OptionTable&, const CalledAs& called) {
    std::string out;
    append_summary(out, set.summary, called);
    append_examples(out, set.examples, called);
    out.append("\nUsage: ").append(usage_line(set.top(), called)).append(1, '\n');
    append_commands(out, set);
    out.append("\n").append(called.program).append(" help COMMAND tells about one.\n");
    return out;
}

std::string full_help(const CommandSet& set, const OptionTable& table, const CalledAs& called) {
    std::string out;
    append_summary(out, set.summary, called);
    out.append("\nUsage: ").append(usage_line(set.top(), called)).append(1, '\n');
    if (!set.description.empty())
        append_paragraphs(out.append(1, '\n'), set.description);
    append_commands(out, set);
    append_examples(out, set.examples, called);
    for (const auto& section : table.sections())
        append_section(out, section, true);
    append_exit_codes(out);
    return out;
}

std::string version_text(std::string_view program) {
    return std::string{program} + " " BANDKIT_VERSION " (bandkit)\n";
}

} // namespace cli
