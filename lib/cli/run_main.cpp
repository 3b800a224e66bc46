#include "cli/run_main.hpp"

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

/// --help and --version win over anything else that is wrong with the command line.
bool answer_questions(const Command& command, const OptionTable& table, const Parsed& parsed,
                      const std::string& program) {
    for (const Given& given : parsed.given) {
        if (given.option->name == "version")
            print(version_text(program));
        else if (given.option->name == "help")
            print(full_help(command, table, program));
        else if (given.option->letter == 'h')
            print(short_help(command, table, program));
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

ExitCode run_command(const Command& command, const std::vector<std::string>& words,
                     const std::string& program) {
    const OptionTable table{command};
    auto parsed = parse_words(table, words);
    if (answer_questions(command, table, parsed, program))
        return ExitCode::ok;
    add_environment(parsed, table);
    check_values(parsed);
    take_url(parsed, command);
    check_arguments(parsed, command, program);

    Invocation in{command, table, std::move(parsed), program};
    try {
        const ExitCode code = command.run(in);
        in.out().flush();
        return code;
    } catch (const base::Error&) {
        keep_output(in.out());
        throw;
    }
}

/// Verbs for the build and the shells, which no person types.
bool run_hidden_verb(const Command& command, const std::vector<std::string>& words,
                     const std::string& program) {
    if (words.empty() || !words.front().starts_with("__"))
        return false;
    if (words.front() == "__dump-cli")
        print(declaration_of(command, program));
    else if (words.front() == "__complete" && words.size() > 1 && words[1] == "--")
        complete(command, program, {words.begin() + 2, words.end()});
    else
        return false;
    return true;
}

int report(const std::string& program, const std::vector<std::string>& words,
           const base::Error& error) {
    write_stderr_line(error_line(program, error, wants_json_errors(words)));
    return static_cast<int>(exit_code_of(error.kind()));
}

} // namespace

int run_main(int argc, char** argv, const Command& command) {
    fill_closed_streams();
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    if (blank_passwords(argc, argv))
        guard_memory();
    const auto program = called_name(argc > 0 ? argv[0] : nullptr, command.name);
    try {
        if (run_hidden_verb(command, words, program))
            return 0;
        return static_cast<int>(run_command(command, words, program));
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

} // namespace cli
