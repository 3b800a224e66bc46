#include "cli/run_main.hpp"

#include "base/stop_signal.hpp"
#include "cli/completion.hpp"
#include "cli/declaration.hpp"
#include "cli/error_report.hpp"
#include "cli/help.hpp"
#include "cli/redact.hpp"
#include "cli/stderr_line.hpp"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace cli {

namespace {

/// A closed standard stream gets a file that fails in the direction it is used in: otherwise the
/// next socket would take its number, and data would go there.
void fill_closed_streams() {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) == -1)
            (void)::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

/// The name it was called by if that is the declared one with a prefix (option tool_prefix of the
/// build), else the declared one.
std::string called_name(const char* argv0, std::string_view declared) {
    std::string_view name = argv0 == nullptr ? "" : argv0;
    name.remove_prefix(name.rfind('/') + 1);
    return std::string{name.ends_with(declared) ? name : declared};
}

void print(std::string_view text) {
    Output out{STDOUT_FILENO};
    out.write(text);
    out.flush();
}

/// --help and --version win over anything else that is wrong with the command line. `subject` is
/// a command or a set of them.
template <typename Subject>
bool answer_questions(const Subject& subject, const OptionTable& table, const Parsed& parsed,
                      const CalledAs& called) {
    for (const Given& given : parsed.given) {
        if (given.option->name == "version")
            print(version_text(called.program));
        else if (given.option->name == "help")
            print(full_help(subject, table, called));
        else if (given.option->letter == 'h')
            print(short_help(subject, table, called));
        else
            continue;
        return true;
    }
    return false;
}

/// What was done before the failure is told before it; the failure outranks a reader that went
/// away.
void keep_output(Output& out) {
    try {
        out.flush();
    } catch (const ClosedPipe&) {
    }
}

ExitCode run_command(const Command& command, std::span<const OptionGroup> shared,
                     const std::vector<std::string>& words, const CalledAs& called) {
    const OptionTable table{command, shared};
    auto parsed = parse_words(table, words);
    if (answer_questions(command, table, parsed, called))
        return ExitCode::ok;
    add_environment(parsed, table);
    take_url(parsed, command);
    add_context(parsed, table);
    check_values(parsed);
    check_arguments(parsed, command, called);

    Invocation in{command, table, std::move(parsed), called};
    try {
        const ExitCode code = command.run(in);
        in.out().flush();
        return code;
    } catch (const base::Error&) {
        keep_output(in.out());
        throw;
    }
}

/// Without a subcommand: --help and the like, or an error.
void run_top(const CommandSet& set, const std::vector<std::string>& words, const CalledAs& called) {
    const Command top = set.top();
    const OptionTable table{top};
    const auto parsed = parse_words(table, words);
    if (!answer_questions(set, table, parsed, called))
        check_arguments(parsed, top, called);
}

void show_help(const CommandSet& set, const std::vector<std::string>& words, CalledAs called) {
    const auto cut = cut_at_subcommand(set, words);
    if (!cut.name || *cut.name == "help") {
        print(full_help(set, OptionTable{set.top()}, called));
        return;
    }
    const Command& command = set.get(*cut.name);
    called.subcommand = command.name;
    print(full_help(command, OptionTable{command, set.options}, called));
}

ExitCode run(const Command& command, const std::vector<std::string>& words,
             const std::string& program) {
    return run_command(command, {}, words, {command.name, program});
}

ExitCode run(const CommandSet& set, const std::vector<std::string>& words,
             const std::string& program) {
    CalledAs called{set.name, program};
    const auto cut = cut_at_subcommand(set, words);
    if (!cut.name) {
        run_top(set, words, called);
        return ExitCode::ok;
    }
    if (*cut.name == "help") {
        show_help(set, cut.words, called);
        return ExitCode::ok;
    }
    const Command& command = set.get(*cut.name);
    called.subcommand = command.name;
    return run_command(command, set.options, cut.words, called);
}

/// Verbs for the build and the shells, which no person types.
template <typename Subject>
bool run_hidden_verb(const Subject& subject, const std::vector<std::string>& words,
                     const std::string& program) {
    if (words.empty() || !words.front().starts_with("__"))
        return false;
    if (words.front() == "__dump-cli")
        print(declaration_of(subject, program));
    else if (words.front() == "__complete" && words.size() > 1 && words[1] == "--")
        complete(subject, program, {words.begin() + 2, words.end()});
    else
        return false;
    return true;
}

int report(const std::string& program, const std::vector<std::string>& words,
           const base::Error& error) {
    // Who waits knows that it was interrupted, and not by which signal.
    const bool terminated =
        error.kind() == base::ErrorKind::interrupted && base::last_stop_signal() == SIGTERM;
    const base::Error told{terminated ? base::ErrorKind::terminated : error.kind(), error.subject(),
                           error.why(), error.hint(), error.output()};
    write_stderr_line(error_text(program, told, wants_json_errors(words)));
    return static_cast<int>(exit_code_of(told.kind()));
}

template <typename Subject> int run_program(int argc, char** argv, const Subject& subject) {
    fill_closed_streams();
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    if (blank_passwords(argc, argv))
        guard_memory();
    const auto program = called_name(argc > 0 ? argv[0] : nullptr, subject.name);
    try {
        if (run_hidden_verb(subject, words, program))
            return 0;
        return static_cast<int>(run(subject, words, program));
    } catch (const ClosedPipe&) {
        return 0;
    } catch (const base::Error& error) {
        return report(program, words, error);
    } catch (const std::exception& error) {
        return report(program, words,
                      base::Error{base::ErrorKind::internal, "internal error", error.what(),
                                  "please report it"});
    }
}

} // namespace

int run_main(int argc, char** argv, const Command& command) {
    return run_program(argc, argv, command);
}

int run_main(int argc, char** argv, const CommandSet& set) {
    return run_program(argc, argv, set);
}

} // namespace cli
