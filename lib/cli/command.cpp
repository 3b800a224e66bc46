#include "cli/command.hpp"

namespace cli {

namespace {

void add_word(Arity& arity, std::string_view word) {
    const bool optional = word.starts_with('[');
    const bool repeats = word.find("...") != std::string_view::npos;
    if (!optional)
        arity.required.emplace_back(word.substr(0, word.find("...")));
    if (repeats)
        arity.most = Arity::unlimited;
    else if (arity.most != Arity::unlimited)
        ++arity.most;
}

} // namespace

ExitCode Action::operator()(Invocation& in) const {
    if (telling_ != nullptr)
        return telling_(in);
    plain_(in);
    return ExitCode::ok;
}

Synopsis parse_synopsis(std::string_view text) {
    Synopsis synopsis;
    Arity* part = &synopsis.args;
    while (!text.empty()) {
        const auto end = text.find(' ');
        const auto word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (word == "[URL]" && part->most == 0)
            synopsis.url = true;
        else if (word == "--")
            part = &synopsis.rest;
        else
            add_word(*part, word);
    }
    return synopsis;
}

std::string CalledAs::line() const {
    return subcommand.empty() ? program : program + ' ' + std::string{subcommand};
}

std::string usage_line(const Command& command, const CalledAs& called) {
    auto line = called.line();
    line += " [OPTION...]";
    if (!command.args.empty())
        line.append(1, ' ').append(command.args);
    return line;
}

} // namespace cli
