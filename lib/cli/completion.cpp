#include "cli/completion.hpp"

#include "base/printable.hpp"
#include "cli/invocation.hpp"

#include <csignal>
#include <sys/time.h>
#include <unistd.h>

namespace cli {

namespace {

constexpr std::string_view ask_shell_for_files = "@files\n";

void end_quietly(int) {
    ::_exit(0);
}

/// Live names come from a server, through calls that may block: only the end of the process is
/// sure.
void limit_time() {
    std::signal(SIGALRM, end_quietly);
    const itimerval limit{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 150'000}};
    ::setitimer(ITIMER_REAL, &limit, nullptr);
}

class Completion {
public:
    Completion(const Command& command, std::span<const OptionGroup> shared,
               const std::string& program, std::vector<std::string> before, std::string word)
        : command_(command), table_(command, shared), program_(program), before_(std::move(before)),
          word_(std::move(word)), out_(STDOUT_FILENO) {}

    /// `set`: what stands where an argument does is the name of a subcommand.
    void run(const CommandSet* set) {
        set_ = set;
        offer_for_cursor();
        out_.flush();
    }

private:
    void offer(std::string_view value, std::string_view help) {
        if (value.starts_with(word_))
            out_.line(base::printable(value) + '\t' + base::printable(help));
    }

    void offer_for_cursor() {
        if (behind_dashes()) {
            out_.write(ask_shell_for_files);
        } else if (word_.starts_with("--") && word_.find('=') != std::string::npos) {
            offer_behind_equals();
        } else if (const Option* option = awaiting_value()) {
            offer_values(*option, word_);
        } else if (word_.starts_with('-')) {
            offer_options();
        } else if (const Option* list = open_list()) {
            offer_values(*list, word_);
        } else {
            offer_arguments();
        }
    }

    [[nodiscard]] bool behind_dashes() const {
        for (const std::string& word : before_) {
            if (word == "--")
                return true;
        }
        return false;
    }

    [[nodiscard]] const Option* option_of(const std::string& word) const {
        if (word.starts_with("--"))
            return table_.find(std::string_view{word}.substr(2));
        return word.size() > 1 && word[0] == '-' ? table_.find(word.back()) : nullptr;
    }

    [[nodiscard]] const Option* awaiting_value() const {
        const Option* const option = before_.empty() ? nullptr : option_of(before_.back());
        return option != nullptr && option->kind != Kind::flag ? option : nullptr;
    }

    /// The list option whose values reach up to the cursor.
    [[nodiscard]] const Option* open_list() const {
        for (auto word = before_.rbegin(); word != before_.rend(); ++word) {
            if (word->find("://") != std::string::npos)
                return nullptr;
            if (!word->starts_with('-'))
                continue;
            const Option* const option = option_of(*word);
            const bool list =
                option != nullptr && (option->kind == Kind::list ||
                                      (option->kind == Kind::pairs && word == before_.rbegin()));
            return list ? option : nullptr;
        }
        return nullptr;
    }

    void offer_options() {
        for (const Option* option : table_.all()) {
            if (!option->name.empty())
                offer(spelling(*option), option->help);
            if (option->negatable)
                offer("--no-" + std::string{option->name}, option->help);
            if (word_ == "-" && option->name.empty())
                offer(spelling(*option), option->help);
        }
    }

    /// Of "template=TEXT" the part that is the same for all.
    void offer_choices(const Option& option, const std::string& prefix) {
        for (const auto choice : split_choices(option.choices)) {
            const auto equals = choice.find('=');
            offer(prefix +
                      std::string{choice.substr(0, equals == choice.npos ? equals : equals + 1)},
                  "");
        }
    }

    void offer_behind_equals() {
        const auto equals = word_.find('=');
        const Option* const option = table_.find(std::string_view{word_}.substr(2, equals - 2));
        if (option == nullptr || option->kind == Kind::flag)
            return;
        offer_choices(*option, word_.substr(0, equals + 1));
        if (option->kind == Kind::file)
            out_.write(ask_shell_for_files);
        offer_live(option->complete, word_.substr(equals + 1), word_.substr(0, equals + 1));
    }

    void offer_values(const Option& option, const std::string& word) {
        offer_choices(option, "");
        if (option.kind == Kind::file)
            out_.write(ask_shell_for_files);
        offer_live(option.complete, word, "");
    }

    void offer_arguments() {
        if (set_ != nullptr) {
            for (const Command* command : set_->commands)
                offer(command->name, command->summary);
            if (before_.empty() || before_.back() != "help")
                offer("help", "Show the help of a command");
            return;
        }
        if (command_.complete == nullptr)
            out_.write(ask_shell_for_files);
        offer_live(command_.complete, word_, "");
    }

    void offer_live(Completer completer, const std::string& word, const std::string& prefix) {
        if (completer == nullptr)
            return;
        out_.flush(); // the rest may never come
        limit_time();
        try {
            auto words = before_;
            if (awaiting_value() != nullptr)
                words.pop_back();
            auto parsed = parse_words(table_, words);
            add_environment(parsed, table_);
            take_url(parsed, command_);
            add_context(parsed, table_);
            check_values(parsed);
            Invocation in{command_, table_, std::move(parsed), {command_.name, program_}};
            for (const Candidate& candidate : completer(in, word)) {
                if (candidate.value == file_names)
                    out_.write(ask_shell_for_files);
                else
                    offer(prefix + candidate.value, candidate.help);
            }
        } catch (const std::exception&) {
            // A prompt is no place for errors: there is just nothing to offer.
        }
    }

    const Command& command_;
    OptionTable table_;
    const std::string& program_;
    std::vector<std::string> before_;
    std::string word_;
    const CommandSet* set_ = nullptr;
    Output out_;
};

std::string take_last(std::vector<std::string>& words) {
    if (words.empty())
        return {};
    std::string word = std::move(words.back());
    words.pop_back();
    return word;
}

} // namespace

void complete(const Command& command, const std::string& program, std::vector<std::string> words) {
    auto word = take_last(words);
    Completion{command, {}, program, std::move(words), std::move(word)}.run(nullptr);
}

void complete(const CommandSet& set, const std::string& program, std::vector<std::string> words) {
    auto word = take_last(words);
    auto cut = cut_at_subcommand(set, words);
    const Command top = set.top();
    if (!cut.name || *cut.name == "help")
        Completion{top, {}, program, std::move(words), std::move(word)}.run(&set);
    else if (const Command* const command = set.find(*cut.name))
        Completion{*command, set.options, program, std::move(cut.words), std::move(word)}.run(
            nullptr);
}

} // namespace cli
